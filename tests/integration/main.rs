//! The tests of the real binary with real git, a module a subject.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a test may fail by panic"
)]
#![allow(clippy::print_stdout, reason = "a long test says how far it is")]
#![allow(dead_code, reason = "helpers are shared")]
#![allow(unreachable_pub, reason = "compiled into this binary alone")]

mod action;
mod advice;
mod agents;
mod allow;
mod audit;
mod bad_input;
mod canary;
mod checklist;
mod ci_recipes;
mod commit_msg;
mod config;
mod containers;
mod detection_page;
mod detector_properties;
mod differential;
mod disk_names;
mod doctor;
mod doctor_content;
mod explain_tasks;
mod faults;
mod files;
mod fix;
mod fix_killed;
mod fix_languages;
mod formats;
mod gate;
mod git_matrix;
mod history;
mod hook_modes;
mod hooked_commits;
mod house;
mod install;
mod install_beside;
mod install_killed;
mod install_places;
mod install_sh;
mod key_age;
mod large_files;
mod leaked;
mod lookalikes;
mod many_files;
mod merges;
mod message;
mod misplaced;
mod newer_git;
mod no_network;
mod not_opened;
mod other_scanners;
mod packaging;
mod program_gone;
mod push;
mod push_oracle;
mod range;
mod range_oracle;
mod recall;
mod redact;
mod renames;
mod reports;
mod sandbox;
mod shell_docs;
mod staged;
mod streams;
mod taken_back;
mod what_leaves;
