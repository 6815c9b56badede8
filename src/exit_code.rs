//! The exit codes, stable across versions.

use std::process::{self, Termination};

use phguard::command::Verdict;

/// The code that the process ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitCode {
    /// Everything was scanned and holds no key.
    Clean,
    /// A key is added, or doctor found a defect.
    KeyFound,
    /// Something was not scanned, or the command is wrong.
    NotScanned,
}

impl ExitCode {
    /// Returns the number that the shell sees.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::KeyFound => 1,
            Self::NotScanned => 2,
        }
    }
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Clean => Self::Clean,
            Verdict::KeyFound | Verdict::Defect => Self::KeyFound,
            Verdict::NotScanned => Self::NotScanned,
        }
    }
}

impl Termination for ExitCode {
    fn report(self) -> process::ExitCode {
        process::ExitCode::from(self.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_verdict_has_the_code_of_the_manual() {
        let codes = [
            (Verdict::Clean, 0),
            (Verdict::KeyFound, 1),
            (Verdict::Defect, 1),
            (Verdict::NotScanned, 2),
        ];
        for (verdict, number) in codes {
            assert_eq!(ExitCode::from(verdict).number(), number, "{verdict:?}");
        }
    }
}
