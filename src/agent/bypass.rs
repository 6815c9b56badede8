//! Commands that go round the hooks: variables that switch them off, hooks that are removed, a
//! guard that is uninstalled. Git's own options are in `git_options`.

use std::path::{Component, Path, PathBuf};

use super::git_options;
use super::invocation::{self, Invocation, Invocations};
use super::shell::Dialect;

/// Looks up an alias in git's configuration: the directory, the name.
pub type AliasLookup<'l> = &'l dyn Fn(&Path, &str) -> Option<String>;

/// Commands within commands of git deeper than this are not read.
const DEEPEST: usize = 32;
const OPAQUE: &str = "it is nested or encoded so that phguard cannot read it";

/// Variables that switch a hook manager off, and the values that do; none means any value.
const SWITCHES: [(&str, &[&str]); 14] = [
    ("HUSKY", &["0", "false"]),
    ("HUSKY_SKIP_HOOKS", &["1", "true"]),
    ("LEFTHOOK", &["0", "false"]),
    ("LEFTHOOK_EXCLUDE", &[]),
    ("LEFTHOOK_SKIP", &[]),
    ("HK", &["0", "false"]),
    ("HK_SKIP_HOOK", &[]),
    ("HK_SKIP_STEPS", &[]),
    ("PRE_COMMIT_ALLOW_NO_CONFIG", &[]),
    ("PREK_ALLOW_NO_CONFIG", &[]),
    ("PREK_SKIP", &[]),
    ("SKIP_SIMPLE_GIT_HOOKS", &["1", "true"]),
    ("OVERCOMMIT_DISABLE", &["1", "true"]),
    ("SKIP_GIT_HOOKS", &["1", "true"]),
];
/// Programs that remove or replace the files that they name.
const REMOVERS: [&str; 22] = [
    "rm",
    "unlink",
    "rmdir",
    "shred",
    "truncate",
    "mv",
    "chmod",
    "chattr",
    "trash",
    "del",
    "erase",
    "rd",
    "ri",
    "remove-item",
    "move-item",
    "mi",
    "rename-item",
    "rni",
    "clear-content",
    "ren",
    "icacls",
    "gio",
];
/// Programs whose last argument, or every one, is written to.
const WRITERS: [&str; 10] = [
    "cp",
    "install",
    "ln",
    "tee",
    "dd",
    "set-content",
    "sc",
    "out-file",
    "copy-item",
    "rsync",
];
/// Files of a project by which hooks come into force.
const HOOK_CONFIGURATIONS: [&str; 8] = [
    ".pre-commit-config.yaml",
    ".pre-commit-config.yml",
    "lefthook.yml",
    "lefthook.yaml",
    ".lefthook.yml",
    ".overcommit.yml",
    "hk.pkl",
    "prek.toml",
];
/// Files by which coding agents run phguard.
const AGENT_SETTINGS: [&str; 7] = [
    ".claude/settings.json",
    ".claude/settings.local.json",
    ".codex/hooks.json",
    ".codex/config.toml",
    ".cursor/hooks.json",
    ".copilot/hooks/phguard.json",
    ".github/hooks/phguard.json",
];

/// Returns how a command line goes round the hooks, if it does.
#[must_use]
pub fn in_command_line(found: &Invocations, aliases: AliasLookup<'_>) -> Option<String> {
    if found.is_opaque {
        return Some(OPAQUE.into());
    }
    let runs_git = found.list.iter().any(makes_commits);
    for invocation in &found.list {
        let found = switched_off(invocation, runs_git)
            .or_else(|| git_options::bypass(invocation, aliases))
            .or_else(|| uninstalled(invocation))
            .or_else(|| hook_removed(invocation))
            .or_else(|| runner_option(invocation));
        if found.is_some() {
            return found;
        }
    }
    None
}

/// Judges text that is itself a command line, such as an alias of git.
pub(super) fn in_text(text: &str, directory: &Path, aliases: AliasLookup<'_>) -> Option<String> {
    // Each level of `git submodule foreach git …` takes a word away.
    if text.matches("git").count() > DEEPEST {
        return Some(OPAQUE.into());
    }
    in_command_line(&invocation::of(text, Dialect::Posix, directory), aliases)
}

