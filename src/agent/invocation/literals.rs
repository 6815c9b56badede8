//! Texts between quotes in the source text of any language.

/// A text between quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::agent) struct Literal {
    /// The text, without backslashes.
    pub(in crate::agent) text: String,
    /// The offset of its opening quote.
    pub(in crate::agent) start: usize,
    /// The offset behind its closing quote.
    pub(in crate::agent) end: usize,
}

/// Returns the texts between quotes.
pub(in crate::agent) fn text_literals(code: &str) -> Vec<Literal> {
    let mut literals = Vec::new();
    let mut characters = code.char_indices();
    while let Some((start, open)) = characters.next() {
        if !matches!(open, '"' | '\'' | '`') {
            continue;
        }
        let mut text = String::new();
        let mut end = code.len();
        while let Some((place, character)) = characters.next() {
            match character {
                '\\' => text.extend(characters.next().map(|(_, escaped)| escaped)),
                close if close == open => {
                    end = place + 1;
                    break;
                }
                other => text.push(other),
            }
        }
        if !text.is_empty() {
            literals.push(Literal { text, start, end });
        }
    }
    literals
}

#[cfg(test)]
mod tests {
    use super::text_literals;

    #[test]
    fn quotes_of_one_kind_enclose_those_of_the_others() {
        let mut texts = Vec::new();
        for literal in text_literals(r#"f("a'b", 'c\'d', `e` + "") 'open"#) {
            texts.push(literal.text);
        }
        assert_eq!(texts, ["a'b", "c'd", "e", "open"]);
    }
}
