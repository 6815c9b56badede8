use super::*;

fn remote(name: &str, urls: &[&str]) -> Remote {
    Remote {
        name: name.into(),
        urls: urls.iter().map(|url| url.as_bytes().to_vec()).collect(),
        refspecs: vec![format!("+refs/heads/*:refs/remotes/{name}/*").into()],
    }
}

fn id(digit: char) -> ObjectId {
    ObjectId::from_hex(digit.to_string().repeat(40).as_bytes()).unwrap()
}

fn named(name: &str, digit: char) -> Ref {
    Ref {
        name: name.into(),
        id: id(digit),
    }
}

#[test]
fn one_place_is_reached_in_several_ways() {
    for url in [
        "https://host/a/b.git",
        "https://token@host/a/b",
        "ssh://git@host/a/b",
        "git@host:a/b.git",
        "host:a/b/",
    ] {
        assert_eq!(
            spelling_of(url.as_bytes()),
            spelling_of(b"host:a/b"),
            "{url}"
        );
    }
    for url in ["https://host/a/c", "alice@host:a/b", "ssh://bob@host/a/b"] {
        assert_ne!(
            spelling_of(url.as_bytes()),
            spelling_of(b"host:a/b"),
            "{url}"
        );
    }
    assert_eq!(spelling_of(b"/srv/a:b@c.git").at, b"/srv/a:b@c");
}

#[test]
fn only_a_remote_at_the_same_place_is_known() {
    let mut remotes = vec![
        remote("origin", &["https://host/a.git"]),
        remote("a", &["x:1"]),
        remote("a/b", &["x:2"]),
        remote("bare", &["x:3"]),
    ];
    remotes[3].refspecs.clear();
    let belief = |name: &str, url: &str| {
        let place = Place {
            remotes: &remotes,
            refs: &[],
            fetched_from: &[],
            name: OsStr::new(name),
            url: OsStr::new(url),
        };
        place.belief(&[])
    };
    let origin = Belief::In("origin".into());
    assert_eq!(belief("origin", "git@host:a"), origin);
    assert_eq!(belief("origin", "git@elsewhere:a"), Belief::Unknown);
    assert_eq!(belief("origin", "alice@host:a"), Belief::Unknown);
    assert_eq!(belief("git@host:a", "git@host:a"), origin);
    assert_eq!(belief("git@host:b", "git@host:b"), Belief::Unknown);
    assert_eq!(belief("origin", ""), origin);
    assert_eq!(belief("", ""), Belief::Unknown);
    assert_eq!(belief("a", "x:1"), Belief::Doubted("a".into()));
    assert_eq!(belief("a/b", "x:2"), Belief::In("a/b".into()));
    assert_eq!(belief("bare", "x:3"), Belief::Doubted("bare".into()));
}

#[test]
fn a_line_of_git_outweighs_a_tracking_ref() {
    let remotes = [remote("origin", &["host:a"])];
    let refs = [named("refs/remotes/origin/main", '1')];
    let belief = |name: &str, old: char| {
        let place = Place {
            remotes: &remotes,
            refs: &refs,
            fetched_from: &[],
            name: OsStr::new("origin"),
            url: OsStr::new("host:a"),
        };
        place.belief(&[Update {
            old: id(old),
            new: id('2'),
            name: name.into(),
        }])
    };
    let (believed, doubted) = (
        Belief::In("origin".into()),
        Belief::Doubted("origin".into()),
    );
    assert_eq!(belief("refs/heads/main", '1'), believed);
    assert_eq!(belief("refs/heads/main", '3'), doubted);
    assert_eq!(belief("refs/heads/main", '0'), doubted);
    assert_eq!(belief("refs/heads/new", '0'), believed);
    assert_eq!(belief("refs/heads/theirs", '3'), believed);
    assert_eq!(belief("refs/tags/main", '0'), believed);
}

#[test]
fn the_last_fetch_tells_of_a_place_that_has_moved() {
    let remotes = [remote("origin", &["host:new"]), remote("up", &["host:up"])];
    let refs = [named("refs/remotes/up/main", '1')];
    let belief = |fetched_from: &str| {
        let places = places_in_fetch_head(fetched_from.as_bytes());
        let place = Place {
            remotes: &remotes,
            refs: &refs,
            fetched_from: &places,
            name: OsStr::new("origin"),
            url: OsStr::new("git@host:new.git"),
        };
        place.belief(&[])
    };
    let (believed, doubted) = (
        Belief::In("origin".into()),
        Belief::Doubted("origin".into()),
    );
    assert_eq!(belief("1\t\tbranch 'main' of host:new\n"), believed);
    assert_eq!(
        belief("1\tnot-for-merge\tbranch 'a of b' of host:up\n"),
        believed
    );
    assert_eq!(belief("1\t\tbranch 'main' of host:old\n"), doubted);
    assert_eq!(belief("1\t\thost:old\n"), doubted);
    assert_eq!(belief(""), believed);
}

#[test]
fn a_refspec_tells_the_tracking_ref() {
    let tracked = |refspec: &str| tracking_ref(refspec.as_bytes(), b"refs/heads/a/b");
    assert_eq!(
        tracked("+refs/heads/*:refs/remotes/x/*"),
        Some(b"refs/remotes/x/a/b".to_vec())
    );
    assert_eq!(tracked("refs/heads/a/b:refs/y"), Some(b"refs/y".to_vec()));
    assert_eq!(
        tracked("refs/heads/a*b:refs/z/*z"),
        Some(b"refs/z//z".to_vec())
    );
    for refspec in [
        "refs/tags/*:refs/tags/*",
        "refs/heads/a/b",
        "^refs/heads/a/b",
    ] {
        assert_eq!(tracked(refspec), None, "{refspec}");
    }
}

#[test]
fn lines_are_read_from_their_end_where_a_name_may_have_blanks() {
    let (one, zero) = ("1".repeat(40), "0".repeat(40));
    let updates =
        sent_updates(format!(":/two words {one} refs/heads/x {zero}\n").as_bytes()).unwrap();
    assert_eq!(updates[0].name, b"refs/heads/x");
    assert!(updates[0].old.is_zero() && !updates[0].new.is_zero());
    assert_eq!(
        received_updates(format!("{zero} {one} refs/heads/x\n").as_bytes()).unwrap(),
        updates
    );
    assert!(
        sent_updates(b"a b c d\n").is_err()
            && received_updates(format!("{one} {one}\n").as_bytes()).is_err()
    );
    assert_eq!(sent_updates(b"").unwrap(), []);
}