fn makes_commits(invocation: &Invocation) -> bool {
    let is_git = invocation.program == "git" || invocation.program == "pre-commit";
    let makes = |word: &String| {
        matches!(
            word.as_str(),
            "commit" | "push" | "merge" | "pull" | "rebase" | "run" | "am" | "ci"
        )
    };
    is_git && invocation.arguments.iter().any(makes)
}

fn switched_off(invocation: &Invocation, runs_git: bool) -> Option<String> {
    for (name, value) in &invocation.assignments {
        if let Some(found) = switch(name, value, runs_git) {
            return Some(found);
        }
    }
    let arguments = &invocation.arguments;
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match invocation.program.as_str() {
        "export" | "declare" | "typeset" | "readonly" | "set" | "setx" | "local" => {
            for word in &words {
                if let Some((name, value)) = word.split_once('=')
                    && let Some(found) = switch(name, value, runs_git)
                {
                    return Some(found);
                }
            }
            let words: Vec<&str> = words
                .into_iter()
                .filter(|word| !word.starts_with('-'))
                .collect();
            let [name, value, ..] = words[..] else {
                return None;
            };
            switch(name, value, runs_git)
        }
        "set-item" | "si" | "new-item" | "ni" => {
            let words: Vec<&str> = words
                .into_iter()
                .filter(|word| !word.starts_with('-'))
                .collect();
            let [name, value, ..] = words[..] else {
                return None;
            };
            let (drive, name) = name.split_once(':')?;
            if !drive.eq_ignore_ascii_case("env") {
                return None;
            }
            switch(name.trim_start_matches(['/', '\\']), value, runs_git)
        }
        // The arguments of `[Environment]::SetEnvironmentVariable("HUSKY", "0")` in PowerShell.
        program => {
            let (name, value) = program.split_once(',')?;
            switch(name, value.split(',').next().unwrap_or(value), runs_git)
        }
    }
}

/// Tells whether a variable with this value switches hooks off.
fn switch(name: &str, value: &str, runs_git: bool) -> Option<String> {
    let name = name.to_ascii_uppercase();
    let value = value.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    let is_switch = SWITCHES.iter().any(|(known, values)| {
        *known == name
            && (values.is_empty() && !value.is_empty() || values.contains(&value.as_str()))
    });
    let is_skip = (name == "SKIP" || name == "OVERCOMMIT_SKIP") && !value.is_empty() && runs_git;
    let names_hooks = value.contains("core.hookspath") || value.starts_with("hook.");
    let configures = name.starts_with("GIT_CONFIG_KEY_") || name == "GIT_CONFIG_PARAMETERS";
    let hides_configuration = matches!(
        name.as_str(),
        "GIT_CONFIG_GLOBAL" | "GIT_CONFIG_SYSTEM" | "GIT_CONFIG"
    ) && runs_git;
    if is_switch || is_skip {
        return Some(format!("{name} switches hooks off"));
    }
    if configures && names_hooks {
        return Some(format!("{name} moves git's hooks away"));
    }
    if hides_configuration {
        return Some(format!(
            "{name} hides the configuration that names the hooks"
        ));
    }
    None
}

fn uninstalled(invocation: &Invocation) -> Option<String> {
    let arguments = &invocation.arguments;
    let position = |wanted: &[&str]| {
        arguments
            .iter()
            .position(|word| wanted.contains(&word.as_str()))
    };
    let guards = [
        "phguard",
        "pre-commit",
        "prek",
        "lefthook",
        "husky",
        "overcommit",
        "hk",
        "simple-git-hooks",
    ];
    let mut program = invocation.program.as_str();
    let mut rest = &arguments[..];
    // npx husky uninstall, python -m pre_commit uninstall
    let is_runner = is_package_runner(program)
        || program.starts_with("python")
        || matches!(program, "uvx" | "pipx" | "bundle" | "mise" | "uv");
    if is_runner
        && let Some(place) = arguments.iter().position(|word| {
            let name = invocation::base_name(word).replace('_', "-");
            let name = name.split('@').next().unwrap_or_default();
            guards.contains(&name)
        })
    {
        program = guards
            .iter()
            .find(|guard| arguments[place].replace('_', "-").contains(**guard))
            .unwrap_or(&program);
        rest = &arguments[place + 1..];
    }
    let first = rest
        .iter()
        .find(|word| !word.starts_with('-') || word.contains("uninstall"));
    let uninstalls = first.is_some_and(|word| {
        matches!(word.as_str(), "uninstall" | "--uninstall")
            || (word == "remove" && program == "lefthook")
    });
    if guards.contains(&program) && uninstalls {
        return Some(format!("`{program} uninstall` removes the hooks"));
    }
    let removes = position(&["uninstall", "remove", "rm", "un", "purge"]);
    let names_guard = position(&["phguard", "@phguard/cli"]);
    let manager = invocation.program.as_str();
    let is_manager = is_package_runner(manager)
        || matches!(
            manager,
            "cargo"
                | "brew"
                | "pip"
                | "pip3"
                | "apt"
                | "apt-get"
                | "dnf"
                | "scoop"
                | "winget"
                | "choco"
                | "uv"
                | "pipx"
                | "gem"
        );
    if is_manager && removes.is_some() && names_guard > removes {
        return Some("it uninstalls phguard".into());
    }
    None
}

