//! The entries of a tree, and the files below it in the order of an index.

use anyhow::{Context, Result, anyhow};

use crate::git::cli::raw_diff::octal;
use crate::git::object::reader::ObjectReader;
use crate::git::object::{Content, Kind};
use crate::git::{ObjectId, TREE};

/// Walks a tree and its subtrees. Git sorts a subtree as if its name ended in `/`, so the paths
/// come out in the byte order that the index has too.
pub(crate) struct TreeFiles<'r> {
    objects: &'r ObjectReader<'r>,
    open: Vec<Level<'r>>,
    path: Vec<u8>,
}

struct Level<'r> {
    tree: Content<'r>,
    /// Offset of the next entry.
    next: usize,
    /// Length of the path of this tree, with its `/`.
    prefix: usize,
    /// Number of bytes of an object id in it.
    id_length: usize,
}

impl<'r> TreeFiles<'r> {
    /// Starts at the first file. Without a tree there are no files.
    pub(crate) fn new(objects: &'r ObjectReader<'r>, root: Option<&ObjectId>) -> Result<Self> {
        let mut files = Self {
            objects,
            open: Vec::new(),
            path: Vec::new(),
        };
        if let Some(root) = root {
            files.enter(root)?;
        }
        Ok(files)
    }

    fn enter(&mut self, id: &ObjectId) -> Result<()> {
        let tree = self.objects.content(id, Kind::Tree)?;
        self.open.push(Level {
            tree,
            next: 0,
            prefix: self.path.len(),
            id_length: id.as_bytes().len(),
        });
        Ok(())
    }

    /// The path of the next file, symbolic link or submodule, or `None` behind the last.
    pub(crate) fn next_file(&mut self) -> Result<Option<Vec<u8>>> {
        while let Some(level) = self.open.last_mut() {
            self.path.truncate(level.prefix);
            let rest = &level.tree[level.next..];
            if rest.is_empty() {
                self.open.pop();
                continue;
            }
            let (entry, length) =
                first_entry(rest, level.id_length).context("a tree is damaged")?;
            level.next += length;
            self.path.extend_from_slice(entry.name);
            if entry.mode != TREE {
                return Ok(Some(self.path.clone()));
            }
            let id = entry.id;
            self.path.push(b'/');
            self.enter(&id)?;
        }
        Ok(None)
    }
}

/// The file with this name at the top of a tree.
///
/// # Errors
/// The tree is missing or damaged.
pub(crate) fn file_at_top(
    objects: &ObjectReader<'_>,
    tree: &ObjectId,
    name: &str,
) -> Result<Option<ObjectId>> {
    let content = objects.content(tree, Kind::Tree)?;
    for entry in entries(&content, tree.as_bytes().len()) {
        let entry = entry?;
        if entry.name == name.as_bytes() && entry.mode != TREE {
            return Ok(Some(entry.id));
        }
    }
    Ok(None)
}

/// An entry of one tree.
pub(crate) struct Entry<'t> {
    pub(crate) mode: u32,
    pub(crate) name: &'t [u8],
    pub(crate) id: ObjectId,
}

/// Reads the entries of a tree's content. `id_length` is 20 or 32.
pub(crate) fn entries(
    mut tree: &[u8],
    id_length: usize,
) -> impl Iterator<Item = Result<Entry<'_>>> {
    std::iter::from_fn(move || {
        if tree.is_empty() {
            return None;
        }
        let first = first_entry(tree, id_length);
        let Some((entry, length)) = first else {
            // Nothing behind a damaged entry can be told apart.
            tree = &[];
            return Some(Err(anyhow!("a tree is damaged")));
        };
        tree = &tree[length..];
        Some(Ok(entry))
    })
}

/// The entry at the start of a tree's content and its length: `100644 name`, NUL, object id.
fn first_entry(tree: &[u8], id_length: usize) -> Option<(Entry<'_>, usize)> {
    let space = tree.iter().position(|b| *b == b' ')?;
    let nul = space + tree[space..].iter().position(|b| *b == 0)?;
    let id = ObjectId::from_bytes(tree.get(nul + 1..nul + 1 + id_length)?)?;
    let name = &tree[space + 1..nul];
    if name.is_empty() {
        return None;
    }
    let entry = Entry {
        mode: octal(&tree[..space])?,
        name,
        id,
    };
    Some((entry, nul + 1 + id_length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_has_mode_name_and_id() {
        let tree = [b"100644 a b\0".as_slice(), &[7; 20], b"40000 c\0"].concat();
        let (entry, length) = first_entry(&tree, 20).unwrap();
        assert_eq!(
            (entry.mode, entry.name, entry.id.as_bytes(), length),
            (0o100_644, &b"a b"[..], &[7; 20][..], 31)
        );
    }

    #[test]
    fn what_is_cut_or_shapeless_is_no_entry() {
        for tree in [
            &b""[..],
            b"100644",
            b"100644 a",
            b"100644 a\0short",
            b"9 a\0aaaaaaaaaaaaaaaaaaaa",
            b" \0",
        ] {
            assert!(first_entry(tree, 20).is_none(), "{tree:?}");
        }
    }
}
