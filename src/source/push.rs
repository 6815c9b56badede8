//! What a push sends, and what it brings to a server.

use std::ffi::OsStr;

use anyhow::{Context, Result};

use super::range::{Selection, Tip};
use crate::failure::{failed, hint};
use crate::git::{History, Known, ObjectId, Remote, Target};

/// A ref and what it is to point at; zero ids stand for what is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// What it points at on the other side, or until now.
    pub old: ObjectId,
    /// What it is to point at.
    pub new: ObjectId,
    /// The name that the ref has on the server: any bytes but NUL.
    pub name: Vec<u8>,
}

/// The lines that pre-push reads: `<local ref> <local oid> <remote ref> <remote oid>`. What git
/// calls the local ref may have blanks.
///
/// # Errors
/// A line of another shape.
pub fn sent(text: &[u8]) -> Result<Vec<Update>> {
    updates(text, |line| {
        let mut words = line.rsplitn(4, |b| *b == b' ');
        let (old, name, new, _local) = (words.next()?, words.next()?, words.next()?, words.next()?);
        Some(Update {
            old: ObjectId::from_hex(old)?,
            new: ObjectId::from_hex(new)?,
            name: name.to_vec(),
        })
    })
}

/// The lines that pre-receive reads: `<old oid> <new oid> <ref>`.
///
/// # Errors
/// A line of another shape.
pub fn received(text: &[u8]) -> Result<Vec<Update>> {
    updates(text, |line| {
        let mut words = line.splitn(3, |b| *b == b' ');
        let (old, new, name) = (words.next()?, words.next()?, words.next()?);
        Some(Update {
            old: ObjectId::from_hex(old)?,
            new: ObjectId::from_hex(new)?,
            name: name.to_vec(),
        })
    })
}

fn updates(text: &[u8], parse: impl Fn(&[u8]) -> Option<Update>) -> Result<Vec<Update>> {
    let lines = text.split(|b| *b == b'\n').filter(|line| !line.is_empty());
    let updates = lines
        .map(|line| parse(line).with_context(|| format!("{:?}", String::from_utf8_lossy(line))));
    updates
        .collect::<Result<_>>()
        .map_err(|e| failed("git gives such a hook other lines", hint::HOOK_INPUT, e))
}

/// What the updates bring to this side, which has what its refs lead to. What the client says that
/// they pointed at until now is not believed.
#[must_use]
pub fn brought(updates: &[Update]) -> Selection {
    let new = updates.iter().filter(|update| !update.new.is_zero());
    let tips = new
        .map(|update| Tip {
            id: update.new,
            name: update.name.clone(),
        })
        .collect();
    Selection {
        tips,
        known: Known::OfRefs,
        ..Selection::default()
    }
}

/// What the updates bring to a side that has what their refs pointed at until now, as far as it is
/// here, and what it is known to have.
///
/// # Errors
/// An object is damaged.
pub fn selection(history: &History<'_>, updates: &[Update], known: Known) -> Result<Selection> {
    let mut selection = Selection {
        known,
        ..brought(updates)
    };
    for update in updates {
        if !update.old.is_zero()
            && history.has(&update.old)?
            && let Target::Commit(commit) = history.peel(&update.old)?.target
        {
            selection.exclude.push(commit.id);
        }
    }
    Ok(selection)
}

/// What is known of the remote with this name (its URL if it has none) and this URL, if that is told:
/// what its remote-tracking refs lead to, if they are those of this place.
#[must_use]
pub fn known(remotes: &[Remote], name: &OsStr, url: &OsStr) -> Known {
    let is_told = !url.is_empty();
    // A remote with several URLs is pushed to all of them, but fetched from the first.
    let is_here = |remote: &&Remote| {
        remote
            .urls
            .first()
            .is_some_and(|first| place(first) == place(url.as_encoded_bytes()))
    };
    let named = remotes.iter().find(|remote| remote.name == name);
    let found = named.map_or_else(
        || remotes.iter().find(is_here),
        |named| Some(named).filter(|named| !is_told || is_here(named)),
    );
    let Some(found) = found else {
        return Known::Nothing;
    };
    // The refs of a remote `a/b` lie among those of a remote `a`.
    let prefix = [found.name.as_encoded_bytes(), b"/"].concat();
    let is_shared = remotes
        .iter()
        .any(|remote| remote.name.as_encoded_bytes().starts_with(&prefix));
    if is_shared {
        Known::Nothing
    } else {
        Known::OfRemote(found.name.clone())
    }
}

