//! Names that a disk of macOS or Windows does not tell apart: upper and lower case, and accents as
//! part of a letter or behind it. Git stores names as bytes, so to the check they are different
//! files. Here git is set up as on those systems; the disk is that of the machine.

use std::path::Path;

use crate::sandbox::hooks::write_program;
use crate::sandbox::keys::phx;
use crate::sandbox::{PHGUARD, Run, Sandbox};

/// The u with an accent as one character, and as two, as some programs of macOS write it.
const COMPOSED: &str = "schl\u{fc}ssel.ts";
const DECOMPOSED: &str = "schlu\u{308}ssel.ts";

/// Pairs of names that are one file on such a disk.
const PAIRS: [(&str, &str); 3] = [
    ("readme.md", "README.md"),
    ("src/client.ts", "SRC/client.ts"),
    (COMPOSED, DECOMPOSED),
];

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_hook();
    for setting in ["core.ignoreCase", "core.precomposeUnicode"] {
        sandbox.git(["config", setting, "true"]);
    }
    sandbox
}

/// Puts a file into the index as a checkout of another system or a plumbing command does, past the
/// names that git takes for the same.
fn add_to_index(sandbox: &Sandbox, name: &str, content: &str) {
    sandbox.write(".git/content", content);
    let id = sandbox.git(["hash-object", "-w", ".git/content"]).stdout;
    let entry = format!("100644,{},{name}", id.trim());
    sandbox.git(["update-index", "--add", "--cacheinfo", &entry]);
}

/// An index that holds its tree is read in another way than one that does not.
const INDEXES: [&[&str]; 2] = [&["write-tree"], &["update-index", "--force-write-index"]];

#[test]
fn a_key_beside_a_name_that_looks_the_same_is_found() {
    for (known, new) in PAIRS {
        for after in INDEXES {
            let sandbox = sandbox();
            sandbox.stage(known, "clean\n");
            sandbox.commit_unchecked("known");
            add_to_index(&sandbox, new, &format!("one\nkey = {}\n", phx()));
            sandbox.git(after);
            let run = sandbox.phguard(["--format", "json"]).exits(1);
            assert!(
                run.stdout.contains(&format!("\"path\":\"{new}\"")),
                "{new}: {}",
                run.stdout
            );
            sandbox.phguard(["--staged", new]).exits(1);
            sandbox.phguard(["--staged", known]).exits(0);
            sandbox.commit().exits(1);
        }
    }
}

#[test]
fn a_key_is_found_in_commits_that_hold_both_names() {
    for (known, new) in PAIRS {
        let sandbox = sandbox();
        add_to_index(&sandbox, known, "clean\n");
        sandbox.commit_unchecked("known");
        add_to_index(&sandbox, new, &format!("key = {}\n", phx()));
        sandbox.commit_unchecked("both");
        for arguments in [["--range", "HEAD~1..HEAD"], ["--history", "--format=human"]] {
            let run = sandbox.phguard(arguments).exits(1);
            assert!(run.stdout.contains(new), "{}", run.stdout);
        }
    }
}

#[test]
fn a_change_of_case_alone_is_a_rename() {
    let sandbox = sandbox();
    sandbox.stage("readme.md", format!("key = {}\n", phx()));
    sandbox.commit_unchecked("the key is in");
    sandbox.git(["mv", "--force", "readme.md", "README.md"]);
    sandbox.phguard(["--staged"]).exits(0);
    sandbox.phguard(["--staged", "README.md"]).exits(0);
}

/// The file is committed and means the same on every system.
#[test]
fn an_allowed_path_is_not_allowed_in_another_case() {
    let sandbox = sandbox();
    sandbox.write(".phguard.toml", "[allow]\npaths = [\"readme.md\"]\n");
    sandbox.git(["add", ".phguard.toml"]);
    sandbox.commit_unchecked("configuration");
    add_to_index(&sandbox, "README.md", &format!("key = {}\n", phx()));
    sandbox.phguard(["--staged"]).exits(1);
    add_to_index(&sandbox, "README.md", "clean\n");
    add_to_index(&sandbox, "readme.md", &format!("key = {}\n", phx()));
    sandbox.phguard(["--staged"]).exits(0);
}

/// On macOS git composes the names of its command line; a shell completes them as the disk has them.
#[test]
fn a_name_as_the_disk_has_it_selects_the_one_that_git_composed() {
    let sandbox = sandbox();
    add_to_index(&sandbox, &format!("{COMPOSED}/a"), &phx());
    add_to_index(&sandbox, "clean", "clean\n");
    sandbox.write(format!("{DECOMPOSED}/a"), "the disk's");
    let by = |arguments: &[&str], git: &Path| {
        let mut directories = vec![git.to_owned()];
        directories.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
        let mut command = sandbox.command(PHGUARD);
        command.env("PATH", std::env::join_paths(directories).unwrap());
        Run::of(command.args(arguments))
    };
    let tools = sandbox.root().join("tools");
    let nowhere = sandbox.root().join("nowhere");
    write_program(
        &tools.join("git"),
        &format!(
            "#!/bin/bash\nexec '{}' \"${{@//u\u{308}/\u{fc}}}\"\n",
            real_git().display()
        ),
    );
    for path in [DECOMPOSED.to_owned(), format!("{DECOMPOSED}/a")] {
        by(&["--staged", &path], &nowhere).exits(2);
        by(&["--staged", &path], &tools).exits(1);
        by(&["--staged", "clean", &path], &tools).exits(1);
    }
    by(&["--staged", "clean"], &tools).exits(0);
    by(&["--staged", &format!("{DECOMPOSED}/b")], &tools).exits(2);
}

fn real_git() -> std::path::PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    let git = std::env::split_paths(&path).map(|directory| directory.join("git"));
    git.into_iter().find(|git| git.is_file()).unwrap()
}
