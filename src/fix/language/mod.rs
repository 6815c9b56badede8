//! Programming languages: how a key in a string literal becomes a read of the environment.

mod csharp;
mod elixir;
mod go;
mod java;
mod javascript;
mod php;
mod python;
mod ruby;
mod rust;

use super::edits::Edit;
use super::fallback::{self, Form};
use super::lexer::{Kind, Syntax, Token, tokens};
use super::literal::Literal;
use super::names::Names;
use super::{Reason, Refusal, Slot, named_slots};

/// Writes a literal anew, or says why not.
type Rewrite = fn(&Literal<'_>) -> Result<Vec<Edit>, Reason>;

/// Plans the import that the expression needs, if the program does not have it yet.
type Import = fn(&[u8], &[Token]) -> Result<Option<Edit>, Reason>;

/// A programming language.
pub(crate) struct Language {
    /// Its comments and literals.
    pub syntax: &'static Syntax,
    /// Writes a literal anew, or says why not.
    pub rewrite: Rewrite,
    /// The edit that adds the import for the expression, if the file lacks it.
    pub import: Import,
    /// The reads that can have a fallback.
    pub fallbacks: &'static [Form],
    /// The reads with a fallback that stand in the text of a literal.
    pub raw_fallbacks: &'static [Form],
}

const NOT_A_LITERAL: Reason = "it does not stand in a string literal";
const UNKNOWN_LITERAL: Reason = "`phguard fix` does not know this kind of literal";
const IN_EXPRESSION: Reason = "it stands in an expression inside a string";

/// The language of a file with this extension, in lower case.
pub(crate) fn by_extension(extension: &[u8]) -> Option<&'static Language> {
    Some(match extension {
        b"js" | b"mjs" | b"cjs" | b"jsx" => &javascript::JAVASCRIPT,
        b"ts" | b"mts" | b"cts" | b"tsx" => &javascript::TYPESCRIPT,
        b"py" | b"pyw" => &python::PYTHON,
        b"rb" | b"rake" | b"gemspec" | b"ru" => &ruby::RUBY,
        b"go" => &go::GO,
        b"php" => &php::PHP,
        b"java" => &java::JAVA,
        b"cs" => &csharp::CSHARP,
        b"rs" => &rust::RUST,
        b"ex" | b"exs" => &elixir::ELIXIR,
        _ => return None,
    })
}

/// The language of a file by its name, or by the interpreter that its first line names.
pub(crate) fn by_name(name: &[u8], interpreter: &[u8]) -> Option<&'static Language> {
    if matches!(
        name,
        b"rakefile" | b"gemfile" | b"vagrantfile" | b"guardfile"
    ) {
        return Some(&ruby::RUBY);
    }
    match interpreter {
        b"node" | b"nodejs" | b"bun" => Some(&javascript::JAVASCRIPT),
        b"ruby" => Some(&ruby::RUBY),
        b"php" => Some(&php::PHP),
        b"elixir" => Some(&elixir::ELIXIR),
        _ if interpreter.starts_with(b"python") => Some(&python::PYTHON),
        _ => None,
    }
}

/// Plans the edits that take these keys out of a program.
pub(crate) fn rewrite(
    language: &Language,
    content: &[u8],
    slots: &[Slot],
    names: &mut Names,
) -> Result<Vec<Edit>, Refusal> {
    let tokens = tokens(content, language.syntax);
    let mut edits = Vec::new();
    let mut reads_environment = false;
    let mut rest = slots;
    while let Some(slot) = rest.first() {
        let refuse = |reason| Refusal::at(slot.span.start, reason);
        let token = token_around(&tokens, slot).map_err(refuse)?;
        let inside = rest
            .iter()
            .take_while(|slot| token.holds(&slot.span))
            .count();
        let (now, later) = rest.split_at(inside.max(1));
        rest = later;
        if let Some(edit) = dropped_fallback(language, content, token, slot, names)? {
            edits.push(edit);
            continue;
        }
        let now = named_slots(content, now, names);
        if matches!(token.kind, Kind::Comment) {
            for slot in now {
                edits.push(Edit::replace(slot.span, slot.variable));
            }
            continue;
        }
        let literal = Literal::new(content, token, now.iter().collect());
        edits.extend((language.rewrite)(&literal).map_err(refuse)?);
        reads_environment = true;
    }
    if reads_environment {
        let import = (language.import)(content, &tokens);
        edits.extend(import.map_err(|reason| Refusal::at(0, reason))?);
    }
    Ok(edits)
}

/// The edit for a literal that is nothing but a key and the fallback of a read.
fn dropped_fallback(
    language: &Language,
    content: &[u8],
    token: &Token,
    slot: &Slot,
    names: &mut Names,
) -> Result<Option<Edit>, Refusal> {
    if !matches!(token.kind, Kind::Literal(_)) || token.inner != slot.span {
        return Ok(None);
    }
    let span = token.span.clone();
    fallback::dropped_fallback(language.fallbacks, content, span, slot, names)
}

/// The comment or the literal that a key stands in.
fn token_around<'t>(tokens: &'t [Token], slot: &Slot) -> Result<&'t Token, Reason> {
    let mut innermost: Option<&Token> = None;
    for token in tokens {
        if token.span.start > slot.span.start {
            break;
        }
        if token.span.end < slot.span.end {
            continue;
        }
        if matches!(token.kind, Kind::Opaque) {
            return Err(UNKNOWN_LITERAL);
        }
        if innermost.is_none_or(|known| token.span.len() < known.span.len()) {
            innermost = Some(token);
        }
    }
    let token = innermost.ok_or(NOT_A_LITERAL)?;
    if !token.holds(&slot.span) {
        return Err(IN_EXPRESSION);
    }
    Ok(token)
}

/// For a language whose expression needs no import.
fn no_import(_: &[u8], _: &[Token]) -> Result<Option<Edit>, Reason> {
    Ok(None)
}

/// The content with everything blank that is a comment or a literal, so that a search finds code.
fn code_of(content: &[u8], tokens: &[Token]) -> Vec<u8> {
    let mut code = content.to_vec();
    for token in tokens {
        for byte in &mut code[token.span.clone()] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    code
}