fn is_package_runner(program: &str) -> bool {
    matches!(
        program,
        "npm" | "npx" | "yarn" | "pnpm" | "pnpx" | "bun" | "bunx" | "corepack"
    )
}

/// `npm version --no-commit-hooks`, `yarn commit --no-verify`, `gt modify --no-verify`.
fn runner_option(invocation: &Invocation) -> Option<String> {
    let program = invocation.program.as_str();
    let is_runner = is_package_runner(program)
        || matches!(
            program,
            "gt" | "hub"
                | "lerna"
                | "standard-version"
                | "cz"
                | "git-cz"
                | "jj"
                | "sl"
                | "rush"
                | "nx"
                | "glab"
                | "gh"
                | "aider"
                | "git-town"
                | "legit"
                | "release-it"
        );
    if !is_runner {
        return None;
    }
    let mut takes_text = false;
    for word in &invocation.arguments {
        let is_text = std::mem::replace(
            &mut takes_text,
            matches!(
                word.as_str(),
                "-m" | "--message"
                    | "--body"
                    | "-b"
                    | "--title"
                    | "-t"
                    | "-c"
                    | "--notes"
                    | "--grep"
                    | "--search"
            ),
        );
        if is_text {
            continue;
        }
        if word == "--no-verify" || word == "--no-commit-hooks" || word == "--commit-hooks=false" {
            return Some(format!("`{word}` skips the hooks"));
        }
    }
    None
}

fn hook_removed(invocation: &Invocation) -> Option<String> {
    let program = invocation.program.as_str();
    for output in &invocation.outputs {
        if is_in_git_hooks(&output.file, invocation)
            || (!output.appends && is_protected(&output.file, invocation))
            || base_of(&output.file) == ".phguard.toml"
        {
            return Some(format!("it writes over the hook file {}", output.file));
        }
    }
    let mut arguments: Vec<&str> = invocation.arguments.iter().map(String::as_str).collect();
    let mut program = program;
    if program == "git" {
        let place = arguments
            .iter()
            .position(|word| matches!(*word, "rm" | "mv"))?;
        if !arguments[..place]
            .iter()
            .all(|word| word.starts_with('-') || place < 3)
        {
            return None;
        }
        program = "rm";
        arguments = arguments.split_off(place + 1);
    }
    let deletes = program == "find" && arguments.contains(&"-delete");
    let edits =
        matches!(
            program,
            "sed" | "perl" | "ruby" | "ex" | "ed" | "awk" | "gawk"
        ) && (program == "ex" || program == "ed" || arguments.iter().any(|word| is_in_place(word)));
    if program == "chmod" && arguments.iter().any(|word| makes_executable(word)) {
        return None;
    }
    let removes = REMOVERS.contains(&program) || deletes;
    let writes = WRITERS.contains(&program);
    if !(removes || edits || writes) {
        return None;
    }
    if writes && matches!(program, "cp" | "install" | "ln" | "copy-item" | "rsync") {
        let last = arguments.iter().rev().find(|word| !word.starts_with('-'));
        arguments = last.copied().into_iter().collect();
    }
    if edits {
        let mentions = arguments.iter().any(|word| word.contains("phguard"));
        arguments.retain(|word| is_in_git_hooks(word, invocation) || mentions);
    }
    for word in arguments {
        let word = word.strip_prefix("of=").unwrap_or(word);
        if is_in_git_hooks(word, invocation)
            || (is_protected(word, invocation) && (removes || edits || !program.eq("tee")))
        {
            return Some(format!(
                "`{program}` takes the hook file {word} out of force"
            ));
        }
        if removes && is_git_directory(word) {
            return Some(format!(
                "`{program}` removes git's directory with its hooks"
            ));
        }
    }
    None
}

