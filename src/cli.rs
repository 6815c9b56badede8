//! The command line. No logic.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::audit::Moment;
use crate::hook::Event;
use crate::report::Format;
use crate::report::style::ColorChoice;

/// Keeps PostHog's secret keys, such as phx_…, out of git: finds them on the lines that the next
/// commit adds.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true, after_help = AFTER_HELP)]
pub struct Cli {
    /// Selects the changes to check.
    #[command(flatten)]
    pub check: Check,
    /// Selects the form of the report.
    #[command(flatten)]
    pub output: Output,
    /// Another command than the staged check.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The changes to check.
#[derive(Debug, Args)]
pub struct Check {
    /// Check files as they are on disk: every line counts; `-` is standard input
    #[arg(long, conflicts_with = "staged", requires = "paths")]
    pub files: bool,
    /// With --files, check also the files that git ignores
    #[arg(long, requires = "files")]
    pub no_ignore: bool,
    /// Check the changes of the next commit (the default)
    #[arg(long)]
    pub staged: bool,
    /// Check the changes of commits, one by one: A..B, or a single commit
    #[arg(long, value_name = "A..B", num_args = 0..=1, conflicts_with_all = ["files", "staged", "paths"])]
    pub range: Option<Vec<OsString>>,
    /// With --range: read ranges and commits from standard input, one a line
    #[arg(long, requires = "range")]
    pub stdin: bool,
    /// Check the whole history: of all refs, or of these revisions
    #[arg(long, conflicts_with_all = ["files", "staged", "range"])]
    pub history: bool,
    /// With --history: check also stored commits that are reachable from no ref
    #[arg(long, requires = "history")]
    pub unreachable: bool,
    /// List all keys and places in the message, not only the first ones
    #[arg(long)]
    pub all: bool,
    /// Explain the power of the keys in the message, and every way to allow one
    #[arg(long)]
    pub explain: bool,
    /// Only these files and directories; with --history, these revisions
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// Options of every command.
#[derive(Clone, Debug, Default, Args)]
pub struct Output {
    /// Format of the report
    #[arg(long, value_name = "FORMAT", default_value = "human", global = true)]
    pub format: Format,
    /// Read this configuration, not the .phguard.toml that is staged (with --files, the one here)
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Colour of the message
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub color: ColorChoice,
    /// Print nothing but errors: the exit code tells
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Count placeholders (phx_xxxxxxxxxxxxxxxxxxxx) as keys, and approve no file that is not opened
    #[arg(long, global = true)]
    pub strict: bool,
    /// Let neither markers nor the .phguard.toml of the change allow a key: only --config can
    #[arg(long, global = true)]
    pub no_allow: bool,
    /// Markers allow nothing; the configuration does.
    #[arg(skip)]
    pub no_markers: bool,
    /// The message lists all keys and places.
    #[arg(skip)]
    pub all: bool,
    /// The message explains the keys.
    #[arg(skip)]
    pub explain: bool,
    /// A person waits, and neither git nor a hook manager.
    #[arg(skip)]
    pub by_hand: bool,
}

/// Commands beside the staged check.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print the completions for a shell, made from this very command line
    Completions {
        /// The shell that reads them
        shell: Shell,
    },
    /// Explain a kind of key: its power, its usual leaks, and the way to rotate it; or a task
    Explain {
        /// A kind or its prefix, such as personal-api-key or phx_ (all if none is named); or a task:
        /// `leak`, `scopes`, `scopes flags`, `rotate`, `rotate vercel`, `audit`
        topic: Vec<String>,
    },
    /// Copy standard input to standard output with every key masked, line by line as it comes in
    Redact {
        /// Exit with 1 if a key was masked
        #[arg(long)]
        fail_on_key: bool,
        /// Mask the keys in these files instead
        #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "fail_on_key")]
        in_place: Vec<PathBuf>,
    },
    /// Run a check for git's hooks and hook managers: `phguard hook pre-commit`
    Hook {
        /// pre-commit, pre-merge-commit, commit-msg, pre-push, pre-receive or reference-transaction; without a hook's name
        /// the environment selects the check; `agent NAME` answers a coding agent
        event: Option<OsString>,
        /// Arguments that git passes to the hook, or files
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Move keys from staged files to .env; the program reads them from its environment
    #[command(after_help = FIX_HELP)]
    Fix(Fix),
    /// Install phguard's hooks into a repository, and prove that they block a key
    #[command(after_help = INSTALL_HELP)]
    Install(Install),
    /// Tell whether a check is really in force, and where keys could get out
    #[command(after_help = DOCTOR_HELP)]
    Doctor(Doctor),
    /// Remove phguard's hooks and put back those that were there before
    Uninstall(Uninstall),
    /// Allow keys that are none: list them in .phguard.toml with a reason, and stage that file
    Allow(Allow),
    /// Judge your PostHog keys by the API's answers: age, use, scopes, and where they leaked
    #[command(after_help = AUDIT_HELP)]
    Audit(Audit),
    /// Print a manual page: `phguard man >phguard.1`
    Man {
        /// The command to describe; phguard itself if none is named
        command: Option<String>,
    },
}

/// The files to fix.
#[derive(Debug, Args)]
pub struct Fix {
    /// Only these files and directories; all that is staged if none is named
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Do it without asking
    #[arg(short, long, conflicts_with = "dry_run")]
    pub yes: bool,
    /// Show the changes without making them
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

/// The keys to allow.
#[derive(Debug, Args)]
pub struct Allow {
    /// Keys, by place as the message prints it (FILE:LINE) or by fingerprint
    #[arg(value_name = "PLACE|FINGERPRINT", required_unless_present_any = ["all", "list"])]
    pub keys: Vec<OsString>,
    /// Write down why they are no keys
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Allow every key in tracked files: the baseline of an old repository
    #[arg(long, conflicts_with = "keys")]
    pub all: bool,
    /// List the allowed entries, and mark those that no key needs any more
    #[arg(long, conflicts_with_all = ["keys", "all", "reason"])]
    pub list: bool,
    /// Remove these keys from the list
    #[arg(long, conflicts_with_all = ["all", "reason", "list"])]
    pub remove: bool,
}

/// The hooks to install.
#[derive(Debug, Args)]
pub struct Install {
    /// The repository, by any directory in it
    #[arg(long, value_name = "PATH", default_value = ".")]
    pub repo: PathBuf,
    /// Put phguard into the settings of these coding agents instead: claude-code, codex, cursor, copilot
    #[arg(long, value_name = "NAME", value_delimiter = ',', conflicts_with_all = ["git_config", "force"])]
    pub agent: Vec<String>,
    /// With --agent: your own settings, for all projects
    #[arg(long, requires = "agent")]
    pub user: bool,
    /// The hooks: pre-commit, pre-merge-commit and pre-push if none is named, pre-receive in a bare
    /// repository
    #[arg(
        long,
        value_name = "HOOK",
        value_delimiter = ',',
        value_parser = event_named
    )]
    pub event: Vec<Event>,
    /// Name the hooks in git's configuration instead (git 2.54 and newer)
    #[arg(long)]
    pub git_config: bool,
    /// For all your repositories: in your own configuration, or with a git older than 2.54 in the
    /// template for repositories that are made or cloned from now on
    #[arg(long, conflicts_with = "repo")]
    pub global: bool,
    /// Into every repository below this directory
    #[arg(long, value_name = "DIR", conflicts_with_all = ["repo", "global", "git_config"])]
    pub below: Option<PathBuf>,
    /// Replace also a hook of phguard that somebody has edited, and do not wait for a hook manager
    /// that is configured but not active
    #[arg(long)]
    pub force: bool,
}

/// The hooks and settings to examine.
#[derive(Debug, Args)]
pub struct Doctor {
    /// The repository, by any directory in it
    #[arg(long, value_name = "PATH", default_value = ".")]
    pub repo: PathBuf,
    /// Mend what is safe: ignore untracked files of secrets, and let only you read those with keys
    #[arg(long, conflicts_with = "agents")]
    pub fix: bool,
    /// Look for keys in the transcripts and settings that coding agents keep in the home directory
    #[arg(long)]
    pub agents: bool,
}

/// The documents to judge.
#[derive(Debug, Args)]
pub struct Audit {
    /// Answers of PostHog's API: lists of keys, activity logs; standard input if none is named
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Tell which key was found where, by a report of phguard in JSON
    #[arg(long, value_name = "REPORT")]
    pub with: Vec<PathBuf>,
    /// Days after which a key is due for rotation
    #[arg(long, value_name = "DAYS", default_value_t = 90)]
    pub max_age: u32,
    /// Leave out entries of the activity log from before this day or moment
    #[arg(long, value_name = "DATE", value_parser = moment_of)]
    pub since: Option<Moment>,
    /// Judge as of this day, and not by the clock
    #[arg(long, value_name = "DATE", value_parser = moment_of)]
    pub today: Option<Moment>,
    /// List all entries and places, not only the first ones
    #[arg(long)]
    pub all: bool,
}

/// The hooks to remove.
#[derive(Debug, Args)]
pub struct Uninstall {
    /// The repository, by any directory in it
    #[arg(long, value_name = "PATH", default_value = ".")]
    pub repo: PathBuf,
    /// Take phguard out of the settings of these coding agents instead: claude-code, codex, cursor, copilot
    #[arg(long, value_name = "NAME", value_delimiter = ',', conflicts_with_all = ["git_config", "force"])]
    pub agent: Vec<String>,
    /// With --agent: your own settings, for all projects
    #[arg(long, requires = "agent")]
    pub user: bool,
    /// Remove the hooks that git's configuration names
    #[arg(long)]
    pub git_config: bool,
    /// Remove them from your own configuration and from your template
    #[arg(long, conflicts_with = "repo")]
    pub global: bool,
    /// Remove them from every repository below this directory
    #[arg(long, value_name = "DIR", conflicts_with_all = ["repo", "global", "git_config"])]
    pub below: Option<PathBuf>,
    /// Remove also a hook of phguard that somebody has edited
    #[arg(long)]
    pub force: bool,
}

fn event_named(name: &str) -> Result<Event, String> {
    let served = Event::ALL.map(Event::name).join(", ");
    Event::named(name)
        .ok_or_else(|| format!("phguard does not serve the hook {name:?}; it serves {served}"))
}

fn moment_of(text: &str) -> Result<Moment, String> {
    Moment::parse(text).ok_or_else(|| "write it as 2026-11-26 or 2026-11-26T03:04:05Z".into())
}

const AUDIT_HELP: &str = "\
phguard opens no connection: you fetch the documents, `phguard explain audit` has the commands.

Exit codes: 0 nothing to do, 1 something to do, 2 a document is missing, wrong or incomplete.";

const FIX_HELP: &str = "\
The index and the work tree are changed, each in the spans where the key stands, and nothing else is
staged. The key goes to .env, which only you can read and git ignores.

Exit codes: 0 no key is staged any more, 1 something is left as it was, 2 nothing could be done.";

const DOCTOR_HELP: &str = "\
For each work tree and hook: what git runs, and whether it blocks a key in a throw-away repository.
Only phguard is run there: other commands of a hook, and hook managers, are read but not started.
Also: .env files that git does not ignore, and secret keys in tracked files.

Exit codes: 0 all is well, 1 something is wrong, 2 something could not be found out.";

const INSTALL_HELP: &str = "\
A hook that is there already runs first and goes on doing what it did. Where husky, lefthook,
simple-git-hooks, hk, pre-commit, prek or overcommit own the hooks, or the team commits them, or they
serve all your repositories, nothing is written: the lines to add are printed, and the exit code is 2.";

const AFTER_HELP: &str = "\
Exit codes:
  0  everything was scanned, no secret key is added
  1  a secret key is added
  2  something could not be scanned, or the command is wrong; nothing is approved

A line with `phguard:allow` in a comment is left alone.
phc_ keys are public by design and never reported.";
