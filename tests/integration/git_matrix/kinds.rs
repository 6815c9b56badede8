//! Ways to commit. `prepare` ends with everything ready; `command` makes the commit. The shell
//! functions `base` and `edit` write the content, `save` commits without asking a hook, and `first`
//! does that with the base content.

pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) prepare: &'static str,
    pub(crate) command: &'static str,
    /// Whether git asks a hook at all.
    pub(crate) asks: bool,
}

const fn kind(name: &'static str, prepare: &'static str, command: &'static str) -> Kind {
    Kind {
        name,
        prepare,
        command,
        asks: true,
    }
}

const fn unasked(name: &'static str, prepare: &'static str, command: &'static str) -> Kind {
    Kind {
        name,
        prepare,
        command,
        asks: false,
    }
}

/// `side` changes a file of its own, and `main` goes on.
macro_rules! diverged {
    ($rest:literal) => {
        concat!(
            "first; git switch -qc side; echo 'side|' > side; save side; git switch -q -;
                 echo 'ours|' > ours; save ours; ",
            $rest
        )
    };
}

/// `side` and `main` change the same file.
macro_rules! conflict {
    ($rest:literal) => {
        concat!(
            "first; echo 'c|' > c; save c; git switch -qc side; printf 's|\\ncommon|\\n' > c; save side;
                 git switch -q -; printf 'm|\\ncommon|\\n' > c; save ours; ",
            $rest,
            "printf 'r|\\ns|\\nm|\\ncommon|\\n' > c; edit; git add -A"
        )
    };
}

const STAGE: &str = "first; edit; git add -A";

