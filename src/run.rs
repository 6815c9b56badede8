//! One short function a command.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};

use crate::cli::{Cli, Command, Output};
use crate::config::{self, Config};
use crate::detect::Detector;
use crate::git::{BlobReader, Origins, Repo};
use crate::hook::Event;
use crate::keys::{KINDS, KeyKind};
use crate::report::style::Palette;
use crate::report::{self, Format, Mode, Report, human, json};
use crate::scan::{Outcome, Scanner};
use crate::source;
use crate::unscanned::{cannot_scan, way_out};

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything was scanned and holds no key.
    Clean,
    /// A key is added.
    KeyFound,
    /// Something was not scanned; keys may have been found beside it.
    NotScanned,
}

impl Verdict {
    fn of(outcome: &Outcome) -> Self {
        match (outcome.unscanned.is_empty(), outcome.findings.is_empty()) {
            (true, true) => Self::Clean,
            (true, false) => Self::KeyFound,
            (false, _) => Self::NotScanned,
        }
    }
}

/// Runs what the command line asks for.
///
/// # Errors
/// The check could not be made.
pub fn run(cli: &Cli) -> Result<Verdict> {
    match &cli.command {
        None if cli.check.files => by_hand(Mode::Files, &check_files(&cli.check.paths, &cli.output)?, &cli.output),
        None => by_hand(Mode::Staged, &check_staged(&cli.check.paths, &cli.output)?, &cli.output),
        Some(Command::Explain { kind }) => explain(kind.as_deref(), &cli.output),
        Some(Command::Hook { event, .. }) => hook(event, &cli.output),
    }
}

fn explain(name: Option<&str>, output: &Output) -> Result<Verdict> {
    let wanted = |kind: &&KeyKind| {
        name.is_none_or(|name| kind.id == name || kind.prefix.trim_end_matches('_') == name.trim_end_matches('_'))
    };
    let kinds: Vec<&KeyKind> = KINDS.iter().filter(wanted).collect();
    if kinds.is_empty() {
        return Err(cannot_scan(
            "there is no such kind of key",
            way_out::KINDS,
            anyhow!("{:?} is neither a kind nor a prefix", name.unwrap_or_default()),
        ));
    }
    let mut text = Vec::new();
    report::explain::write(&mut text, &kinds, palette(output))?;
    write_out(&text)?;
    Ok(Verdict::Clean)
}

/// The check of a hook that runs before a commit is made.
///
/// # Errors
/// The check could not be made.
pub fn hook(name: &str, output: &Output) -> Result<Verdict> {
    let Some(event) = Event::named(name) else {
        let what = format!("phguard does not serve the hook {name}");
        return Err(cannot_scan(what, way_out::HOOKS, anyhow!("unknown hook")));
    };
    match event {
        Event::PreCommit | Event::PreMergeCommit => {
            let outcome = check_staged(&[], output)?;
            let verdict = Verdict::of(&outcome);
            if verdict != Verdict::Clean || output.format == Format::Json {
                print(&Report { outcome: &outcome, mode: Mode::Staged, in_hook: true }, output, verdict)?;
            }
            Ok(verdict)
        }
    }
}

/// Reports a check that was asked for by hand, on a terminal also when all is well.
fn by_hand(mode: Mode, outcome: &Outcome, output: &Output) -> Result<Verdict> {
    let verdict = Verdict::of(outcome);
    let has_news = verdict != Verdict::Clean || !outcome.unused.is_empty();
    if has_news || output.format == Format::Json || io::stdout().is_terminal() {
        print(&Report { outcome, mode, in_hook: false }, output, verdict)?;
    }
    Ok(verdict)
}

fn check_staged(paths: &[PathBuf], output: &Output) -> Result<Outcome> {
    let repo = Repo::open()?;
    let parents = repo.parents()?;
    let changes = source::staged::changes(&repo, &parents, paths)?;
    let blobs = repo.blobs()?;
    let config = match &output.config {
        Some(file) => config_on_disk(file)?,
        None => config_in_commit(&repo, &blobs)?,
    };
    let scanner = Scanner { detector: &Detector::with(config.keys), allow: &config.allow, strict: output.strict };
    Ok(scanner.scan(&blobs, &Origins::in_trees(parents), &changes))
}

fn check_files(paths: &[PathBuf], output: &Output) -> Result<Outcome> {
    let here = Path::new(config::FILE_NAME);
    let config = match &output.config {
        Some(file) => config_on_disk(file)?,
        None if here.exists() => config_on_disk(here)?,
        None => Config::default(),
    };
    let scanner = Scanner { detector: &Detector::with(config.keys), allow: &config.allow, strict: output.strict };
    let mut outcome = scanner.scan_disk(&source::files::below(paths));
    if paths.iter().any(|path| path == Path::new(".")) {
        outcome.unused = config.allow.unused(&outcome.allowed);
    }
    Ok(outcome)
}

fn config_on_disk(file: &Path) -> Result<Config> {
    let name = file.display().to_string();
    let text =
        std::fs::read(file).map_err(|e| cannot_scan(format!("{name} cannot be read"), way_out::CONFIGURATION, e))?;
    Config::parse(&text, &name)
}

fn config_in_commit(repo: &Repo, blobs: &BlobReader<'_>) -> Result<Config> {
    let Some(id) = repo.staged_at(config::FILE_NAME)? else { return Ok(Config::default()) };
    let read = blobs.read(&id).and_then(|blob| blob.ok_or_else(|| anyhow!("blob {id} is missing from the repository")));
    let what = || format!("the staged {} cannot be read", config::FILE_NAME);
    let blob = read.map_err(|e| cannot_scan(what(), way_out::FSCK, e))?;
    Config::parse(&blob, &format!("the staged {}", config::FILE_NAME))
}

/// A report that cannot be written changes no verdict, except that what should have been said to
/// be clean is not.
fn print(report: &Report<'_>, output: &Output, verdict: Verdict) -> Result<()> {
    if output.quiet {
        return Ok(());
    }
    let mut text = Vec::new();
    match output.format {
        Format::Human => human::write(&mut text, report, palette(output))?,
        Format::Json => json::write(&mut text, report)?,
    }
    match write_out(&text) {
        Err(error) if verdict == Verdict::Clean => Err(error),
        _ => Ok(()),
    }
}

fn palette(output: &Output) -> Palette {
    Palette::decide(output.color, |name| std::env::var_os(name), io::stdout().is_terminal())
}

fn write_out(text: &[u8]) -> Result<()> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text).and_then(|()| stdout.flush());
    written.map_err(|e| cannot_scan("the report cannot be written", way_out::STDOUT, e))
}
