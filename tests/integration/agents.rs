//! What coding agents hand to their hooks, and the answers. The events are written after the
//! harnesses' own documents: code.claude.com/docs/en/hooks, developers.openai.com/codex/hooks,
//! cursor.com/docs/agent/hooks, docs.github.com/copilot/reference/hooks-configuration; Cursor's and
//! Copilot's use of Claude Code's settings after what hook libraries have recorded.

#![allow(clippy::too_many_lines, reason = "a table is one function")]
#![allow(
    clippy::needless_pass_by_value,
    reason = "events are made where they are handed over"
)]

mod command_lines;
mod events;
mod properties;
mod settings;
mod world;