/// `-i`, `-i.bak`, `-pi`, `--in-place`; `-n` and scripts are not.
fn is_in_place(word: &str) -> bool {
    let is_cluster = word.starts_with('-') && !word.starts_with("--");
    (is_cluster && word.chars().take(5).any(|c| c == 'i'))
        || word.starts_with("--in-place")
        || word == "inplace"
}

/// `+x`, `a+rx`, `755`: the hook stays in force.
fn makes_executable(mode: &str) -> bool {
    let is_octal = mode.len() >= 3 && mode.bytes().all(|b| (b'0'..=b'7').contains(&b));
    if is_octal {
        let owner = mode.as_bytes()[mode.len() - 3];
        return owner & 1 == 1;
    }
    let adds = mode
        .split_once('+')
        .is_some_and(|(_, bits)| bits.contains('x') && !bits.contains('-'));
    adds || (mode.contains('=') && mode.contains('x'))
}

/// Returns the names along a path, with `.` and `..` resolved.
fn names_of(path: &str, directory: &Path) -> Vec<String> {
    let path = path.replace('\\', "/");
    let whole: PathBuf = directory.join(path);
    let mut names: Vec<String> = Vec::new();
    for component in whole.components() {
        match component {
            Component::Normal(name) => names.push(name.to_string_lossy().into_owned()),
            Component::ParentDir => {
                names.pop();
            }
            _ => {}
        }
    }
    names
}

/// Tells whether a path is in git's own directory of hooks, samples excepted.
#[must_use]
pub fn is_hook_file(path: &str, directory: &Path) -> bool {
    let names = names_of(path, directory);
    let is_sample = names.last().is_some_and(|name| name.ends_with(".sample"));
    let Some(place) = names.iter().rposition(|name| name == ".git") else {
        return false;
    };
    let below = &names[place + 1..];
    let in_hooks = below
        .first()
        .is_some_and(|name| name == "hooks" || is_glob_of(name, "hooks"))
        || (below
            .first()
            .is_some_and(|name| name == "modules" || name == "worktrees")
            && below.iter().any(|name| name == "hooks"));
    in_hooks && !is_sample
}

fn is_in_git_hooks(path: &str, invocation: &Invocation) -> bool {
    is_hook_file(path, &invocation.directory)
}

/// Tells whether a path is one of a project's files by which hooks come into force: removed or
/// emptied, nothing is checked any more.
fn is_protected(path: &str, invocation: &Invocation) -> bool {
    if path.is_empty() || path.starts_with('-') {
        return false;
    }
    let whole = invocation.directory.join(path);
    let name = base_of(path);
    is_guard_file(&whole.to_string_lossy()) || name == "phguard" || name == ".phguard.toml"
}

fn base_of(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Tells whether a path is a file by which hooks come into force.
#[must_use]
pub fn is_guard_file(path: &str) -> bool {
    let names = names_of(path, Path::new("/"));
    let Some(last) = names.last() else {
        return false;
    };
    let tail = |count: usize| names[names.len().saturating_sub(count)..].join("/");
    names.iter().rev().take(3).any(|name| name == ".husky")
        || HOOK_CONFIGURATIONS.contains(&last.as_str())
        || AGENT_SETTINGS
            .iter()
            .any(|file| *file == tail(2) || *file == tail(3))
}

fn is_git_directory(path: &str) -> bool {
    let path = path.trim_end_matches(['/', '\\']);
    path == ".git" || path.ends_with("/.git") || path == ".git/*" || path.ends_with("/.git/*")
}

fn is_glob_of(pattern: &str, name: &str) -> bool {
    let Some(place) = pattern.find(['*', '?', '[']) else {
        return false;
    };
    pattern
        .get(..place)
        .is_some_and(|start| name.starts_with(start))
}
