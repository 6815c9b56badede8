//! phguard keeps PostHog's secret keys out of git.
//!
//! **The promise.** Exit code 0 means that every byte that a change adds was scanned and none of it
//! is a key. 1 means that a key was found, 2 that something could not be scanned, for any reason.
//! phguard opens no network connection, changes files only on request, and never prints, logs or
//! stores a key.
//!
//! **The flow.**
//!
//! ```text
//! main ─ cli ─ command ─┬─ source   which changes: staged, range, history, push, files, message
//!                       ├─ scan     reads each new content once, asks detect, keeps keys that count
//!                       │    ├─ unpack   the files inside a content: archives, compressed streams
//!                       │    ├─ detect   pure: bytes -> Hit          (knows nothing of git)
//!                       │    ├─ git      only on a hit: is its line an added one?
//!                       │    └─ config   the user's allowed keys
//!                       └─ report   findings -> text: human, json, sarif, github
//! hook   installs the hooks that call all this          doctor   finds out whether they do
//! fix    takes keys out of the staged files, into .env
//! agent  decides which reads, writes and commands of a coding agent pass
//! misplaced  finds the wrong kind of key in the wrong place: text -> warnings
//! audit  judges an account's keys by the answers of PostHog's API  (knows nothing of git)
//! key    keys: catalogue, masked form, fingerprint
//! ```
//!
//! `git` is the only room that names git2 or starts git. `finding` and `failure` travel from the
//! scan to the report. `calendar` counts days. `mask` hides every key in a text before it is shown.
//! `parallel` shares the scanning out over the cores and `progress` says how far it is. `time_limit`
//! waits for other programs.
//!
//! **The arrows.** Each room and the rooms that it uses. There is no circle. A test holds these lines
//! against the code.
//!
//! ```text
//! agent -> config detect finding git key mask scan time_limit
//! audit -> calendar detect key mask
//! cli -> audit hook report
//! command -> agent audit cli config detect doctor failure finding fix git hook key mask misplaced progress report scan source
//! config -> detect failure finding key mask
//! detect -> hex key
//! doctor -> agent config finding git hook key mask misplaced scan
//! finding -> detect git key
//! fix -> detect failure finding git key
//! git -> calendar failure hex
//! hook -> config failure git hex time_limit
//! key -> hex
//! mask -> detect key
//! misplaced -> detect finding key mask
//! report -> audit config detect doctor failure finding fix git key mask misplaced scan
//! scan -> config detect failure finding git key mask parallel progress source unpack
//! source -> config failure git
//! ```
//!
//! The library exists for the binary, its tests and its benches. It is no stable interface.

pub mod agent;
pub mod audit;
mod calendar;
pub mod cli;
pub mod command;
pub mod config;
pub mod detect;
pub mod doctor;
pub mod failure;
pub mod finding;
pub mod fix;
pub mod git;
mod hex;
pub mod hook;
pub mod key;
pub mod mask;
pub mod misplaced;
pub mod parallel;
pub mod progress;
pub mod report;
pub mod scan;
pub mod source;
mod time_limit;
pub mod unpack;
