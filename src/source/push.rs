//! The changes that a push sends, and those that it brings to a server.

use std::ffi::{OsStr, OsString};

use anyhow::{Context, Result};

use super::range::{Cut, Selection, Tip};
use crate::failure::{failed, hint};
use crate::git::{History, Known, ObjectId, Ref, Remote, Target};

/// A ref that is to point at another object. A zero id stands for no object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The object on the other side, or until now.
    pub old: ObjectId,
    /// The object from now on.
    pub new: ObjectId,
    /// The name that the ref has on the server: any bytes but NUL.
    pub name: Vec<u8>,
}

/// Reads the lines of pre-push: `<local ref> <local oid> <remote ref> <remote oid>`. The name of
/// the local ref may have blanks.
///
/// # Errors
/// A line of another shape.
pub fn sent_updates(text: &[u8]) -> Result<Vec<Update>> {
    parse_updates(text, |line| {
        let mut words = line.rsplitn(4, |b| *b == b' ');
        let (old, name, new, _local) = (words.next()?, words.next()?, words.next()?, words.next()?);
        Some(Update {
            old: ObjectId::from_hex(old)?,
            new: ObjectId::from_hex(new)?,
            name: name.to_vec(),
        })
    })
}

/// Reads the lines of pre-receive: `<old oid> <new oid> <ref>`.
///
/// # Errors
/// A line of another shape.
pub fn received_updates(text: &[u8]) -> Result<Vec<Update>> {
    parse_updates(text, |line| {
        let mut words = line.splitn(3, |b| *b == b' ');
        let (old, new, name) = (words.next()?, words.next()?, words.next()?);
        Some(Update {
            old: ObjectId::from_hex(old)?,
            new: ObjectId::from_hex(new)?,
            name: name.to_vec(),
        })
    })
}

fn parse_updates(text: &[u8], parse: impl Fn(&[u8]) -> Option<Update>) -> Result<Vec<Update>> {
    let lines = text.split(|b| *b == b'\n').filter(|line| !line.is_empty());
    let updates = lines
        .map(|line| parse(line).with_context(|| format!("{:?}", String::from_utf8_lossy(line))));
    updates
        .collect::<Result<_>>()
        .map_err(|e| failed("unexpected input on standard input", hint::HOOK_INPUT, e))
}

/// Selects the commits that the updates bring to this repository: those not reachable from its
/// refs. The old values that the client states are not trusted.
#[must_use]
pub fn new_tips(updates: &[Update]) -> Selection {
    let mut selection = Selection {
        known: Known::OfRefs,
        cut: Cut::Root,
        ..Selection::default()
    };
    for update in updates {
        if update.new.is_zero() {
            continue;
        }
        selection.tips.push(Tip {
            id: update.new,
            name: update.name.clone(),
        });
        selection.names.push((update.name.clone(), update.new));
    }
    selection
}

/// Selects the commits that the updates bring to a remote. It has the `known` commits, and the old
/// targets of the updated refs, if they exist here.
///
/// # Errors
/// An object is damaged.
pub fn select_pushed(history: &History<'_>, updates: &[Update], known: Known) -> Result<Selection> {
    let mut selection = Selection {
        known,
        ..new_tips(updates)
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

/// Everything that this repository says of the place that a push goes to.
#[derive(Debug)]
pub struct Place<'p> {
    /// The remotes that are configured.
    pub remotes: &'p [Remote],
    /// All refs.
    pub refs: &'p [Ref],
    /// The places of the last fetch.
    pub fetched_from: &'p [Vec<u8>],
    /// The remote's name; its URL if it has none; empty if it is not told.
    pub name: &'p OsStr,
    /// Its URL; empty if it is not told.
    pub url: &'p OsStr,
}

/// Says how far the remote-tracking refs of a place are believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Belief {
    /// The remote has the commits that are reachable from its remote-tracking refs.
    In(OsString),
    /// This remote's refs seem to be those of another place, or of another time.
    Doubted(OsString),
    /// No remote is configured for this place.
    Unknown,
}

impl Belief {
    /// The commits that the place is known to have.
    #[must_use]
    pub fn known_commits(&self) -> Known {
        match self {
            Self::In(remote) => Known::OfRemote(remote.clone()),
            Self::Doubted(_) | Self::Unknown => Known::Nothing,
        }
    }
}

