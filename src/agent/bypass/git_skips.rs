//! Options by which a command of git skips its hooks.

/// A subcommand that runs hooks and can be told not to.
pub(super) struct Hooked {
    pub(super) name: &'static str,
    /// Letters that mean `--no-verify`.
    skips: &'static str,
    /// Letters that take a value.
    valued: &'static str,
    /// Letters whose value can only be attached.
    attached: &'static str,
    /// Long options that take a value.
    long_valued: &'static [&'static str],
}

pub(super) const HOOKED: [Hooked; 7] = [
    Hooked {
        name: "commit",
        skips: "n",
        valued: "mFCct",
        attached: "uS",
        long_valued: &[
            "message",
            "file",
            "author",
            "date",
            "reuse-message",
            "reedit-message",
            "fixup",
            "squash",
            "template",
            "cleanup",
            "pathspec-from-file",
            "trailer",
        ],
    },
    Hooked {
        name: "push",
        skips: "",
        valued: "o",
        attached: "",
        long_valued: &[
            "repo",
            "receive-pack",
            "exec",
            "push-option",
            "recurse-submodules",
        ],
    },
    Hooked {
        name: "merge",
        skips: "",
        valued: "mFsX",
        attached: "S",
        long_valued: &[
            "message",
            "file",
            "strategy",
            "strategy-option",
            "into-name",
            "cleanup",
        ],
    },
    Hooked {
        name: "pull",
        skips: "",
        valued: "sXoj",
        attached: "Sr",
        long_valued: &[
            "strategy",
            "strategy-option",
            "upload-pack",
            "depth",
            "cleanup",
        ],
    },
    Hooked {
        name: "rebase",
        skips: "",
        valued: "sXxC",
        attached: "S",
        long_valued: &[
            "onto",
            "strategy",
            "strategy-option",
            "exec",
            "whitespace",
            "empty",
        ],
    },
    Hooked {
        name: "am",
        skips: "n",
        valued: "Cp",
        attached: "S",
        long_valued: &[
            "directory",
            "exclude",
            "include",
            "patch-format",
            "whitespace",
        ],
    },
    Hooked {
        name: "citool",
        skips: "n",
        valued: "",
        attached: "",
        long_valued: &[],
    },
];
/// Returns the option that skips hooks, as it is written.
pub(super) fn skipping_option(hooked: &Hooked, words: &[String]) -> Option<String> {
    let mut place = 0;
    while let Some(word) = words.get(place) {
        place += 1;
        if word == "--" {
            return None;
        }
        if let Some(long) = word.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (long, None),
            };
            // git accepts every abbreviation that cannot mean --no-verbose.
            if name.len() >= "no-veri".len() && "no-verify".starts_with(name) {
                return Some(word.clone());
            }
            let takes_value = name.len() > 1
                && hooked
                    .long_valued
                    .iter()
                    .any(|option| option.starts_with(name));
            if takes_value && value.is_none() {
                place += 1;
            }
            continue;
        }
        let Some(letters) = word.strip_prefix('-') else {
            continue;
        };
        for (number, letter) in letters.char_indices() {
            if hooked.skips.contains(letter) {
                return Some(word.clone());
            }
            if hooked.valued.contains(letter) {
                if number + letter.len_utf8() == letters.len() {
                    place += 1;
                }
                break;
            }
            if hooked.attached.contains(letter) {
                break;
            }
        }
    }
    None
}
