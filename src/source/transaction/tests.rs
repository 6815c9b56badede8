use super::*;

const ZERO: &str = "0000000000000000000000000000000000000000";

fn id(digit: char) -> String {
    digit.to_string().repeat(40)
}

fn names(text: &str) -> Vec<String> {
    let transaction = parse(text.as_bytes()).unwrap();
    let names = transaction.moves.iter().map(|one| &one.name);
    names
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .collect()
}

#[test]
fn only_branches_and_heads_matter() {
    let (one, two) = (id('1'), id('2'));
    for name in [
        "refs/remotes/origin/main",
        "refs/stash",
        "refs/notes/commits",
        "refs/bisect/bad",
        "ORIG_HEAD",
        "AUTO_MERGE",
        "refs/remotes/origin/HEAD",
    ] {
        assert_eq!(names(&format!("{one} {two} {name}\n")), [""; 0], "{name}");
    }
    for name in [
        "HEAD",
        "refs/heads/a",
        "refs/tags/v1",
        "worktrees/a/HEAD",
        "main-worktree/HEAD",
    ] {
        assert_eq!(names(&format!("{one} {two} {name}\n")), [name]);
        assert_eq!(names(&format!("{one} {ZERO} {name}\n")), [""; 0]);
        assert_eq!(names(&format!("{one} {one} {name}\n")), [""; 0]);
        assert_eq!(names(&format!("{ZERO} ref:refs/heads/b {name}\n")), [""; 0]);
    }
}

#[test]
fn head_is_looked_at_once_with_its_branch() {
    let (one, two) = (id('1'), id('2'));
    assert_eq!(
        names(&format!("{ZERO} {two} HEAD\n{one} {two} refs/heads/a\n")),
        ["refs/heads/a"]
    );
    assert_eq!(
        names(&format!("{ZERO} {two} HEAD\n{two} {two} refs/heads/a\n")),
        [""; 0]
    );
    assert_eq!(names(&format!("{ZERO} {two} HEAD\n")), ["HEAD"]);
}

#[test]
fn lines_of_another_shape_are_refused() {
    let one = id('1');
    for text in ["x", "a b refs/heads/c", &format!("{one} b HEAD"), "a b"] {
        assert!(parse(text.as_bytes()).is_err(), "{text}");
    }
    assert_eq!(parse(b"").unwrap(), Transaction::default());
}

#[test]
fn a_fetch_head_that_is_empty_or_cut_is_of_a_fetch_under_way() {
    let line = format!("{}\tnot-for-merge\tbranch 'a' of b\n", id('1'));
    let whole = fetched(line.as_bytes()).unwrap();
    assert_eq!((whole.tips.len(), whole.is_unfinished), (1, false));
    let cut = fetched(format!("{line}2222").as_bytes()).unwrap();
    assert_eq!((cut.tips.len(), cut.is_unfinished), (1, true));
    assert!(fetched(b"").unwrap().is_unfinished);
    assert!(fetched(b"nonsense\n").is_err());
}

#[test]
fn a_fetched_commit_has_a_place() {
    for (source, place) in [
        ("branch 'a' of https://host/x y", "https://host/x y"),
        ("tag 'a' of .", "."),
        ("'1111' of ../it's of me", "../it's of me"),
        ("../else", "../else"),
    ] {
        let line = format!("{}\tnot-for-merge\t{source}\n", id('1'));
        assert_eq!(
            fetched(line.as_bytes()).unwrap().tips[0].place,
            place.as_bytes()
        );
        let line = format!("{}\t\t{source}\n", id('1'));
        assert_eq!(
            fetched(line.as_bytes()).unwrap().tips[0].place,
            place.as_bytes()
        );
    }
}
