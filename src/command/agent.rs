//! `phguard hook agent NAME`: the command that a coding agent's harness calls.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::Path;

use anyhow::{Result, anyhow};

use super::Verdict;
use super::context::Context;
use crate::agent::{self, Answer, Decision, Event, Exit, Form, Harness, Judge, Moment};
use crate::cli::Output;
use crate::detect::Shape;
use crate::failure::{Failure, failed};
use crate::mask::masked_message;

/// A longer event is refused: no harness sends one.
const LONGEST: u64 = 256 << 20;
const HARNESSES: &str = "the agents it serves are claude-code, codex, cursor and copilot";

/// Reads an event from standard input and answers it in the harness's own form.
///
/// # Errors
/// The harness is not known, or the answer cannot be written.
pub fn run(arguments: &[OsString], output: &Output) -> Result<Verdict> {
    let name = arguments.first().and_then(|name| name.to_str());
    let Some(harness) = name.and_then(Harness::named) else {
        let what = "phguard does not serve this coding agent";
        let given = arguments.first().cloned().unwrap_or_default();
        return Err(failed(
            what,
            HARNESSES,
            anyhow!("{} is unknown", given.display()),
        ));
    };
    let mut text = Vec::new();
    let read = io::stdin().lock().take(LONGEST).read_to_end(&mut text);
    let event = match read {
        Ok(_) if text.len() as u64 == LONGEST => Err("the event is too long"),
        Ok(_) => agent::read(harness, &text),
        Err(_) => Err("standard input cannot be read"),
    };
    drop(text);
    let (event, decision) = match event {
        Ok(event) => {
            let decision = decide_event(&event, output);
            (event, decision)
        }
        Err(why) => (
            Event::unknown(harness),
            Decision::Refuse(unreadable_event(why)),
        ),
    };
    let answer = without_keys(agent::answer(&event, &decision), &event, output);
    write_answer(&answer, event.form)
}

fn decide_event(event: &Event, output: &Output) -> Decision {
    if matches!(event.moment, Moment::Other) {
        return Decision::Pass;
    }
    let decided = event_context(event, output).and_then(|context| {
        let scanner = context.scanner();
        let top = event
            .directories
            .first()
            .and_then(|place| agent::top_of(place));
        let judge = Judge {
            scanner: &scanner,
            top,
        };
        judge.decide(event)
    });
    match decided {
        Ok(decision) => decision,
        Err(error) => Decision::Refuse(failure_message(&error)),
    }
}

/// The configuration of the work tree that the agent works in.
fn event_context(event: &Event, output: &Output) -> Result<Context> {
    let place = event.directories.first();
    let top = place.and_then(|place| agent::top_of(place));
    let top = top.or_else(|| place.cloned());
    Context::of_top(top.as_deref().unwrap_or(Path::new(".")), output)
}

fn unreadable_event(why: &str) -> String {
    format!(
        "phguard: {why}, so that nothing can be approved. Check that the harness calls `phguard hook agent` \
         with its own name."
    )
}

/// The chain of causes, with the hint.
fn failure_message(error: &anyhow::Error) -> String {
    let mut text = format!("phguard: nothing was approved: {error:#}.");
    if let Some(Failure { hint, .. }) = error.downcast_ref() {
        text = format!("{text} Try: {hint}.");
    }
    masked_message(&text)
}

/// Replaces an answer that would show a key by a refusal.
fn without_keys(answer: Answer, event: &Event, output: &Output) -> Answer {
    if answer.stdout.is_empty() && answer.stderr.is_empty() {
        return answer;
    }
    let context =
        event_context(event, output).unwrap_or_else(|_| Context::without_configuration(output));
    let text = [answer.stdout.as_bytes(), answer.stderr.as_bytes()].concat();
    let hits = context.detector().scan(&text);
    if hits.iter().any(|hit| hit.shape != Shape::Placeholder) {
        let reason = "phguard: a key is in it; the answer to it would show the key.".to_owned();
        return agent::answer(event, &Decision::Refuse(reason));
    }
    answer
}

fn write_answer(answer: &Answer, form: Form) -> Result<Verdict> {
    let is_refusal = answer.exit == Exit::Blocked;
    // With nowhere to write to, the exit code still says it.
    drop(io::stderr().lock().write_all(answer.stderr.as_bytes()));
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(answer.stdout.as_bytes())
        .and_then(|()| stdout.flush());
    if let (Err(error), false) = (written, is_refusal) {
        let hint = format!("the harness has to read standard output ({form:?})");
        return Err(failed("the answer cannot be written", hint, error));
    }
    Ok(if is_refusal {
        Verdict::NotScanned
    } else {
        Verdict::Clean
    })
}
