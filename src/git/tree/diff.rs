//! A tree against others, without looking into what it has in common with one of them. libgit2's
//! own tree diff walks equal subtrees, too.

use std::cmp::Ordering;
use std::iter::Peekable;
use std::slice;

use anyhow::{Result, ensure};

use crate::git::object::reader::ObjectReader;
use crate::git::object::{Content, Kind};
use crate::git::tree::walk::{Entry, entries};
use crate::git::{Addition, Delta, GITLINK, ObjectId, TREE};

/// Deeper than git itself follows (`core.maxTreeDepth`).
const DEEPEST: usize = 4096;

/// Every file of `new` whose content `old` does not have at its path, in the order of an index.
pub(crate) fn deltas(
    objects: &ObjectReader<'_>,
    old: Option<&ObjectId>,
    new: &ObjectId,
) -> Result<Vec<Delta>> {
    let additions = additions(objects, old.map_or(&[], slice::from_ref), new)?;
    let delta = |Addition { path, new, old }: Addition| Delta {
        path,
        new,
        old: old.first().copied(),
    };
    Ok(additions.into_iter().map(delta).collect())
}

/// Every file of `new` whose content none of the `old` trees has at its path, in the order of an
/// index.
pub(crate) fn additions(
    objects: &ObjectReader<'_>,
    old: &[ObjectId],
    new: &ObjectId,
) -> Result<Vec<Addition>> {
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
    /// Of the trees being compared, with a slash at its end unless they are the roots.
    path: Vec<u8>,
    found: Vec<Addition>,
}

impl Walk<'_> {
    fn compare(&mut self, old: &[ObjectId], new: &ObjectId, depth: usize) -> Result<()> {
        if old.contains(new) {
            return Ok(());
        }
        ensure!(depth < DEEPEST, "the directories are nested too deeply");
        let tree = self.objects.content(new, Kind::Tree)?;
        let old: Vec<Content<'_>> = old
            .iter()
            .map(|id| self.objects.content(id, Kind::Tree))
            .collect::<Result<_>>()?;
        let id_length = new.as_bytes().len();
        let old: Vec<Vec<Entry<'_>>> = old
            .iter()
            .map(|tree| entries(tree, id_length).collect())
            .collect::<Result<_>>()?;
        let mut before: Vec<_> = old
            .iter()
            .map(|entries| entries.iter().peekable())
            .collect();
        for entry in entries(&tree, id_length) {
            let entry = entry?;
            let others: Vec<ObjectId> = before
                .iter_mut()
                .filter_map(|old| same_place(old, &entry))
                .collect();
            let prefix = self.path.len();
            self.path.extend_from_slice(entry.name);
            if entry.mode == TREE {
                self.path.push(b'/');
                self.compare(&others, &entry.id, depth + 1)?;
            } else if entry.mode != GITLINK && !others.contains(&entry.id) {
                self.found.push(Addition {
                    path: self.path.clone(),
                    new: entry.id,
                    old: others,
                });
            }
            self.path.truncate(prefix);
        }
        Ok(())
    }
}

/// What the other tree has at the place of an entry. To be asked in the order of the entries.
fn same_place(
    old: &mut Peekable<slice::Iter<'_, Entry<'_>>>,
    entry: &Entry<'_>,
) -> Option<ObjectId> {
    while old
        .next_if(|other| order(other, entry) == Ordering::Less)
        .is_some()
    {}
    let other = old.next_if(|other| order(other, entry) == Ordering::Equal)?;
    (other.mode != GITLINK).then_some(other.id)
}

/// The order of a tree: a subtree sorts as if its name ended in a slash. So a file and a directory
/// of one name are different entries.
fn order(a: &Entry<'_>, b: &Entry<'_>) -> Ordering {
    let slash = |entry: &Entry<'_>| (entry.mode == TREE).then_some(b'/');
    let name_a = a.name.iter().copied().chain(slash(a));
    name_a.cmp(b.name.iter().copied().chain(slash(b)))
}
