//! Guards that are uninstalled, and options of other tools that commit without hooks.

use crate::agent::invocation::{self, Invocation};

/// Returns how a program takes a guard of the hooks away.
pub(super) fn uninstalled_guard(invocation: &Invocation) -> Option<String> {
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
pub(super) fn skipped_by_runner(invocation: &Invocation) -> Option<String> {
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