pub(crate) const KINDS: &[Kind] = &[
    kind("commit", STAGE, "git commit -qm x"),
    kind(
        "initial",
        "git symbolic-ref HEAD refs/heads/fresh; git read-tree --empty; base; edit; git add -A",
        "git commit -qm x",
    ),
    kind("orphan", "first; git checkout -q --orphan orphan; edit; git add -A", "git commit -qm x"),
    kind("commit -a", "first; edit", "git commit -qam x"),
    kind(
        "commit PATH",
        "first; edit; git add -A; echo 'extra|' > extra; git add extra",
        "git commit -qm x -- . ':(exclude)extra'",
    ),
    kind("commit -i PATH", "first; edit; git add -A; echo 'more|' >> always", "git commit -qm x -i always"),
    kind("commit -p", "first; edit; git add -A; echo 'patched|' >> always", "yes y | git commit -qpm x > /dev/null"),
    kind("commit --amend", STAGE, "git commit -q --amend --no-edit"),
    kind("commit -a --amend", "first; edit", "git commit -qa --amend --no-edit"),
    kind("commit --fixup", STAGE, "git commit -q --fixup HEAD"),
    kind("empty", "first", "git commit -q --allow-empty -m x"),
    kind("detached HEAD", "first; git checkout -q --detach; edit; git add -A", "git commit -qm x"),
    kind("from a subdirectory", STAGE, "mkdir -p dir; cd dir; git commit -qm x"),
    kind("-C", STAGE, "top=$PWD; cd /; git -C \"$top\" commit -qm x"),
    kind("intent to add", "first; edit; git add -A; echo 'later|' > later; git add -N later", "git commit -qm x"),
    kind(
        "assume unchanged",
        "first; edit; git add -A; git ls-files -z | xargs -0 git update-index --assume-unchanged --",
        "git commit -qm x",
    ),
    kind(
        "skip work tree",
        "first; edit; git add -A; git ls-files -z | xargs -0 git update-index --skip-worktree --",
        "git commit -qm x",
    ),
    kind("core.ignoreStat", "first; git config core.ignoreStat true; edit; git add -A", "git commit -qm x"),
    kind(
        "other index",
        "first; export GIT_INDEX_FILE=\"$ROOT/index\"; git read-tree HEAD; edit; git add -A",
        "GIT_INDEX_FILE=\"$ROOT/index\" git commit -qm x",
    ),
    kind("staged and edited further", "first; edit; git add -A; echo 'unstaged|' >> always", "git commit -qm x"),
    kind("merge", diverged!("edit; save edit"), "git merge -q --no-edit side"),
    kind("merge -s ours", diverged!("edit; save edit"), "git merge -q --no-edit -s ours side"),
    kind("merge -X theirs", concat!(conflict!(":; "), "; save edit"), "git merge -q --no-edit -X theirs side"),
    kind("pull", diverged!("edit; save edit"), "git pull -q --no-rebase --no-edit \"$(git rev-parse --absolute-git-dir)\" side"),
    kind(
        "merge of edits",
        diverged!("git switch -q side; edit; save edit; git switch -q -"),
        "git merge -q --no-edit --no-ff side",
    ),
    kind("merge --no-commit", diverged!("git merge -q --no-commit side; edit; git add -A"), "git commit -qm x"),
    kind("merge resolved", conflict!("! git merge -q side > /dev/null 2>&1; "), "git commit -qm x"),
    kind("merge --continue", conflict!("! git merge -q side > /dev/null 2>&1; "), "git merge --continue > /dev/null"),
    kind(
        "merge of unrelated histories",
        "first; main=$(git symbolic-ref --short HEAD); git checkout -q --orphan side; git rm -rfq .; git clean -ffdxq; echo 'side|' > side; save side;
        git switch -q $main; edit; save edit",
        "git merge -q --no-edit --allow-unrelated-histories side",
    ),
    kind(
        "octopus",
        diverged!("git switch -qc two HEAD~1; echo 'two|' > two; save two; git switch -q -; edit; save edit"),
        "git merge -q --no-edit side two",
    ),
    kind(
        "octopus --no-commit",
        diverged!(
            "git switch -qc two HEAD~1; echo 'two|' > two; save two; git switch -q -;
        git merge -q --no-commit side two; edit; git add -A"
        ),
        "git commit -qm x",
    ),
    kind("merge --squash", diverged!("git merge -q --squash side > /dev/null; edit; git add -A"), "git commit -qm x"),
    kind(
        "cherry-pick --continue",
        conflict!("! git cherry-pick side > /dev/null 2>&1; "),
        "git cherry-pick --continue > /dev/null",
    ),
    kind("cherry-pick -n", diverged!("git cherry-pick -n side; edit; git add -A"), "git commit -qm x"),
    kind(
        "revert --continue",
        conflict!("! git revert --no-edit HEAD~1 > /dev/null 2>&1; "),
        "git revert --continue > /dev/null",
    ),
    kind("revert -n", diverged!("git revert -n HEAD; edit; git add -A"), "git commit -qm x"),
    kind(
        "rebase, reword",
        "first; edit; save edit",
        "GIT_SEQUENCE_EDITOR='sed -i s/^pick/reword/' git rebase -q -i HEAD~1 2> /dev/null",
    ),
    kind(
        "rebase, edit",
        "first; edit; save edit; GIT_SEQUENCE_EDITOR='sed -i s/^pick/edit/' git rebase -q -i HEAD~1 2> /dev/null;
        echo 'edited|' >> always; git add always",
        "git commit -q --amend --no-edit",
    ),
    unasked("commit --no-verify", STAGE, "git commit -qnm x"),
    unasked("cherry-pick", diverged!(":"), "git cherry-pick side > /dev/null"),
    unasked("revert", diverged!(":"), "git revert --no-edit HEAD > /dev/null"),
    unasked("rebase", diverged!(":"), "git rebase -q side"),
    unasked(
        "rebase --continue",
        conflict!("! git rebase -q side > /dev/null 2>&1; "),
        "git rebase --continue > /dev/null",
    ),
    unasked("am", diverged!("git format-patch -q -1 --stdout side > ../patch"), "git am -q ../patch"),
    unasked("fast-forward", diverged!("git reset -q --hard HEAD~1"), "git merge -q --ff-only side"),
    unasked("commit-tree", STAGE, "git update-ref HEAD $(git commit-tree -p HEAD -m x $(git write-tree))"),
];
