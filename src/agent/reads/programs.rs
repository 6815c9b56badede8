//! Programs by their use of the files that they are given. A program that is not listed here is
//! taken to show them.

use crate::agent::invocation::Invocation;

/// Programs that change or describe files and show nothing of their content, and those whose
/// words are text and no files.
const HARMLESS: &str = "
    : [ [[ alias basename bg break builtin cd chattr chdir chgrp chmod chown cksum clear code command
    continue cursor date declare del df dir dirname disown du echo erase exa exit export eza false fd
    fg file find for getfacl gio hash idea icacls jobs kill la lchown let ll local ls lsattr lsd md5
    md5sum mkdir mkfifo mktemp open phguard popd print printf ps pushd pwd pwsh rd read readlink readonly
    realpath ren return rm rmdir rename setfacl sha1sum sha224sum sha256sum sha384sum sha512sum shasum
    b2sum shift shred sleep stat subl sum test time touch trap trash trash-put tree true truncate
    typeset ulimit umask unalias unlink unset wait wc webstorm where whereis which xdg-open zed
    function select in
    clear-content get-acl get-childitem get-filehash get-item gci gi new-item ni out-null remove-item
    rename-item resolve-path ri rni rvpa set-acl set-location sl split-path start-sleep test-path
    unblock-file write-host write-output join-path";

/// Programs that load code, build, test, lint or deploy. They work with the files that they are
/// given and do not print them.
const TOOLS: &str = "
    act alembic ansible ansible-playbook ant artisan autopep8 ava bazel bandit biome black bundle bunx
    bun buf bazelisk celery cargo clippy-driver cmake composer corepack coverage ctest cypress dart deno
    django-admin docker docker-compose podman nerdctl dotnet elixir elixirc esbuild eslint fastapi flake8
    flask flutter fly flyctl gcc g++ clang go gofmt golangci-lint gradle gradlew gunicorn hatch helm
    heroku hypercorn iex isort jar jasmine java javac jest just kotlinc kubectl lein lerna lefthook
    make mix mocha mvn mvnw mypy netlify newman next ng ninja nodemon nox npm npx nuxt nx oxlint parcel
    pdm phpcs phpstan phpunit pint pip pip3 pipenv pipx playwright pm2 pnpm pnpx poetry pre-commit prek
    prisma psalm pulumi puma pylint pyright pytest rails rake railway ruff rspec rubocop
    rustc rustfmt rustup sbt serverless sls skaffold standard stylelint supabase swift swiftc tap task
    terraform tofu tox tsc tslint turbo unicorn uv uvicorn uvx vagrant vercel vite vitest vue-cli-service
    waitress-serve webpack wrangler xcodebuild yarn zig gulp grunt rollup swc tsup
    husky overcommit hk mise asdf nvm fnm direnv conda mamba";

/// Programs that run a script: the script's own name is harmless, the words behind it are not.
const SCRIPT_RUNNERS: &str = "
    node nodejs python python2 python3 pypy pypy3 ruby php perl lua luajit tsx ts-node ts-node-esm bash sh zsh
    dash ksh ash fish mksh rscript osascript groovy julia scala source . bun deno";

/// Programs that pack files.
const PACKERS: &str = "tar bsdtar gtar zip 7z 7za gzip pigz bzip2 xz zstd pax cpio compress";

/// Programs that send files to another machine.
const SENDERS: &str = "curl wget http https xh nc ncat netcat scp rsync sftp invoke-webrequest iwr irm invoke-restmethod";

/// The use that a program makes of the files among its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// It shows nothing of them.
    Keeps,
    /// The first file is a script that it runs; it may show the others.
    RunsFirst,
    /// It shows its input; the files among its words are written.
    ShowsInput,
    /// It shows those that an option or a mark such as `@` hands over.
    Sends,
    /// It may show all of them.
    Shows,
}

/// Returns the use that a program makes of its files.
pub(super) fn use_of(invocation: &Invocation) -> Use {
    let program = invocation.program.as_str();
    let arguments = &invocation.arguments;
    if is_listed(HARMLESS, program)
        || super::is_copier(program)
        || keeps_for_once(program, arguments)
    {
        return Use::Keeps;
    }
    if matches!(program, "tee" | "sponge") {
        return Use::ShowsInput;
    }
    if is_script_runner(program) {
        return Use::RunsFirst;
    }
    if is_listed(TOOLS, program) {
        return Use::Keeps;
    }
    if is_listed(SENDERS, program) && !copies_over_network(program) {
        return Use::Sends;
    }
    Use::Shows
}

pub(super) fn is_listed(list: &str, program: &str) -> bool {
    !program.is_empty() && list.split_whitespace().any(|known| known == program)
}

pub(super) fn is_script_runner(program: &str) -> bool {
    let unversioned = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    is_listed(SCRIPT_RUNNERS, program) || is_listed(SCRIPT_RUNNERS, unversioned)
}

/// Programs whose words are names of files, without a mark.
pub(super) fn copies_over_network(program: &str) -> bool {
    matches!(program, "scp" | "rsync" | "sftp")
}

/// Tells whether these options keep a program from showing anything.
fn keeps_for_once(program: &str, arguments: &[String]) -> bool {
    let has = |wanted: &[&str]| arguments.iter().any(|word| wanted.contains(&word.as_str()));
    match program {
        "cmp" => has(&["-s", "--silent", "--quiet"]),
        "diff" => has(&["-q", "--brief"]),
        "sed" | "perl" | "ruby" | "awk" | "gawk" => edits_in_place(program, arguments),
        "prettier" => has(&["--write", "-w", "--check", "-c", "--list-different", "-l"]),
        "shfmt" | "goimports" | "gofumpt" => has(&["-w", "-l"]),
        "clang-format" | "yapf" | "taplo" | "yq" => has(&["-i", "--in-place", "format", "fmt"]),
        "gh" => has(&["secret", "variable"]) && has(&["set"]),
        "sops" => has(&["-e", "--encrypt", "encrypt", "-i", "--in-place", "edit"]),
        "age" | "gpg" | "gpg2" => {
            has(&["-o", "--output", "-c", "--symmetric"]) && !has(&["-d", "--decrypt"])
        }
        _ if is_listed(PACKERS, program) => !packs_to_screen(program, arguments),
        _ => false,
    }
}

fn packs_to_screen(program: &str, arguments: &[String]) -> bool {
    if !matches!(program, "tar" | "bsdtar" | "gtar" | "pax" | "cpio") {
        return arguments.iter().any(|word| {
            let is_cluster = word.starts_with('-') && !word.starts_with("--");
            word == "-" || word == "--stdout" || (is_cluster && word.contains(['c', 'l', 'v']))
        });
    }
    for (place, word) in arguments.iter().enumerate() {
        let is_cluster = place == 0 || (word.starts_with('-') && !word.starts_with("--"));
        if word == "--to-stdout" || (is_cluster && word.contains('O')) {
            return true;
        }
        let file = match word.strip_prefix("--file=") {
            Some(file) => Some(file),
            None if word == "--file" || (is_cluster && word.ends_with('f')) => {
                arguments.get(place + 1).map(String::as_str)
            }
            None => None,
        };
        if let Some(file) = file {
            return file == "-" || file.starts_with("/dev/");
        }
    }
    true
}

/// `sed -i`, `sed --in-place`, `perl -pi -e`, `gawk -i inplace`. A file that `w` names or a `p`
/// beside `-n` is not looked for: what is edited is not printed.
fn edits_in_place(program: &str, arguments: &[String]) -> bool {
    for word in arguments {
        if word.starts_with("--in-place") || word == "inplace" {
            return true;
        }
        let Some(letters) = word.strip_prefix('-') else {
            continue;
        };
        // Letters in front of `e` and `f`, whose value may follow at once.
        let letters = letters.split(['e', 'f']).next().unwrap_or_default();
        let is_cluster = !letters.is_empty() && !letters.starts_with('-');
        if is_cluster && letters.contains('i') && !program.ends_with("awk") {
            return true;
        }
    }
    false
}

/// Tells whether the value of this option is a file of settings that a program loads.
pub(super) fn is_settings_option(program: &str, option: &str) -> bool {
    let name = option.trim_start_matches('-').to_ascii_lowercase();
    let is_short = matches!(option, "-e" | "-f");
    if is_short
        && matches!(
            program,
            "dotenv" | "dotenvx" | "env-cmd" | "foreman" | "honcho"
        )
    {
        return true;
    }
    if !option.starts_with("--") {
        return false;
    }
    let name = name.replace('_', "-");
    matches!(
        name.as_str(),
        "env"
            | "env-file"
            | "envfile"
            | "dotenv"
            | "env-path"
            | "env-file-if-exists"
            | "from-env-file"
            | "var-file"
            | "config"
            | "config-file"
            | "settings"
            | "secrets-file"
            | "envpath"
            | "dotenv-path"
    )
}

/// Tells whether a module of Python works with its files as a tool does.
pub(super) fn is_harmless_module(module: &str) -> bool {
    is_listed(TOOLS, module)
        || matches!(
            module,
            "unittest" | "venv" | "compileall" | "py_compile" | "pre_commit" | "build"
        )
}
