//! The options of the programs that search.

/// The options of a kind of search.
pub(super) struct Manual {
    /// Short options that take a value.
    pub valued: &'static str,
    /// Short options that print names or counts.
    pub quiet: &'static str,
    /// Long options that take the next word.
    pub long_valued: &'static [&'static str],
}

pub(super) const GREP: Manual = Manual {
    valued: "ABCmefdD",
    quiet: "qclL",
    long_valued: &[
        "after-context",
        "before-context",
        "context",
        "max-count",
        "regexp",
        "file",
        "directories",
        "include",
        "exclude",
        "exclude-dir",
        "exclude-from",
        "label",
        "devices",
        "color",
    ],
};

pub(super) const RIPGREP: Manual = Manual {
    valued: "ABCmefgtTjMrdE",
    quiet: "qcl",
    long_valued: &[
        "after-context",
        "before-context",
        "context",
        "max-count",
        "regexp",
        "file",
        "glob",
        "iglob",
        "type",
        "type-not",
        "threads",
        "max-columns",
        "replace",
        "max-depth",
        "encoding",
        "sort",
        "sortr",
        "ignore-file",
        "max-filesize",
        "color",
        "colors",
        "engine",
        "pre",
        "type-add",
    ],
};

pub(super) const SILVER: Manual = Manual {
    valued: "ABCmGp",
    quiet: "clL",
    long_valued: &[
        "after",
        "before",
        "context",
        "max-count",
        "file-search-regex",
        "ignore",
        "depth",
    ],
};

pub(super) const GIT_GREP: Manual = Manual {
    valued: "ABCmefO",
    quiet: "qclL",
    long_valued: &[
        "after-context",
        "before-context",
        "context",
        "max-count",
        "max-depth",
        "threads",
    ],
};
