//! Dockerfiles: `ARG NAME`, and `${NAME}` where the key stood.

use std::ops::Range;

use super::edits::{Edit, line_end, line_ending, line_start};
use super::heredoc;
use super::shell::{self, Words};
use super::{Reason, Refusal, Slot};

/// One instruction of a Dockerfile.
struct Instruction {
    /// Its name in capitals.
    name: Vec<u8>,
    /// From its name to its end, continued lines too.
    span: Range<usize>,
    /// Offset of the first line of a heredoc in it, or its end.
    text_end: usize,
    /// Number of the build stage; 0 before the first FROM.
    stage: usize,
}

/// Plans the edits that take these keys out of a Dockerfile.
pub(crate) fn rewrite(content: &[u8], slots: &[Slot]) -> Result<Vec<Edit>, Refusal> {
    let instructions = read_instructions(content);
    let mut edits = Vec::new();
    let mut declared: Vec<(usize, &str)> = Vec::new();
    for slot in slots {
        let refuse = |reason| Refusal::at(slot.span.start, reason);
        let Some(instruction) = instruction_around(&instructions, slot) else {
            // Between instructions there are only comments.
            edits.push(Edit::replace(slot.span.clone(), slot.variable.clone()));
            continue;
        };
        let words = words_of(content, instruction, slot).map_err(refuse)?;
        let part = instruction.span.start..instruction.text_end;
        edits.extend(shell::rewrite(
            content,
            part,
            words,
            std::slice::from_ref(slot),
        )?);
        let is_at_run_time = matches!(
            &instruction.name[..],
            b"CMD" | b"ENTRYPOINT" | b"HEALTHCHECK"
        );
        let is_declared = declares_before(content, &instructions, instruction, &slot.variable)
            || declared.contains(&(instruction.stage, &slot.variable));
        if !is_at_run_time && !is_declared {
            let start = line_start(content, instruction.span.start);
            let line = format!("ARG {}{}", slot.variable, line_ending(content));
            edits.push(Edit::insert(start, line));
            declared.push((instruction.stage, &slot.variable));
        }
    }
    Ok(edits)
}

fn instruction_around<'i>(instructions: &'i [Instruction], slot: &Slot) -> Option<&'i Instruction> {
    let contains = |instruction: &&Instruction| {
        instruction.span.start <= slot.span.start && slot.span.end <= instruction.span.end
    };
    instructions.iter().find(contains)
}

/// Returns the way this instruction expands variables.
fn words_of(content: &[u8], instruction: &Instruction, slot: &Slot) -> Result<Words, Reason> {
    if slot.span.start >= instruction.text_end {
        return Err("it stands in a heredoc of a Dockerfile");
    }
    let line = &content[line_start(content, slot.span.start)..slot.span.start];
    if line.trim_ascii_start().starts_with(b"#") {
        return Err("it stands in a comment inside an instruction");
    }
    let arguments = content[instruction.span.start + instruction.name.len()..instruction.text_end]
        .trim_ascii_start();
    match &instruction.name[..] {
        b"ENV" | b"ARG" | b"LABEL" => Ok(Words::Whole),
        b"RUN" | b"CMD" | b"ENTRYPOINT" | b"HEALTHCHECK" if arguments.starts_with(b"[") => {
            Err("a list of words is run without a shell, which would expand the variable")
        }
        b"RUN" | b"CMD" | b"ENTRYPOINT" | b"HEALTHCHECK" => Ok(Words::Split),
        _ => Err("`phguard fix` does not know this instruction"),
    }
}

/// Tells whether an ARG of the same stage declares the variable before this instruction.
fn declares_before(
    content: &[u8],
    all: &[Instruction],
    instruction: &Instruction,
    name: &str,
) -> bool {
    for other in all {
        if other.span.start >= instruction.span.start || other.stage != instruction.stage {
            continue;
        }
        let text = &content[other.span.clone()];
        for word in text.split(u8::is_ascii_whitespace) {
            let declared = word.split(|b| *b == b'=').next().unwrap_or_default();
            if other.name == b"ARG" && declared == name.as_bytes() {
                return true;
            }
        }
    }
    false
}

fn read_instructions(content: &[u8]) -> Vec<Instruction> {
    let escape = escape_character(content);
    let mut found = Vec::new();
    let mut stage = 0;
    let mut at = 0;
    while at < content.len() {
        let line = &content[at..line_end(content, at)];
        let text = line.trim_ascii_start();
        if text.is_empty() || text.starts_with(b"#") {
            at += line.len() + 1;
            continue;
        }
        let start = at + line.len() - text.len();
        let letters = text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        let name = text[..letters].to_ascii_uppercase();
        if name == b"FROM" {
            stage += 1;
        }
        let end = continued_end(content, at, escape);
        let mut instruction = Instruction {
            name,
            span: start..end,
            text_end: end,
            stage,
        };
        if let Some(heredoc) = heredoc_in(content, &instruction) {
            instruction.text_end = heredoc.start;
            instruction.span.end = heredoc.end;
        }
        at = instruction.span.end.max(end) + 1;
        found.push(instruction);
    }
    found
}

/// Offset of the end of the last line of an instruction. Comments and blank lines do not end it.
fn continued_end(content: &[u8], start: usize, escape: u8) -> usize {
    let mut end = line_end(content, start);
    let mut line = start;
    loop {
        let text = content[line..end].trim_ascii();
        let goes_on = text.last() == Some(&escape);
        let is_skipped = line > start && (text.is_empty() || text.starts_with(b"#"));
        if !(goes_on || is_skipped) || end >= content.len() {
            return end;
        }
        line = end + 1;
        end = line_end(content, line);
    }
}

fn heredoc_in(content: &[u8], instruction: &Instruction) -> Option<heredoc::Heredoc> {
    if !matches!(&instruction.name[..], b"RUN" | b"COPY" | b"ADD") {
        return None;
    }
    let mut at = instruction.span.start;
    while let Some(found) = super::lexer::find(&content[..instruction.span.end], b"<<", at) {
        let heredoc = heredoc::starting_at(content, found, heredoc::SHELL);
        if heredoc.is_some() {
            return heredoc;
        }
        at = found + 2;
    }
    None
}

/// The character that continues a line, which a comment at the top may change.
fn escape_character(content: &[u8]) -> u8 {
    for line in content.split(|b| *b == b'\n') {
        let Some(directive) = line.trim_ascii().strip_prefix(b"#") else {
            break;
        };
        let directive: Vec<u8> = directive
            .iter()
            .filter(|b| !b.is_ascii_whitespace())
            .copied()
            .collect();
        if let Some(b"`") = directive.strip_prefix(b"escape=") {
            return b'`';
        }
    }
    b'\\'
}
