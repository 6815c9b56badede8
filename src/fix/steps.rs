//! The next steps after a fix: how the files that it changed get their variables.

use super::family::Family;
use super::literal::last_of_word;
use super::plan::{FileChange, FileFix, Plan};

impl Plan<'_> {
    /// Returns the next steps after the fix: advice and its command.
    #[must_use]
    pub fn next_steps(&self) -> Vec<(&'static str, String)> {
        let mut steps = Vec::new();
        let names: Vec<&str> = self.names.names_in_use().collect();
        for name in &names {
            if self.has_file_with(&format!("secrets.{name}"), is_workflow) {
                let command = format!("sed -n 's/^{name}=//p' .env | gh secret set {name}");
                steps.push((
                    "GitHub's workflows read it as a secret. Set it once",
                    command,
                ));
            }
            if self.has_file_with(&format!("ARG {name}"), is_dockerfile) {
                let command = format!("docker build --build-arg {name} .");
                steps.push(("Docker gets it from your shell when it builds", command));
            }
        }
        if !names.is_empty() {
            let command = "set -a; . ./.env; set +a".to_owned();
            steps.push((
                "Programs read it from their environment. To load it into your shell",
                command,
            ));
        }
        steps
    }

    /// Tells whether a file of this kind has such a text after the fix.
    fn has_file_with(&self, text: &str, is_of_kind: fn(&[u8]) -> bool) -> bool {
        for fix in &self.files {
            if is_of_kind(&fix.path) && contains(fix, text.as_bytes()) {
                return true;
            }
        }
        false
    }
}

fn contains(fix: &FileFix, text: &[u8]) -> bool {
    match &fix.change {
        FileChange::Rewrite { staged, .. } => last_of_word(&staged.new, text).is_some(),
        FileChange::Untrack => false,
    }
}

fn is_workflow(path: &[u8]) -> bool {
    path.starts_with(b".github/workflows/")
}

fn is_dockerfile(path: &[u8]) -> bool {
    matches!(Family::of(path, b""), Some(Family::Docker))
}
