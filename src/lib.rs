//! phguard keeps PostHog's secret keys out of git.
//!
//! **The promise.** phguard exits 0 only when every byte that a change adds has been scanned and
//! none of it is a key. It exits 1 when it found a key and 2 when it could not scan everything,
//! for whatever reason. It opens no network connection, writes nothing to a repository but the hooks
//! that it is asked to install, and never prints, logs or stores a key.
//!
//! **The flow.**
//!
//! ```text
//! main ─ cli ─ run ─┬─ source   which files change, in which commit: path, new blob, old blobs
//!                   ├─ scan     reads each new blob, asks, keeps what counts
//!                   │   ├─ detect   pure: bytes -> hits                (knows nothing of git)
//!                   │   ├─ git      only on a hit: is its line an added one?
//!                   │   └─ allow    did the user say that it is none?
//!                   └─ report   findings -> text
//! ```
//!
//! `keys` is the catalogue of what is searched for. `git` is the only code that names git2, and asks
//! git itself where libgit2 refuses. `finding` and `unscanned` are what travels from scan to report;
//! `parallel` shares the scanning out over the cores, `locate` turns offsets into lines and masks
//! every key in what is shown. `window` reads a stream in parts, for files on disk and for `redact`.
//! `hook` installs the hooks that call all this, and finds out whether they do.

pub mod allow;
pub mod cli;
pub mod config;
pub mod detect;
pub mod finding;
pub mod git;
pub mod hook;
pub mod keys;
pub mod locate;
pub mod parallel;
pub mod progress;
pub mod redact;
pub mod report;
pub mod run;
pub mod scan;
pub mod source;
pub mod unscanned;
pub mod window;
