//! Two trees against each other, without looking into what they have in common. libgit2's own tree
//! diff walks equal subtrees, too.

use std::cmp::Ordering;

use anyhow::Result;

use super::object::Kind;
use super::reader::ObjectReader;
use super::tree_walk::{Entry, entries};
use super::{Delta, GITLINK, ObjectId, TREE};

/// Every file of `new` whose content `old` does not have at its path, in the order of an index.
pub(super) fn deltas(objects: &ObjectReader<'_>, old: Option<&ObjectId>, new: &ObjectId) -> Result<Vec<Delta>> {
    let mut deltas = Vec::new();
    compare(objects, &mut deltas, &mut Vec::new(), old, new)?;
    Ok(deltas)
}

/// `path` is that of the trees, with a slash at its end unless it is the root's.
fn compare(
    objects: &ObjectReader<'_>,
    deltas: &mut Vec<Delta>,
    path: &mut Vec<u8>,
    old: Option<&ObjectId>,
    new: &ObjectId,
) -> Result<()> {
    if old == Some(new) {
        return Ok(());
    }
    let new = objects.content(new, Kind::Tree)?;
    let old = old.map(|id| objects.content(id, Kind::Tree)).transpose()?;
    let old: Vec<Entry<'_>> = old.iter().flat_map(|tree| entries(tree)).collect::<Result<_>>()?;
    let mut before = old.iter().peekable();
    for entry in entries(&new) {
        let entry = entry?;
        while before.next_if(|other| order(other, &entry) == Ordering::Less).is_some() {}
        let other = before.next_if(|other| order(other, &entry) == Ordering::Equal);
        let other = other.filter(|other| other.mode != GITLINK).map(|other| other.id);
        let prefix = path.len();
        path.extend_from_slice(entry.name);
        if entry.mode == TREE {
            path.push(b'/');
            compare(objects, deltas, path, other.as_ref(), &entry.id)?;
        } else if entry.mode != GITLINK && other != Some(entry.id) {
            deltas.push(Delta { path: path.clone(), new: entry.id, old: other });
        }
        path.truncate(prefix);
    }
    Ok(())
}

/// The order of a tree: a subtree sorts as if its name ended in a slash. So a file and a directory
/// of one name are different entries.
fn order(a: &Entry<'_>, b: &Entry<'_>) -> Ordering {
    let slash = |entry: &Entry<'_>| (entry.mode == TREE).then_some(b'/');
    let name_a = a.name.iter().copied().chain(slash(a));
    name_a.cmp(b.name.iter().copied().chain(slash(b)))
}
