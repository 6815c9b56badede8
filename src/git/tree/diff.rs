//! Compares a tree with others. A subtree that one of them has, too, is not looked into: libgit2's
//! own tree diff walks equal subtrees.

use std::cmp::Ordering;

use anyhow::{Result, ensure};

use crate::git::object::Kind;
use crate::git::object::reader::ObjectReader;
use crate::git::tree::walk::{Entry, entries};
use crate::git::{Delta, EntryKind, GITLINK, ObjectId, TREE};

/// Deeper than git itself follows (`core.maxTreeDepth`).
const DEEPEST: usize = 4096;

/// Lists every file of `new` whose content none of the `old` trees has at its path, in the order of
/// an index.
pub(crate) fn deltas(
    objects: &ObjectReader<'_>,
    old: &[ObjectId],
    new: &ObjectId,
) -> Result<Vec<Delta>> {
    let mut walk = Walk {
        objects,
        path: Vec::new(),
        found: Vec::new(),
    };
    walk.compare(old, new, 0)?;
    Ok(walk.found)
}

struct Walk<'r> {
    objects: &'r ObjectReader<'r>,
    /// The path of the trees being compared. Unless they are the roots it ends in a slash.
    path: Vec<u8>,
    found: Vec<Delta>,
}

impl Walk<'_> {
    fn compare(&mut self, old: &[ObjectId], new: &ObjectId, depth: usize) -> Result<()> {
        if old.contains(new) {
            return Ok(());
        }
        ensure!(depth < DEEPEST, "the directories are nested too deeply");
        let tree = self.objects.content(new, Kind::Tree)?;
        let mut old_trees = Vec::with_capacity(old.len());
        for id in old {
            old_trees.push(self.objects.content(id, Kind::Tree)?);
        }
        let id_length = new.as_bytes().len();
        let mut cursors = Vec::with_capacity(old.len());
        for content in &old_trees {
            cursors.push(Cursor {
                rest: entries(content, id_length),
                next: None,
            });
        }
        for entry in entries(&tree, id_length) {
            let entry = entry?;
            let mut at_same_place = Vec::new();
            let mut is_known_submodule = false;
            for cursor in &mut cursors {
                match cursor.entry_at(&entry)? {
                    Some(old) if old.mode == GITLINK => is_known_submodule = true,
                    Some(old) => at_same_place.push(old.id),
                    None => {}
                }
            }
            let prefix = self.path.len();
            self.path.extend_from_slice(entry.name);
            if entry.mode == TREE {
                self.path.push(b'/');
                self.compare(&at_same_place, &entry.id, depth + 1)?;
            } else if entry.mode == GITLINK {
                // Another commit of the same submodule brings nothing that is stored here.
                if !is_known_submodule {
                    self.keep(&entry, EntryKind::Submodule, at_same_place);
                }
            } else if !at_same_place.contains(&entry.id) {
                self.keep(&entry, EntryKind::File, at_same_place);
            }
            self.path.truncate(prefix);
        }
        Ok(())
    }

    fn keep(&mut self, entry: &Entry<'_>, kind: EntryKind, old: Vec<ObjectId>) {
        self.found.push(Delta {
            path: self.path.clone(),
            new: entry.id,
            old,
            kind,
        });
    }
}

/// Reads an old tree in step with the new one.
struct Cursor<'t, I: Iterator<Item = Result<Entry<'t>>>> {
    rest: I,
    /// The first entry that was read and not passed yet.
    next: Option<Entry<'t>>,
}

impl<'t, I: Iterator<Item = Result<Entry<'t>>>> Cursor<'t, I> {
    /// The entry that the old tree has at the place of `wanted`. Ask in the order of the new tree's
    /// entries.
    fn entry_at(&mut self, wanted: &Entry<'_>) -> Result<Option<Entry<'t>>> {
        loop {
            let entry = match self.next.take() {
                Some(entry) => entry,
                None => match self.rest.next() {
                    Some(entry) => entry?,
                    None => return Ok(None),
                },
            };
            match tree_order(&entry, wanted) {
                Ordering::Less => {}
                Ordering::Equal => return Ok(Some(entry)),
                Ordering::Greater => {
                    self.next = Some(entry);
                    return Ok(None);
                }
            }
        }
    }
}

/// The order of the entries of a tree: a subtree sorts as if its name ended in a slash. So a file
/// and a directory of one name are different entries.
fn tree_order(a: &Entry<'_>, b: &Entry<'_>) -> Ordering {
    let shared = a.name.len().min(b.name.len());
    let by_name = a.name[..shared].cmp(&b.name[..shared]);
    by_name.then_with(|| sorting_byte(a, shared).cmp(&sorting_byte(b, shared)))
}

fn sorting_byte(entry: &Entry<'_>, at: usize) -> Option<u8> {
    match entry.name.get(at) {
        Some(byte) => Some(*byte),
        None if entry.mode == TREE => Some(b'/'),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subtree_sorts_as_if_its_name_ended_in_a_slash() {
        let id = ObjectId::from_bytes(&[7; 20]).unwrap();
        let entry = |mode, name| Entry { mode, name, id };
        let file = entry(0o100_644, b"a");
        let tree = entry(TREE, b"a");
        let dotted = entry(0o100_644, b"a.b");
        assert_eq!(tree_order(&file, &dotted), Ordering::Less);
        assert_eq!(tree_order(&tree, &dotted), Ordering::Greater);
        assert_eq!(tree_order(&file, &tree), Ordering::Less);
        assert_eq!(tree_order(&tree, &tree), Ordering::Equal);
    }
}