impl Place<'_> {
    /// Decides whether the remote-tracking refs of a remote are trusted. Git's own statement about
    /// the remote (`updates`) outweighs them.
    #[must_use]
    pub fn belief(&self, updates: &[Update]) -> Belief {
        let Some(remote) = self.remote_at_place() else {
            return Belief::Unknown;
        };
        if !self.owns_its_refs(remote)
            || self.is_contradicted(remote, updates)
            || self.was_fetched_elsewhere(remote)
        {
            return Belief::Doubted(remote.name.clone());
        }
        Belief::In(remote.name.clone())
    }

    /// The remote at this place. One with several URLs is pushed to all of them, but fetched from
    /// the first.
    fn remote_at_place(&self) -> Option<&Remote> {
        let place = spelling_of(self.url.as_encoded_bytes());
        let is_here = |remote: &&Remote| match remote.urls.first() {
            Some(first) => spelling_of(first) == place,
            None => false,
        };
        match self.remotes.iter().find(|remote| remote.name == self.name) {
            Some(named) if self.url.is_empty() => Some(named),
            Some(named) => Some(named).filter(is_here),
            None => self.remotes.iter().find(is_here),
        }
    }

    /// Only this remote's refspecs write below `refs/remotes/<name>/`.
    fn owns_its_refs(&self, remote: &Remote) -> bool {
        let prefix = [b"refs/remotes/", remote.name.as_encoded_bytes(), b"/"].concat();
        self.remotes.iter().all(|other| {
            let writes_there = other.refspecs.iter().any(|refspec| {
                target_of(refspec).is_some_and(|target| target.starts_with(&prefix))
            });
            writes_there == (other.name == remote.name)
        })
    }

    /// A line of git says of a ref something else than the remote-tracking ref.
    fn is_contradicted(&self, remote: &Remote, updates: &[Update]) -> bool {
        for update in updates {
            for refspec in &remote.refspecs {
                let Some(tracking) = tracking_ref(refspec, &update.name) else {
                    continue;
                };
                let tracked = self.refs.iter().find(|known| known.name == tracking);
                if tracked.is_some_and(|tracked| tracked.id != update.old) {
                    return true;
                }
            }
        }
        false
    }

    /// The last fetch was from a place that is neither this one nor that of another remote with
    /// refs of its own: the remote's URL may have been that one then.
    fn was_fetched_elsewhere(&self, remote: &Remote) -> bool {
        let mut others = Vec::new();
        for other in self.remotes {
            let prefix = [b"refs/remotes/", other.name.as_encoded_bytes(), b"/"].concat();
            if other.name == remote.name
                || self
                    .refs
                    .iter()
                    .any(|known| known.name.starts_with(&prefix))
            {
                others.extend(other.urls.iter().map(|url| spelling_of(url).at));
            }
        }
        // FETCH_HEAD does not tell the user.
        self.fetched_from
            .iter()
            .any(|url| !others.contains(&spelling_of(url).at))
    }
}

/// The right side of a refspec: `+refs/heads/*:refs/remotes/origin/*`.
fn target_of(refspec: &[u8]) -> Option<&[u8]> {
    let colon = refspec.iter().position(|byte| *byte == b':')?;
    Some(&refspec[colon + 1..])
}

/// The ref in which a refspec keeps this ref of the remote.
fn tracking_ref(refspec: &[u8], name: &[u8]) -> Option<Vec<u8>> {
    let target = target_of(refspec)?;
    let source = &refspec[..refspec.len() - target.len() - 1];
    let source = source.strip_prefix(b"+").unwrap_or(source);
    let (Some(source_star), Some(target_star)) = (star_in(source), star_in(target)) else {
        return (source == name).then(|| target.to_vec());
    };
    let middle = name
        .strip_prefix(&source[..source_star])?
        .strip_suffix(&source[source_star + 1..])?;
    Some([&target[..target_star], middle, &target[target_star + 1..]].concat())
}

/// A URL, however it is spelled: `https://host/a.git`, `ssh://git@host/a` and `git@host:a` are one
/// place.
#[derive(Debug, PartialEq, Eq)]
struct Spelling {
    /// The user on the host, unless it is the `git` that serves everybody: `alice@host:a` lies in
    /// another directory than `bob@host:a`.
    user: Vec<u8>,
    /// Host and path.
    at: Vec<u8>,
}

fn spelling_of(url: &[u8]) -> Spelling {
    let scheme = url.windows(3).position(|part| part == b"://");
    let rest = scheme.map_or(url, |at| &url[at + 3..]);
    let host_end = rest
        .iter()
        .position(|byte| *byte == b'/')
        .unwrap_or(rest.len());
    let (user, rest) = match rest[..host_end].iter().rposition(|byte| *byte == b'@') {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => (&b""[..], rest),
    };
    // To a web server it is a password, and the place is the same.
    let user = if url.starts_with(b"http") || user == b"git" {
        Vec::new()
    } else {
        user.to_vec()
    };
    let mut at = rest.to_vec();
    if scheme.is_none()
        && let Some(separator) = at.iter().position(|byte| matches!(byte, b':' | b'/'))
        && at[separator] == b':'
    {
        at[separator] = b'/';
    }
    while at.last() == Some(&b'/') {
        at.pop();
    }
    if at.ends_with(b".git") {
        at.truncate(at.len() - 4);
    }
    Spelling { user, at }
}

/// The places that `FETCH_HEAD` names: `<id>`, tab, perhaps a mark, tab, `branch 'main' of <url>`.
#[must_use]
pub fn places_in_fetch_head(text: &[u8]) -> Vec<Vec<u8>> {
    let mut places = Vec::new();
    for line in text.split(|byte| *byte == b'\n') {
        let Some(note) = line.rsplit(|byte| *byte == b'\t').next() else {
            continue;
        };
        let of = note.windows(4).rposition(|part| part == b" of ");
        let place = match of {
            Some(of) => &note[of + 4..],
            None => note,
        };
        if !place.is_empty() {
            places.push(place.to_vec());
        }
    }
    places.sort();
    places.dedup();
    places
}

fn star_in(pattern: &[u8]) -> Option<usize> {
    pattern.iter().position(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests;
