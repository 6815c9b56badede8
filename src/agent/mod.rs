//! Answers a coding agent's harness before a prompt, before a tool and after it:
//! no key into the conversation, none out into a file that git would commit or onto a command line,
//! and no way round the hooks.
//!
//! `event` reads the input of any harness into one form, `judge` decides, and one small file a
//! harness writes the decision in its own form. `shell`, `invocation`, `bypass` and
//! `reads` understand command lines; `settings` brings the entries into the harnesses' files.

mod answer;
pub mod bypass;
pub mod canary;
mod claude_code;
mod codex;
mod copilot;
mod cursor;
mod event;
mod files;
mod found;
pub mod invocation;
mod judge;
mod mask;
mod mentions;
mod patch;
pub mod reads;
pub mod replace;
pub mod settings;
pub mod shell;
mod tool;

pub use answer::{Answer, Decision, Exit, answer};
pub use event::{Event, Form, Harness, Moment, read};
pub use files::top_of;
pub use judge::Judge;
