//! Reads the contents that a source names, runs the detector, and keeps the keys that count.

mod bounds;
mod changes;
mod disk;
mod embedded;
mod inner;
mod lfs;
pub mod locate;
mod old_rules;
mod outcome;
pub mod redact;
mod stream;
mod trace;
pub mod window;

use std::ops::Range;

use crate::config::allow::{Allow, AllowedBy};
use crate::detect::{Detector, Ending, Hit, Shape, exposed};
use crate::failure::{NotOpened, Unscanned};
use crate::finding::{Excerpt, Finding, FoundIn, Location};
use crate::mask::{masked, masked_message};
use crate::progress::Progress;
use crate::scan::locate::Locator;

pub use disk::Onlooker;
pub use outcome::Outcome;
pub use trace::Tracer;

/// The rules and limits of a scan.
pub struct Scanner<'s> {
    /// Finds keys in bytes.
    pub detector: &'s Detector,
    /// The allowed keys, which are no findings.
    pub allow: &'s Allow,
    /// Placeholders count as keys, and an unopened container is an error.
    pub strict: bool,
    /// The rule for allow markers beside a key.
    pub markers: Markers,
    /// Told of every content that was scanned.
    pub progress: &'s Progress,
}

/// Says whether a marker beside a key allows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markers {
    /// It does.
    Counted,
    /// It does not: whoever wrote the change wrote the marker, too.
    Ignored,
}

/// A path, and how it may be printed.
struct Name<'n> {
    path: &'n [u8],
    shown: Vec<u8>,
    /// For a file inside another one: the other one's name.
    container: Option<Vec<u8>>,
}

impl Scanner<'_> {
    /// Scans the name of a file.
    fn scan_name<'n>(&self, path: &'n [u8], is_new: bool, outcome: &mut Outcome) -> Name<'n> {
        let hits = self.detector.scan(path);
        let file = Name {
            path,
            shown: masked(path, 0..path.len(), &hits),
            container: None,
        };
        if is_new {
            self.keep_in_name(&file, &hits, outcome);
        }
        file
    }

    /// Scans the name of a file inside another one. Configuration that allows a path is asked for
    /// that of the file in git.
    fn scan_inner_name<'n>(
        &self,
        outer: &Name<'n>,
        name: &[u8],
        outcome: &mut Outcome,
    ) -> Name<'n> {
        let hits = self.detector.scan(name);
        let mut shown = outer.shown.clone();
        if !name.is_empty() {
            shown.push(b'!');
            shown.extend(masked(name, 0..name.len(), &hits));
        }
        let container = outer.container.as_ref().unwrap_or(&outer.shown);
        let file = Name {
            path: outer.path,
            shown,
            container: Some(container.clone()),
        };
        self.keep_in_name(&file, &hits, outcome);
        file
    }

    fn keep_in_name(&self, file: &Name<'_>, hits: &[Hit], outcome: &mut Outcome) {
        for hit in hits {
            let finding = Finding::in_name(&file.shown, hit);
            self.record_hit(finding, file, || None, outcome);
        }
    }

    /// Names a file that is not opened.
    fn keep_not_opened(&self, path: &[u8], reason: &str, outcome: &mut Outcome) {
        outcome.not_opened.push(NotOpened {
            path: path.to_vec(),
            reason: reason.to_owned(),
            blocks: self.strict,
        });
    }

    /// Keeps the hits that stand on lines that count.
    fn record_hits(
        &self,
        file: &Name<'_>,
        locator: &mut Locator<'_>,
        counts: impl Fn(&Hit, &Range<usize>) -> bool,
        outcome: &mut Outcome,
    ) {
        let content = locator.content();
        for hit in locator.hits() {
            if counts(hit, &locator.lines(hit)) {
                let line = locator.line_around(hit);
                let location = locator.locate(&file.shown, hit);
                let mut finding = Finding::at(location, locator.excerpt(hit), hit);
                finding.exposed_as = exposed::public_name(&content[line.start..hit.span.start])
                    .as_deref()
                    .map(masked_message);
                finding.in_browser_code = exposed::runs_in_browser(content, hit.span.start);
                let marker = || self.marker_for(self.allow, locator, &line, hit);
                self.record_hit(finding, file, marker, outcome);
            }
        }
    }

    /// The marker that allows a hit on this line, by these rules.
    fn marker_for(
        &self,
        allow: &Allow,
        locator: &Locator<'_>,
        line: &Range<usize>,
        hit: &Hit,
    ) -> Option<AllowedBy> {
        if self.markers == Markers::Ignored {
            return None;
        }
        let (lines, place) = locator.lines_up_to(line);
        let skipped = line.end - place.end;
        let key = hit.span.start - skipped..hit.span.end - skipped;
        allow.marker_for(lines, &place, &key)
    }

    /// Names a file of which a part was not searched for a pattern. No marker allows that part.
    fn keep_unsearched(&self, finding: &Finding, file: &Name<'_>, outcome: &mut Outcome) {
        if self.allow.allows_path(file.path) {
            return;
        }
        let what = format!("the pattern of {} matches too often", finding.kind.id);
        let is_known =
            |known: &Unscanned| known.path == file.shown && known.reason.starts_with(&what);
        if !outcome.unscanned.iter().any(is_known) {
            let line = finding.location.line;
            outcome.unscanned.push(Unscanned {
                path: file.shown.clone(),
                reason: format!("{what}: from line {line} on it was not searched for"),
            });
        }
    }

    fn record_hit(
        &self,
        mut finding: Finding,
        file: &Name<'_>,
        marker: impl FnOnce() -> Option<AllowedBy>,
        outcome: &mut Outcome,
    ) {
        finding.container.clone_from(&file.container);
        if finding.ending == Ending::Unsearched {
            self.keep_unsearched(&finding, file, outcome);
        } else if finding.shape == Shape::Placeholder && !self.strict {
            outcome.placeholders += 1;
        } else if let Some(by) = self
            .allow
            .entry_for(file.path, &finding.fingerprint)
            .or_else(marker)
        {
            outcome.allowed.push((finding, by));
        } else {
            outcome.findings.push(finding);
        }
    }
}

impl Finding {
    fn in_name(path: &[u8], hit: &Hit) -> Self {
        let location = Location {
            path: path.to_vec(),
            line: 1,
            column: 1,
            end_column: 1,
        };
        let excerpt = Excerpt {
            before: Vec::new(),
            key: hit.masked.clone(),
            after: Vec::new(),
        };
        Self {
            found_in: FoundIn::FileName,
            ..Self::at(location, excerpt, hit)
        }
    }

    fn at(location: Location, excerpt: Excerpt, hit: &Hit) -> Self {
        Self {
            kind: hit.kind,
            shape: hit.shape,
            ending: hit.ending,
            encoding: hit.encoding,
            found_in: FoundIn::Line,
            container: None,
            commit: None,
            trace: None,
            exposed_as: None,
            in_browser_code: false,
            in_lfs_object: false,
            location,
            excerpt,
            fingerprint: hit.fingerprint,
            issued_before: hit.issued_before,
        }
    }
}
