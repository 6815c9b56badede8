//! YAML as a small tree of texts, lists and maps with the lines where they stand.

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};

/// No configuration of a hook manager is larger.
const MAX_SIZE: usize = 1024 * 1024;
/// The parser calls itself for each block inside of another one.
const MAX_INDENT: usize = 200;

/// A value of YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    /// The line on which it starts, from 1.
    pub(super) line: usize,
    /// The value.
    pub(super) value: Value,
}

/// A value without its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A text, or true or false as YAML writes it.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map in the order of the file.
    Map(Vec<Entry>),
    /// A number, nothing, or something with a tag.
    Other,
}

/// A member of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its name.
    pub(super) key: String,
    /// Its value.
    pub(super) node: Node,
}

impl Node {
    /// Reads a file that holds one document.
    ///
    /// # Errors
    /// It holds something else, or names something twice. The error says so.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.len() > MAX_SIZE || text.lines().any(is_too_deep) {
            return Err("it is too large".into());
        }
        let mut documents = MarkedYaml::load_from_str(text).map_err(|error| error.to_string())?;
        match (documents.pop(), documents.is_empty()) {
            (Some(document), true) => Ok(Self::from_marked(&document)),
            _ => Err("it holds not exactly one document".into()),
        }
    }

    fn from_marked(node: &MarkedYaml<'_>) -> Self {
        Self {
            line: node.span.start.line(),
            value: value_of(&node.data),
        }
    }

    /// Returns the text that this is.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the members of the list that this is.
    pub(super) fn list(&self) -> &[Node] {
        match &self.value {
            Value::List(nodes) => nodes,
            _ => &[],
        }
    }

    /// Returns the members of the map that this is.
    pub(super) fn map(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Returns the member of this name of the map that this is.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        let entry = self.map().iter().find(|entry| entry.key == key)?;
        Some(&entry.node)
    }
}

fn value_of<'t>(data: &YamlData<'t, MarkedYaml<'t>>) -> Value {
    match data {
        YamlData::Value(Scalar::String(text)) => Value::Text(text.to_string()),
        YamlData::Value(Scalar::Boolean(value)) => Value::Text(value.to_string()),
        YamlData::Sequence(nodes) => Value::List(nodes.iter().map(Node::from_marked).collect()),
        YamlData::Mapping(map) => {
            let mut entries = Vec::new();
            for (key, value) in map {
                let Value::Text(key) = value_of(&key.data) else {
                    return Value::Other;
                };
                let node = Node::from_marked(value);
                entries.push(Entry { key, node });
            }
            Value::Map(entries)
        }
        _ => Value::Other,
    }
}

fn is_too_deep(line: &str) -> bool {
    let content = line.trim_start_matches([' ', '\t', '-', '?', ':']);
    line.len() - content.len() > MAX_INDENT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_lists_and_maps_are_read_with_their_lines() {
        let node = Node::parse("# a\na: [b, 'c: d']\ne:\n  f: true\n").unwrap();
        let list = node.get("a").unwrap().list();
        assert_eq!((list[1].text(), list[1].line), (Some("c: d"), 2));
        let inner = node.get("e").unwrap().get("f").unwrap();
        assert_eq!((inner.text(), inner.line), (Some("true"), 4));
    }

    #[test]
    fn what_readers_may_take_in_two_ways_is_refused() {
        for text in ["a: 1\n'a': 2\n", "a: 1\n---\nb: 2\n", "a: [\n", ""] {
            assert!(Node::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_nested_without_end_is_refused() {
        for text in [
            "- ".repeat(50_000),
            "[".repeat(50_000),
            "{a: ".repeat(50_000),
            "? ".repeat(50_000),
        ] {
            assert!(Node::parse(&text).is_err());
        }
    }
}
