//! Takes the comments out of code. The languages are told apart by the name of the file, and only as
//! far as their comments differ. One pass over the text, whatever stands in it.

use std::ops::Range;

use memchr::memmem;

/// The comments of a family of languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    /// `//`, `/* */`, and `<!-- -->` in the markup of components.
    Slashes,
    /// `#`, and a text in three quotes that is given to nothing.
    Hashes,
    /// `//`, `/* */` and `#`.
    Both,
}

/// A place in a text that is read from its start to its end.
struct Lexer<'t> {
    text: &'t [u8],
    family: Family,
    at: usize,
    /// Only blanks stand before the place on its line.
    is_first: bool,
    /// Up to here no quote is closed on its line.
    unquoted: usize,
    /// Ends of comments that do not occur any more.
    missing: Vec<&'static [u8]>,
}

/// Replaces every comment by blanks. All other text, and the ends of lines, stay in their places.
pub(super) fn without_comments(name: &str, text: &str) -> String {
    let mut lexer = Lexer {
        text: text.as_bytes(),
        family: family_of(name),
        at: 0,
        is_first: true,
        unquoted: 0,
        missing: Vec::new(),
    };
    let mut code = text.as_bytes().to_vec();
    while let Some(comment) = lexer.next_comment() {
        for byte in &mut code[comment] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    String::from_utf8_lossy(&code).into_owned()
}

fn family_of(name: &str) -> Family {
    const SLASHES: [&str; 23] = [
        "ts", "tsx", "js", "jsx", "mjs", "cjs", "mts", "cts", "vue", "svelte", "astro", "go",
        "java", "kt", "kts", "cs", "rs", "dart", "swift", "scala", "json", "jsonc", "json5",
    ];
    const BOTH: [&str; 5] = ["php", "tf", "hcl", "gradle", "nix"];
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    if SLASHES.contains(&ending) {
        return Family::Slashes;
    }
    if BOTH.contains(&ending) {
        return Family::Both;
    }
    Family::Hashes
}

impl Lexer<'_> {
    /// Reads on to the end of the next comment.
    fn next_comment(&mut self) -> Option<Range<usize>> {
        while self.at < self.text.len() {
            let start = self.at;
            if let Some(length) = self.comment_length() {
                self.at += length;
                return Some(start..self.at);
            }
            self.step();
        }
        None
    }

    /// Length of the comment that opens here.
    fn comment_length(&mut self) -> Option<usize> {
        let rest = &self.text[self.at..];
        let has_slashes = self.family != Family::Hashes;
        let has_hashes = self.family != Family::Slashes;
        match rest[0] {
            b'/' if has_slashes && rest.starts_with(b"//") => {
                // `https://`
                let is_address = self.text[..self.at].ends_with(b":");
                (!is_address).then(|| line_length(rest))
            }
            b'/' if has_slashes => self.block_length(b"/*", b"*/"),
            b'<' if has_slashes => self.block_length(b"<!--", b"-->"),
            b'#' if has_hashes && self.follows_blank() => Some(line_length(rest)),
            b';' if has_hashes && self.is_first => Some(line_length(rest)),
            b'"' if has_hashes && self.is_first => self.block_length(b"\"\"\"", b"\"\"\""),
            b'\'' if has_hashes && self.is_first => self.block_length(b"'''", b"'''"),
            _ => None,
        }
    }

    /// Returns the length of a comment between two marks; `None` if it is not closed.
    fn block_length(&mut self, opening: &[u8], closing: &'static [u8]) -> Option<usize> {
        let inside = self.text[self.at..].strip_prefix(opening)?;
        if self.missing.contains(&closing) {
            return None;
        }
        let Some(end) = memmem::find(inside, closing) else {
            self.missing.push(closing);
            return None;
        };
        Some(opening.len() + end + closing.len())
    }

    fn follows_blank(&self) -> bool {
        self.at == 0 || self.text[self.at - 1].is_ascii_whitespace()
    }

    /// Passes a byte of code, or a text in quotes.
    fn step(&mut self) {
        let byte = self.text[self.at];
        self.is_first = byte == b'\n' || self.is_first && byte.is_ascii_whitespace();
        self.at += match byte {
            b'"' | b'\'' | b'`' => self.quoted_length(byte),
            _ => 1,
        };
    }

    /// Returns the length of the quoted text that starts here. Only text in backticks may span lines.
    /// Returns 1 for a quote that is not closed or that stands inside a word, as in `don't`.
    fn quoted_length(&mut self, quote: u8) -> usize {
        let is_in_word = self.at > 0 && self.text[self.at - 1].is_ascii_alphanumeric();
        if self.at < self.unquoted || quote == b'\'' && is_in_word {
            return 1;
        }
        let mut end = self.at + 1;
        while let Some(byte) = self.text.get(end) {
            match *byte {
                b'\\' => end += 1,
                b'\n' if quote != b'`' => break,
                byte if byte == quote => return end + 1 - self.at,
                _ => {}
            }
            end += 1;
        }
        self.unquoted = end;
        1
    }
}

fn line_length(text: &[u8]) -> usize {
    memchr::memchr(b'\n', text).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::without_comments;

    /// The code of a text, without blanks at the ends of its lines.
    fn code(name: &str, text: &str) -> String {
        let code = without_comments(name, text);
        assert_eq!(code.len(), text.len(), "{text}");
        let lines: Vec<&str> = code.lines().map(str::trim_end).collect();
        lines.join("\n").trim_end().to_owned()
    }

    #[test]
    fn comments_are_blanked_in_every_family() {
        for (name, text, left) in [
            ("a.ts", "a() // b", "a()"),
            ("a.ts", "a(/* b */ c)", "a(        c)"),
            ("a.ts", "/*\n b\n*/\nc", "\n\n\nc"),
            ("a.vue", "<!-- b\n -->\nc", "\n\nc"),
            ("a.tsx", "<p>don't</p> // b", "<p>don't</p>"),
            ("a.py", "a() # b", "a()"),
            (
                "a.py",
                "def f():\n  \"\"\"b\n  c\"\"\"\n  d",
                "def f():\n\n\n  d",
            ),
            (".env", "A=1 # b", "A=1"),
            ("a.ini", "; b\na=1;2", "\na=1;2"),
            ("a.tf", "a = 1 # b\n/* c */", "a = 1"),
            ("Dockerfile", "# b\nENV A=1", "\nENV A=1"),
        ] {
            assert_eq!(code(name, text), left, "{name}: {text}");
        }
    }

    #[test]
    fn text_that_only_looks_like_a_comment_stays() {
        for (name, text) in [
            ("a.ts", "'https://a' + `//b` + \"/* c */\""),
            ("a.ts", "glob('src/**/*.ts')"),
            ("a.ts", "`a\n// b\n`"),
            ("a.ts", "/* not closed"),
            ("a.ts", "'a\\'// b'"),
            ("a.ts", "#private"),
            ("a.py", "a = '# b'"),
            ("a.yml", "url: a#b"),
            ("a.sh", "echo $#"),
            ("a.sh", "curl https://a/*"),
            (".env", "A=\"b # c\""),
        ] {
            assert_eq!(code(name, text), text, "{name}");
        }
    }

    #[test]
    fn hostile_text_is_read_once() {
        for part in [
            "/*", "`\\", "\"\\", "'''", "<!--", ";", "\"\"\"\n", "/", "é'",
        ] {
            let text = part.repeat((1 << 20) / part.len());
            for name in ["a.ts", "a.py", "a.tf"] {
                assert_eq!(without_comments(name, &text).len(), text.len());
            }
        }
    }
}
