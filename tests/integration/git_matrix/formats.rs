//! Repositories of every kind. `create` runs in an empty directory and makes a work tree `repo`,
//! `enter` is run before everything else, `settle` after the first commit.

pub(crate) struct Format {
    pub(crate) name: &'static str,
    pub(crate) create: &'static str,
    pub(crate) enter: &'static str,
    pub(crate) settle: &'static str,
}

const fn plain(name: &'static str, create: &'static str) -> Format {
    Format {
        name,
        create,
        enter: "cd repo",
        settle: ":",
    }
}

const fn settled(name: &'static str, settle: &'static str) -> Format {
    Format {
        name,
        create: "git init -q -b main repo",
        enter: "cd repo",
        settle,
    }
}

/// A repository with the base content to clone from, and what is done with it.
macro_rules! cloned {
    ($name:literal, $clone:literal) => {
        plain(
            $name,
            concat!(
                "git init -q -b main origin; (cd origin; base; save origin; save again); ",
                $clone
            ),
        )
    };
}

pub(crate) const FORMATS: &[Format] = &[
    plain("sha1", "git init -q -b main repo"),
    plain("sha256", "git init -q -b main --object-format=sha256 repo"),
    plain("reftable", "git init -q -b main --ref-format=reftable repo"),
    plain("sha256 and reftable", "git init -q -b main --object-format=sha256 --ref-format=reftable repo"),
    settled("split index", "git config core.splitIndex true; git update-index --split-index"),
    settled(
        "sparse index",
        "mkdir -p away; echo 'away|' > away/file; save away; sparse --sparse-index",
    ),
    settled(
        "sparse checkout",
        "mkdir -p away; echo 'away|' > away/file; save away; sparse --no-sparse-index",
    ),
    Format {
        name: "sha256 and split index",
        create: "git init -q -b main --object-format=sha256 repo",
        enter: "cd repo",
        settle: "git config core.splitIndex true; git update-index --split-index",
    },
    Format {
        name: "sha256 and sparse index",
        create: "git init -q -b main --object-format=sha256 repo",
        enter: "cd repo",
        settle: "mkdir -p away; echo 'away|' > away/file; save away;
                 sparse --sparse-index",
    },
    settled("index version 4", "git config index.version 4; git update-index --index-version 4"),
    settled(
        "untracked cache and fsmonitor",
        "git config core.untrackedCache true; git update-index --untracked-cache
        git config core.fsmonitor true; git config core.fsmonitor false; git update-index --fsmonitor",
    ),
    settled("index without checksum", "git config index.skipHash true; git update-index --force-write-index"),
    settled("many files", "git config feature.manyFiles true; git update-index --force-write-index"),
    settled("packed", "git gc -q --prune=now"),
    settled(
        "multi-pack index and commit graph",
        "git repack -dq; save more; git repack -q; git multi-pack-index write; git commit-graph write --reachable",
    ),
    settled("packed references", "git pack-refs --all --prune"),
    settled("unknown extension", "git config core.repositoryFormatVersion 1; git config extensions.noop-v1 true"),
    settled(
        "work tree configuration",
        "git config extensions.worktreeConfig true; git config --worktree diff.external false",
    ),
    settled(
        "replace reference",
        "new=$(printf 'always|\\nmore|\\n' | git hash-object -w --stdin);
         git replace $new $(git hash-object -w --stdin < /dev/null)",
    ),
    settled(
        "replaced commit",
        "old=$(git rev-parse HEAD); tree=$(git hash-object -t tree -w --stdin < /dev/null);
        git replace $old $(git commit-tree -m other $tree)",
    ),
    settled("grafts", "save more; git rev-parse HEAD > \"$(git rev-parse --git-path info)/grafts\""),
    settled(
        "attributes and diff configuration",
        "git config diff.renames copies; git config diff.noprefix true;
        git config diff.external false; git config diff.algorithm histogram; git config diff.ignoreSubmodules all;
        git config diff.relative true; git config core.quotePath false; echo new > ../order; git config diff.orderFile \"$PWD/../order\";
        echo '* -diff -text' > \"$(git rev-parse --git-path info)/attributes\"",
    ),
    Format {
        name: "linked work tree",
        enter: "cd repo",
        settle: ":",
        create: "git init -q -b main first; (cd first; base; save first); git -C first worktree add -q -b linked ../repo",
    },
    Format {
        name: "submodule",
        enter: "cd super/sub",
        settle: ":",
        create: "git init -q -b main origin; (cd origin; base; save origin); git init -q -b main super;
            git -C super submodule --quiet add ../origin sub",
    },
    Format {
        name: "separate git directory",
        enter: "cd repo",
        settle: ":",
        create: "git init -q -b main --separate-git-dir=away.git repo",
    },
    Format {
        name: "GIT_DIR and GIT_WORK_TREE",
        settle: ":",
        create: "git init -q -b main --bare bare.git; mkdir repo",
        enter: "cd repo; export GIT_DIR=\"$ROOT/bare.git\" GIT_WORK_TREE=\"$ROOT/repo\"",
    },
    Format {
        name: "relative GIT_DIR",
        settle: ":",
        create: "git init -q -b main repo",
        enter: "cd repo; export GIT_DIR=.git",
    },
    Format {
        name: "core.worktree",
        settle: ":",
        enter: "cd repo; export GIT_DIR=\"$ROOT/away.git\"",
        create: "git init -q -b main --bare away.git; mkdir repo; git -C away.git config core.bare false;
            git -C away.git config core.worktree \"$ROOT/repo\"",
    },
    Format {
        name: "GIT_OBJECT_DIRECTORY",
        settle: ":",
        create: "git init -q -b main repo; mkdir objects",
        enter: "cd repo; export GIT_OBJECT_DIRECTORY=\"$ROOT/objects\"",
    },
    Format {
        name: "quarantine",
        settle: "git repack -adq; mv \"$GIT_OBJECT_DIRECTORY\"/pack/* ../old/pack/",
        create: "git init -q -b main repo; mkdir objects old old/pack",
        enter: "cd repo; export GIT_OBJECT_DIRECTORY=\"$ROOT/objects\" GIT_ALTERNATE_OBJECT_DIRECTORIES=\"$ROOT/old\"",
    },
    Format {
        name: "symbolic link to the work tree",
        settle: ":",
        create: "git init -q -b main real; ln -s real repo",
        enter: "cd repo",
    },
    cloned!("alternates", "git clone -q --shared origin repo"),
    cloned!("packed alternates", "git -C origin repack -adq; git clone -q --shared origin repo"),
    cloned!("quoted alternates",
        "mv origin 'o\tigin'; git clone -q 'o\tigin' repo; rm -rf repo/.git/objects/??; rm -rf repo/.git/objects/pack/*;
         printf '\"%s/o\\\\tigin/.git/objects\"\\n' \"$ROOT\" > repo/.git/objects/info/alternates"),
    cloned!("shallow clone", "git clone -q --depth 1 \"file://$ROOT/origin\" repo"),
    cloned!(
        "partial clone",
        "git -C origin config uploadpack.allowFilter true;
        git clone -q --filter=blob:none \"file://$ROOT/origin\" repo"
    ),
    cloned!("reference clone", "git clone -q --reference origin \"file://$ROOT/origin\" repo"),
];