/// Host and path of a URL, however it is reached: `https://host/a.git`, `ssh://git@host/a` and
/// `git@host:a` are one place.
fn place(url: &[u8]) -> Vec<u8> {
    let scheme = url.windows(3).position(|part| part == b"://");
    let rest = scheme.map_or(url, |at| &url[at + 3..]);
    let host_end = rest.iter().position(|b| *b == b'/').unwrap_or(rest.len());
    let user = rest[..host_end].iter().position(|b| *b == b'@');
    let mut place = user.map_or(rest, |at| &rest[at + 1..]).to_vec();
    if scheme.is_none()
        && let Some(colon) = place
            .iter()
            .position(|b| matches!(b, b':' | b'/'))
            .filter(|at| place[*at] == b':')
    {
        place[colon] = b'/';
    }
    let place = place.strip_suffix(b"/").unwrap_or(&place);
    place.strip_suffix(b".git").unwrap_or(place).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(name: &str, urls: &[&str]) -> Remote {
        Remote {
            name: name.into(),
            urls: urls.iter().map(|url| url.as_bytes().to_vec()).collect(),
        }
    }

    #[test]
    fn one_place_is_reached_in_several_ways() {
        for url in [
            "https://host/a/b.git",
            "ssh://git@host/a/b",
            "git@host:a/b.git",
            "host:a/b/",
        ] {
            assert_eq!(place(url.as_bytes()), b"host/a/b", "{url}");
        }
        assert_ne!(place(b"https://host/a/c"), place(b"https://host/a/b"));
        assert_eq!(place(b"/srv/a:b@c.git"), b"/srv/a:b@c");
    }

    #[test]
    fn only_a_remote_at_the_same_place_is_known() {
        let remotes = [
            remote("origin", &["https://host/a.git"]),
            remote("a", &["x:1"]),
            remote("a/b", &["x:2"]),
        ];
        let known = |name: &str, url: &str| known(&remotes, OsStr::new(name), OsStr::new(url));
        assert_eq!(
            known("origin", "git@host:a"),
            Known::OfRemote("origin".into())
        );
        assert_eq!(known("origin", "git@elsewhere:a"), Known::Nothing);
        assert_eq!(
            known("git@host:a", "git@host:a"),
            Known::OfRemote("origin".into())
        );
        assert_eq!(known("git@host:b", "git@host:b"), Known::Nothing);
        assert_eq!(known("origin", ""), Known::OfRemote("origin".into()));
        assert_eq!(known("", ""), Known::Nothing);
        assert_eq!(known("a", "x:1"), Known::Nothing);
        assert_eq!(known("a/b", "x:2"), Known::OfRemote("a/b".into()));
    }

    #[test]
    fn lines_are_read_from_their_end_where_a_name_may_have_blanks() {
        let (one, zero) = ("1".repeat(40), "0".repeat(40));
        let updates = sent(format!(":/two words {one} refs/heads/x {zero}\n").as_bytes()).unwrap();
        assert_eq!(updates[0].name, b"refs/heads/x");
        assert!(updates[0].old.is_zero() && !updates[0].new.is_zero());
        assert_eq!(
            received(format!("{zero} {one} refs/heads/x\n").as_bytes()).unwrap(),
            updates
        );
        assert!(
            sent(b"a b c d\n").is_err() && received(format!("{one} {one}\n").as_bytes()).is_err()
        );
        assert_eq!(sent(b"").unwrap(), []);
    }
}
