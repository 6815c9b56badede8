use super::*;

fn not_on_remote(local: &str, remote: &str, url: &str) -> Check {
    Check::NotOnRemote {
        local: local.into(),
        remote: remote.into(),
        url: url.into(),
    }
}

fn files(names: &[&str]) -> Check {
    Check::Files(names.iter().map(PathBuf::from).collect())
}

fn push(remote: &str, url: &str, caller: Caller, otherwise: Check) -> Check {
    Check::Push {
        remote: remote.into(),
        url: url.into(),
        caller,
        otherwise: Box::new(otherwise),
    }
}

fn range(range: &str) -> Check {
    Check::Range(range.into())
}

type Variable = (&'static str, &'static str);
const FROM: Variable = ("PRE_COMMIT_FROM_REF", "origin/main");
const TO: Variable = ("PRE_COMMIT_TO_REF", "HEAD");
const REMOTE: Variable = ("PRE_COMMIT_REMOTE_NAME", "origin");
const URL: Variable = ("PRE_COMMIT_REMOTE_URL", "host:a");
const LOCAL: Variable = ("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/x");
const INDEX: Variable = ("GIT_INDEX_FILE", ".git/index");
const MANAGED: Variable = ("PRE_COMMIT", "1");
const OLD: [Variable; 2] = [("PRE_COMMIT_SOURCE", "a"), ("PRE_COMMIT_ORIGIN", "b")];

/// A program's name, arguments, environment and the check that follows.
type Case<'c> = (Option<&'c str>, &'c [&'c str], &'c [Variable], Check);

#[track_caller]
fn agree(cases: &[Case<'_>]) {
    for (name, arguments, environment, expected) in cases {
        let arguments: Vec<OsString> = arguments.iter().map(Into::into).collect();
        let variable = |name: &str| {
            environment
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, value)| value.into())
        };
        assert_eq!(
            check_for(*name, &arguments, variable),
            *expected,
            "{name:?} {arguments:?} {environment:?}"
        );
    }
}

#[test]
fn git_tells_the_check_by_the_name_of_the_hook() {
    agree(&[
        (Some("pre-commit"), &[], &[INDEX], Check::Staged),
        (Some("pre-commit"), &[], &[], Check::Staged),
        (None, &["pre-commit"], &[INDEX], Check::Staged),
        (None, &["pre-merge-commit"], &[INDEX], Check::Merged),
        (
            Some("commit-msg"),
            &["pre-commit"],
            &[INDEX],
            Check::Message(Some("pre-commit".into())),
        ),
        (
            None,
            &["commit-msg", "m"],
            &[MANAGED],
            Check::Message(Some("m".into())),
        ),
        (None, &["commit-msg"], &[INDEX], Check::Message(None)),
        (Some("pre-receive"), &[], &[], Check::Receive),
        (
            Some("reference-transaction"),
            &["prepared"],
            &[MANAGED, FROM, TO],
            Check::Transaction(vec!["prepared".into()]),
        ),
        (
            Some("post-commit"),
            &[],
            &[INDEX],
            Check::Unsupported("post-commit".into()),
        ),
        (
            None,
            &["update", "a", "b", "c"],
            &[],
            Check::Unsupported("update".into()),
        ),
    ]);
}

#[test]
fn a_push_is_told_by_lines_and_otherwise_by_what_the_remote_lacks() {
    agree(&[
        (
            None,
            &["pre-push", "origin", "git@host:a"],
            &[],
            push(
                "origin",
                "git@host:a",
                Caller::Unknown,
                not_on_remote("", "origin", "git@host:a"),
            ),
        ),
        (
            Some("pre-push"),
            &["origin", "url"],
            &[INDEX],
            push(
                "origin",
                "url",
                Caller::Git,
                not_on_remote("", "origin", "url"),
            ),
        ),
        (
            Some("pre-push"),
            &["pre-commit", "url"],
            &[],
            push(
                "pre-commit",
                "url",
                Caller::Git,
                not_on_remote("", "pre-commit", "url"),
            ),
        ),
        (
            Some("pre-push"),
            &[],
            &[],
            push("", "", Caller::Git, not_on_remote("", "", "")),
        ),
    ]);
}

#[test]
fn a_manager_tells_the_check_by_the_environment() {
    agree(&[
        (
            None,
            &[],
            &[MANAGED, FROM, TO, REMOTE, LOCAL],
            range("origin/main..HEAD"),
        ),
        (
            None,
            &["a.ts"],
            &[MANAGED, FROM, TO],
            range("origin/main..HEAD"),
        ),
        (
            None,
            &["pre-push"],
            &[MANAGED, FROM, TO, REMOTE],
            push("", "", Caller::Unknown, range("origin/main..HEAD")),
        ),
        (
            None,
            &["pre-commit"],
            &[MANAGED, FROM, TO],
            range("origin/main..HEAD"),
        ),
        (
            None,
            &[],
            &[FROM, TO, INDEX],
            Check::Both(
                Box::new(Check::Staged),
                Box::new(range("origin/main..HEAD")),
            ),
        ),
        (
            None,
            &[],
            &[MANAGED, TO, REMOTE, URL],
            not_on_remote("HEAD", "origin", "host:a"),
        ),
        (None, &[], &[TO], not_on_remote("HEAD", "", "")),
        (None, &[], &[OLD[0], OLD[1]], range("a...b")),
        (
            None,
            &[],
            &[MANAGED, FROM, TO, OLD[0], OLD[1]],
            range("origin/main..HEAD"),
        ),
        (
            None,
            &[],
            &[MANAGED, LOCAL, REMOTE],
            not_on_remote("refs/heads/x", "origin", ""),
        ),
        (
            None,
            &["pre-push"],
            &[MANAGED, LOCAL, REMOTE],
            push(
                "",
                "",
                Caller::Unknown,
                not_on_remote("refs/heads/x", "origin", ""),
            ),
        ),
    ]);
}

#[test]
fn without_a_range_the_index_or_files_are_checked() {
    agree(&[
        (None, &[], &[MANAGED, INDEX], Check::Staged),
        (None, &["a", "b"], &[MANAGED, INDEX], Check::Staged),
        (None, &["a", "b"], &[MANAGED], files(&["a", "b"])),
        (None, &["a", "b"], &[], files(&["a", "b"])),
        (None, &[], &[MANAGED], files(&[])),
        (None, &["pre-commit"], &[MANAGED], files(&[])),
        (None, &["pre-commit", "a"], &[MANAGED], files(&["a"])),
        (None, &[], &[], files(&[])),
    ]);
}

#[test]
fn a_commit_within_a_managers_run_is_a_commit_and_what_is_empty_is_not_set() {
    agree(&[
        (
            Some("pre-commit"),
            &[],
            &[MANAGED, FROM, TO, INDEX],
            Check::Staged,
        ),
        (
            None,
            &[],
            &[("PRE_COMMIT_TO_REF", ""), INDEX],
            Check::Staged,
        ),
        (None, &[], &[FROM, MANAGED], files(&[])),
    ]);
}
