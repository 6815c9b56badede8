//! The table: what was there before, a command, and how it ends.

use super::world::World;
use crate::sandbox::keys::{masked, phx};

/// How a command ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// It fails, and phguard shows the key.
    Refused,
    /// It succeeds, and phguard says nothing.
    Passes,
}
use End::{Passes, Refused};

/// What runs without the gate, the command, its end, and a script that must succeed afterwards.
type Row = (&'static str, &'static str, End, &'static str);

/// Commands that make commits.
const COMMITS: &[Row] = &[
    (
        "echo $KEY >k; git add k",
        "git commit -qnm x",
        Refused,
        "git diff --cached --name-only | grep -qx k; same HEAD origin/main",
    ),
    (
        "echo $KEY >one",
        "git commit -qnam x",
        Refused,
        "same HEAD origin/main; grep -q $KEY one",
    ),
    (
        "echo $KEY >one",
        "git commit -qnm x one",
        Refused,
        "same HEAD origin/main",
    ),
    (
        "echo $KEY >k; git add k",
        "git commit -qn --amend --no-edit",
        Refused,
        "same HEAD origin/main",
    ),
    (
        "dirty k",
        "git commit -qn --amend -m again",
        Refused,
        "git log -1 --format=%s | grep -qx 'dirty k'",
    ),
    (
        "dirty k; echo out >k; git add k",
        "git commit -qn --amend -m again",
        Passes,
        "no_key HEAD",
    ),
    (
        "",
        "git commit -qn --allow-empty -m \"$KEY\"",
        Refused,
        "same HEAD origin/main",
    ),
    (
        "git checkout -q --orphan o; echo $KEY >k; git add k",
        "git commit -qnm x",
        Refused,
        "! git rev-parse -q --verify o",
    ),
    (
        "git checkout -q --detach; echo $KEY >k; git add k",
        "git commit -qnm x",
        Refused,
        "same HEAD origin/main",
    ),
    (
        "git worktree add -q ../tree -b tree; cd ../tree; echo $KEY >k; git add k",
        "cd ../tree; git commit -qnm x",
        Refused,
        "same tree origin/main",
    ),
    (
        "echo fine >k; git add k",
        "git commit -qm x",
        Passes,
        "git log -1 --format=%s | grep -qx x",
    ),
    (
        "dirty k; git rm -q k",
        "git commit -qm out",
        Passes,
        "no_key HEAD",
    ),
    (
        "dirty k; echo more >>one",
        "git commit -qam more",
        Passes,
        "",
    ),
    (
        "git checkout -q -b side; dirty k; git checkout -q main; clean c",
        "git cherry-pick side",
        Refused,
        "no_key main; echo out >k; git add k; git cherry-pick --continue; no_key main",
    ),
    (
        "git checkout -q -b side; clean c; dirty k; clean d; git checkout -q main; clean m",
        "git cherry-pick main..side",
        Refused,
        "git cherry-pick --abort; ! git cat-file -e main:c; git cat-file -e main:m",
    ),
    (
        "git checkout -q -b side; clean c; dirty k; clean d; git checkout -q main; clean m",
        "git cherry-pick main..side",
        Refused,
        "git rm -qf k; git cherry-pick --skip; no_key main; git cat-file -e main:d",
    ),
    (
        "dirty k; git rm -q k; off commit -qm out",
        "git revert --no-edit HEAD",
        Refused,
        "no_key HEAD; git reset -q --hard",
    ),
    (
        "dirty k",
        "git revert --no-edit HEAD",
        Passes,
        "no_key HEAD",
    ),
    (
        "git checkout -q -b side; dirty k; git checkout -q main; clean c",
        "git merge -q --no-edit --no-verify side",
        Refused,
        "no_key main; git merge --abort || git reset -q --merge; git diff --quiet HEAD",
    ),
    (
        "git checkout -q -b side; dirty k; git checkout -q main",
        "git merge -q --no-edit --no-ff --no-verify side",
        Refused,
        "no_key main",
    ),
    (
        "git checkout -q -b a; dirty k; git checkout -q -b b main; clean b; git checkout -q main; clean c",
        "git merge -q --no-edit a b",
        Refused,
        "no_key main",
    ),
    (
        "git checkout -q -b side; dirty k; git checkout -q main",
        "git merge -q --squash side; git commit -qnm x",
        Refused,
        "no_key main",
    ),
    (
        "git checkout -q -b side; echo a >one; off commit -qam a; git checkout -q main; echo b >one; off commit -qam b; git merge -q side || echo $KEY >one; git add one",
        "git commit -qn --no-edit",
        Refused,
        "git merge --abort; git diff --quiet HEAD",
    ),
    (
        "git checkout -q -b side; clean s; git checkout -q main; clean c",
        "git merge -q --no-edit side",
        Passes,
        "git cat-file -e main:s",
    ),
    (
        "git checkout -q -b side; clean s; git checkout -q main",
        "git merge -q --ff-only side",
        Passes,
        "same main side",
    ),
];

/// Commands that make commits anew.
const REPLAYS: &[Row] = &[
    (
        "git checkout -q -b side; dirty k; git checkout -q main; clean c",
        "git rebase -q main side",
        Refused,
        "git rebase --abort; git cat-file -e side:k; ! git cat-file -e side:c",
    ),
    (
        "git checkout -q -b side; dirty k; clean d; git checkout -q main; clean c; git checkout -q side",
        "git rebase -q main",
        Refused,
        "git rebase --abort; git cat-file -e side:k; ! git cat-file -e side:c",
    ),
    (
        "git checkout -q -b side; dirty k; clean d; git checkout -q main; clean c; git checkout -q side",
        "git rebase -q main",
        Refused,
        "echo out >k; git add k; git commit -qm again; git rebase --continue; no_key side; git cat-file -e side:d; git cat-file -e side:c",
    ),
    (
        "git checkout -q -b side; dirty k; git checkout -q main; clean c; git checkout -q side",
        "git rebase -q --apply main",
        Refused,
        "git rebase --abort; git cat-file -e side:k",
    ),
    (
        "git checkout -q -b side; dirty k; git checkout -q main; clean c; git checkout -q side; clean d",
        "git rebase -q --onto main side~1 side",
        Passes,
        "no_key side",
    ),
    (
        "git checkout -q -b side; dirty k; git checkout -q -b m main; clean m; off merge -q --no-edit side; git checkout -q main; clean c; git checkout -q m",
        "git rebase -q -r main",
        Refused,
        "git rebase --abort",
    ),
    (
        "git checkout -q -b side; clean s; git checkout -q -b m main; clean m; off merge -q --no-edit side; git checkout -q main; clean c; git checkout -q m",
        "git rebase -q -r main",
        Passes,
        "git cat-file -e m:s",
    ),
    (
        "dirty k; clean c",
        "GIT_SEQUENCE_EDITOR='sed -i 1s/pick/edit/' git rebase -q -i origin/main; echo out >k; git add k; git commit -q --amend --no-edit; git rebase --continue",
        Passes,
        "no_key main; git cat-file -e main:c",
    ),
    (
        "dirty k; clean c",
        "GIT_SEQUENCE_EDITOR='sed -i 1d' git rebase -q -i origin/main",
        Passes,
        "no_key main",
    ),
    (
        "clean c; clean d",
        "GIT_SEQUENCE_EDITOR='sed -i 2s/pick/fixup/' git rebase -q -i origin/main",
        Passes,
        "git cat-file -e main:d",
    ),
    (
        "clean c; clean d; git branch mid HEAD~1",
        "GIT_SEQUENCE_EDITOR='sed -i 1s/pick/reword/' git rebase -q -i --update-refs HEAD~2",
        Passes,
        "",
    ),
    ("clean c", "git rebase -q --root", Passes, ""),
    (
        "dirty k; git format-patch -q -1 -o ../patches; git reset -q --hard origin/main; sed -i 's/^From: .*/From: b <b@c>/' ../patches/*",
        "git am -q ../patches/*",
        Refused,
        "same main origin/main; git am --abort; git diff --quiet HEAD",
    ),
    (
        "dirty k; clean d; git format-patch -q -2 -o ../patches; git reset -q --hard origin/main; sed -i 's/^From: .*/From: b <b@c>/' ../patches/*",
        "git am -q -3 ../patches/*",
        Refused,
        "echo out >k; git add k; git am --continue; no_key main; git cat-file -e main:d",
    ),
    (
        "clean c; git format-patch -q -1 -o ../patches; git reset -q --hard origin/main",
        "git am -q ../patches/*",
        Passes,
        "git cat-file -e main:c",
    ),
    (
        "git checkout -q -b side; dirty k; git checkout -q main; clean c",
        "git replay --onto main main..side >../moves; git update-ref --stdin <../moves",
        Refused,
        "! git cat-file -e side:c",
    ),
];

/// Commands that only move refs.
const MOVES: &[Row] = &[
    (
        "",
        "git fetch -q ../missing main || git branch x $(dangling)",
        Refused,
        "! git rev-parse -q --verify x",
    ),
    (
        "",
        "git fetch -q ../missing main || git update-ref refs/heads/x $(dangling)",
        Refused,
        "! git rev-parse -q --verify x",
    ),
    (
        "echo $KEY >one; git stash -q",
        "git tag t stash@{0}; git merge -q --no-edit t",
        Refused,
        "no_key main; ! git rev-parse -q --verify t",
    ),
    (
        "",
        "git tag -m t t $(dangling)",
        Refused,
        "! git rev-parse -q --verify t",
    ),
    (
        "clean c; git tag t",
        "git tag -f t $(dangling)",
        Refused,
        "same t main",
    ),
    (
        "echo $KEY >one; git stash -q",
        "git update-ref refs/custom/x stash@{0}; git merge -q --no-edit refs/custom/x",
        Refused,
        "no_key main",
    ),
    (
        "",
        "git update-ref refs/custom/x $(dangling); git checkout -q -b x refs/custom/x",
        Refused,
        "! git rev-parse -q --verify x",
    ),
    (
        "",
        "git update-ref refs/notes/x $(dangling); git checkout -q refs/notes/x",
        Refused,
        "",
    ),
    (
        "git checkout -q -b far; dirty k; git checkout -q main; clean c",
        "git tag t far; git branch -q -D far; git merge -q --no-ff --no-edit t",
        Refused,
        "no_key main",
    ),
    (
        "echo $KEY >one; git stash -q",
        "git fetch -q . refs/stash:refs/heads/x",
        Refused,
        "! git rev-parse -q --verify x",
    ),
    // A name that is no UTF-8.
    (
        "echo $KEY >one; git stash -q; ln -s \"$PWD\" \"$(printf '../caf\\351')\"",
        "git fetch -q \"$(printf '../caf\\351')\" refs/stash:refs/heads/x",
        Refused,
        "! git rev-parse -q --verify x",
    ),
    (
        "echo $KEY >one; git stash -q; clean c",
        "git fetch -q \"$PWD\" refs/stash; git merge -q --no-edit FETCH_HEAD",
        Refused,
        "no_key main",
    ),
    (
        "echo $KEY >one; git stash -q; clean c",
        "git pull -q --no-rebase --no-edit . refs/stash",
        Refused,
        "no_key main",
    ),
    (
        "echo head >HEAD; git add HEAD; git commit -qm head; git tag t; git checkout -q -b far; clean c; clean d; git checkout -q main",
        "git merge -q --no-ff --no-edit far",
        Passes,
        "same main^2 far",
    ),
    (
        "git clone -q . ../work; git -C ../work config receive.denyCurrentBranch updateInstead; git -C ../work tag t; cp .git/hooks/reference-transaction ../work/.git/hooks/; printf '#!/bin/sh\\ngit read-tree -u -m HEAD \"$1\"\\n' >../work/.git/hooks/push-to-checkout; chmod +x ../work/.git/hooks/push-to-checkout; clean c; clean d",
        "git push -q ../work main",
        Passes,
        "git -C ../work diff --quiet HEAD; test -e ../work/d",
    ),
    (
        "",
        "git push -q . $(dangling):refs/heads/x",
        Refused,
        "! git rev-parse -q --verify x",
    ),
    (
        "git branch local; git config remote.pastebin.url ../pastebin",
        "git tag v1; git tag -m v2 v2; git tag v0 HEAD~1; git tag blob HEAD:one; git tag -d v1; git push -q . main:other",
        Passes,
        "same v2^{} main",
    ),
    (
        "",
        "git branch x $(dangling)",
        Refused,
        "! git rev-parse -q --verify x",
    ),
    ("", "git branch -f main2 $(dangling)", Refused, ""),
    ("", "git update-ref refs/heads/x $(dangling)", Refused, ""),
    (
        "",
        "git update-ref HEAD $(dangling)",
        Refused,
        "same HEAD origin/main",
    ),
    (
        "",
        "echo \"update refs/heads/main $(dangling)\" | git update-ref --stdin",
        Refused,
        "same HEAD origin/main",
    ),
    (
        "",
        "printf 'create refs/tags/t HEAD\\ncreate refs/heads/x %s\\n' $(dangling) | git update-ref --stdin",
        Refused,
        "! git rev-parse -q --verify refs/tags/t",
    ),
    (
        "",
        "git reset -q --hard $(dangling)",
        Refused,
        "same HEAD origin/main",
    ),
    (
        "dirty k; git reset -q --hard HEAD~1",
        "git reset -q --hard ORIG_HEAD",
        Refused,
        "same HEAD origin/main",
    ),
    (
        "",
        "git checkout -q -B main $(dangling)",
        Refused,
        "same main origin/main",
    ),
    ("", "git switch -q -c x $(dangling)", Refused, ""),
    (
        "",
        "git switch -q --detach $(dangling)",
        Refused,
        "same HEAD origin/main",
    ),
    ("", "git worktree add -q ../tree $(dangling)", Refused, ""),
    (
        "echo $KEY >>one; git stash -q",
        "git branch x stash@{0}",
        Refused,
        "",
    ),
    (
        "echo $KEY >>one; git stash -q",
        "git stash branch x",
        Passes,
        "grep -q $KEY one",
    ),
    (
        "",
        "printf 'blob\\nmark :1\\ndata <<E\\n%s\\nE\\ncommit refs/heads/x\\ncommitter a <a> 0 +0000\\ndata 1\\nx\\nM 100644 :1 k\\n' $KEY | git fast-import --quiet",
        Refused,
        "! git rev-parse -q --verify x",
    ),
    (
        "",
        "printf 'blob\\nmark :1\\ndata <<E\\nfine\\nE\\ncommit refs/heads/x\\ncommitter a <a> 0 +0000\\ndata 1\\nx\\nM 100644 :1 k\\n' | git fast-import --quiet",
        Passes,
        "git rev-parse x",
    ),
    (
        "git clone -q . ../other; cd ../other; dirty k",
        "cd ../other; git push -q ../repo HEAD:refs/heads/x",
        Refused,
        "! git rev-parse -q --verify x",
    ),
    (
        "git clone -q . ../other; cd ../other; clean k",
        "cd ../other; git push -q ../repo HEAD:refs/heads/x",
        Passes,
        "git rev-parse x",
    ),
    (
        "git checkout -q -b side; dirty k; git checkout -q main",
        "git checkout -q side; git checkout -q main; git switch -q --detach side; git switch -q -",
        Passes,
        "",
    ),
    (
        "git checkout -q -b side; dirty k; git checkout -q main",
        "git branch x side; git branch -m x y; git branch -c y z; git branch -D y z",
        Passes,
        "",
    ),
    (
        "dirty k; clean c",
        "git reset -q --hard HEAD~1; git reset -q --soft HEAD~1; git reset -q --hard",
        Passes,
        "",
    ),
    (
        "dirty k; clean c; clean d",
        "git bisect start HEAD HEAD~2; git bisect good; git bisect reset",
        Passes,
        "",
    ),
    (
        "dirty k; clean c",
        "git worktree add -q ../a -b a; git worktree add -q --detach ../b HEAD~1; git worktree remove ../a; git worktree prune",
        Passes,
        "",
    ),
    (
        "dirty k; git tag v1",
        "git tag -a -m \"$KEY\" v2; git checkout -q v1; git tag -d v2; git symbolic-ref HEAD refs/heads/main",
        Passes,
        "",
    ),
    (
        "dirty k",
        "git notes add -m \"$KEY\"; echo $KEY >>one; git stash -q; git stash pop -q; git stash -q; git stash apply -q; git stash drop -q",
        Passes,
        "grep -q $KEY one",
    ),
    (
        "dirty k; git branch a; git branch b/c; git tag t",
        "git pack-refs --all; git gc -q; git repack -adq; git prune; git reflog expire --all --expire=now; git maintenance run --quiet",
        Passes,
        "",
    ),
    (
        "dirty k; clean c",
        "git replace HEAD HEAD~1; git replace -d HEAD",
        Passes,
        "",
    ),
    (
        "dirty k; clean c",
        "git bundle create -q ../b HEAD~1..main; git bundle unbundle ../b",
        Passes,
        "",
    ),
    (
        "dirty k; git rm -q k; off commit -qm out",
        "FILTER_BRANCH_SQUELCH_WARNING=1 git filter-branch --index-filter 'git rm -q --cached --ignore-unmatch k' HEAD",
        Passes,
        "",
    ),
];

/// Commands that bring commits from elsewhere. What others have published is no local mistake.
const FETCHES: &[Row] = &[
    (
        "cd ../origin; dirty k",
        "git fetch -q --no-write-fetch-head origin main:x",
        Passes,
        "git cat-file -e x:k",
    ),
    (
        "cd ../origin; git checkout -q -b far; dirty k; git tag -m t t; git tag u; git checkout -q main; git branch -D far -q",
        "git fetch -q --no-write-fetch-head origin tag t; git -c fetch.parallel=2 fetch -q --tags --no-write-fetch-head; git merge -q --no-ff --no-edit t",
        Passes,
        "git cat-file -e main:k",
    ),
    (
        "cd ../origin; git checkout -q -b far; dirty k; git tag t; git checkout -q main; git branch -D far -q",
        "git fetch -q --tags; git fetch -q; git checkout -q t; git checkout -q -b hotfix; git checkout -q main; git merge -q --no-ff --no-edit t",
        Passes,
        "git cat-file -e main:k",
    ),
    (
        "git config --add remote.origin.fetch '+refs/pull/*/head:refs/pull/*'; cd ../origin; git checkout -q -b far; dirty k; git update-ref refs/pull/1/head far; git checkout -q main; git branch -D far -q",
        "git fetch -q; git fetch -q origin main; git checkout -q -b pr refs/pull/1; git checkout -q main; git merge -q --no-ff --no-edit refs/pull/1",
        Passes,
        "git cat-file -e main:k",
    ),
    (
        "git branch topic; git checkout -q topic; clean c; git checkout -q main; git branch -q -u topic",
        "git pull -q; git fetch -q . topic:other",
        Passes,
        "same main topic",
    ),
    (
        "git init -q ../else; cd ../else; git pull -q ../origin; dirty k",
        "git config alias.bring 'fetch -q'; git bring ../else main:x; sh -c 'git bring ../else main:y'; git remote add -f else ../else",
        Passes,
        "git cat-file -e y:k",
    ),
    ("cd ../origin; dirty k", "git fetch -q", Passes, ""),
    (
        "cd ../origin; dirty k",
        "git pull -q",
        Passes,
        "same main origin/main",
    ),
    (
        "cd ../origin; dirty k; cd ../repo; clean c",
        "git pull -q --no-rebase --no-edit",
        Passes,
        "git cat-file -e main:k",
    ),
    (
        "cd ../origin; dirty k; cd ../repo; clean c",
        "git pull -q --rebase",
        Passes,
        "git cat-file -e main:k",
    ),
    (
        "cd ../origin; clean k; cd ../repo; dirty c",
        "git pull -q --rebase",
        Refused,
        "git rebase --abort",
    ),
    (
        "git init -q ../else; cd ../else; git pull -q ../origin; dirty k",
        "git pull -q ../else main",
        Passes,
        "git cat-file -e main:k",
    ),
    (
        "git init -q ../else; cd ../else; git pull -q ../origin; dirty k; cd ../repo; clean c",
        "git pull -q --no-rebase --no-edit ../else main",
        Passes,
        "git cat-file -e main:k",
    ),
    (
        "git init -q ../else; cd ../else; git pull -q ../origin; dirty k; cd ../repo; clean c",
        "git pull -q --rebase ../else main",
        Passes,
        "git cat-file -e main:k",
    ),
    (
        "git init -q ../else; cd ../else; git pull -q ../origin; dirty k",
        "git fetch -q ../else main; git checkout -q FETCH_HEAD; git checkout -q -b x FETCH_HEAD",
        Passes,
        "same x FETCH_HEAD",
    ),
    (
        "git init -q ../else; cd ../else; git pull -q ../origin; dirty k",
        "git fetch -q ../else main; git merge -q --no-ff --no-edit FETCH_HEAD",
        Passes,
        "git cat-file -e main:k",
    ),
    (
        "git init -q ../else; cd ../else; git pull -q ../origin; dirty k",
        "git fetch -q ../else main; git commit -qn --allow-empty -m empty; git cherry-pick FETCH_HEAD",
        Refused,
        "",
    ),
    (
        "cd ../origin; dirty k",
        "git fetch -q ../origin main:x",
        Passes,
        "git cat-file -e x:k",
    ),
    (
        "cd ../origin; dirty k",
        "git fetch -q origin main:x",
        Passes,
        "git cat-file -e x:k",
    ),
    (
        "cd ../origin; dirty k",
        "git fetch -q --atomic origin main:x main:y",
        Passes,
        "git cat-file -e y:k",
    ),
    (
        "cd ../origin; dirty k",
        "git pull -q origin main:main",
        Passes,
        "git cat-file -e main:k",
    ),
    (
        "cd ../origin; dirty k",
        "git fetch -q --update-head-ok origin main:main && git reset -q --hard || exit 3",
        Passes,
        "",
    ),
    (
        "cd ../origin; git checkout -q -b far; dirty k; git tag -m t t; git checkout -q main; git branch -D far -q",
        "git fetch -q origin tag t; git merge -q --no-ff --no-edit t; git checkout -q t",
        Passes,
        "git cat-file -e main:k",
    ),
    (
        "cd ../origin; git checkout -q -b far; dirty k; git checkout -q main",
        "git fetch -q; git checkout -q far; git branch y origin/far; git merge -q --no-ff --no-edit y",
        Passes,
        "",
    ),
    (
        "cd ../origin; git checkout -q -b far; dirty k; git checkout -q main; cd ../repo; clean c",
        "git fetch -q; git cherry-pick origin/far",
        Refused,
        "no_key main",
    ),
    (
        "cd ../origin; git checkout -q -b far; dirty k; git checkout -q main; cd ../repo; clean c",
        "git fetch -q; git rebase -q origin/far; git fetch -q --prune; git remote rename origin other; git remote remove other",
        Passes,
        "git cat-file -e main:c",
    ),
    (
        "cd ../origin; dirty k; git bundle create -q ../b main",
        "git fetch -q ../b main:x; git pull -q ../b main; git clone -q ../b ../bundled",
        Passes,
        "git cat-file -e x:k",
    ),
    (
        "cd ../origin; git checkout -q -b far; dirty k; git checkout -q main",
        "git remote update; git fetch -q --all; git push -q origin origin/far:refs/heads/again",
        Passes,
        "",
    ),
    (
        "cd ../origin; dirty k; cd ../repo; mkdir -p ../template/hooks; cp .git/hooks/reference-transaction ../template/hooks",
        "git clone -q --template=../template ../origin ../c1; git clone -q --bare --template=../template ../origin ../c2; git clone -q --mirror --template=../template ../origin ../c3; git clone -q --depth 1 --template=../template file://$PWD/../origin ../c4; cd ../origin; dirty l; cd ../c3; git fetch -q",
        Passes,
        "git -C ../c3 cat-file -e main:l",
    ),
    (
        "git init -q ../else; cd ../else; git pull -q ../origin; dirty k",
        "git -c protocol.file.allow=always submodule --quiet add ../else sub; git commit -qm sub; git submodule --quiet update --init",
        Passes,
        "",
    ),
];

/// Repositories that are not whole.
const PARTS: &[Row] = &[
    (
        "o=$(echo gone | git hash-object -w --stdin); git tag -m t t $o; rm -f .git/objects/$(echo $o | cut -c1-2)/$(echo $o | cut -c3-); git checkout -q -b side; clean s; git checkout -q main; clean c",
        "git merge -q --no-edit side",
        Passes,
        "git cat-file -e main:s",
    ),
    (
        "o=$(echo gone | git hash-object -w --stdin); git tag -m t t $o; rm -f .git/objects/$(echo $o | cut -c1-2)/$(echo $o | cut -c3-); git checkout -q -b side; dirty k; git checkout -q main; clean c",
        "git merge -q --no-edit side",
        Refused,
        "no_key main",
    ),
    (
        "rm -rf ../c; git clone -q --depth 1 file://$PWD/../origin ../c; cp .git/hooks/reference-transaction ../c/.git/hooks; cd ../c; echo $KEY >k; git add k",
        "cd ../c; git commit -qnm x",
        Refused,
        "",
    ),
    (
        "git clone -q --depth 1 file://$PWD/../origin ../c; cp .git/hooks/reference-transaction ../c/.git/hooks; cd ../origin; dirty k",
        "cd ../c; clean c; git commit -qn --allow-empty -m x; git pull -q --no-rebase --no-edit; git fetch -q --unshallow",
        Passes,
        "",
    ),
    (
        "git -C ../origin config uploadpack.allowFilter true; git clone -q --filter=blob:none file://$PWD/../origin ../c; cp .git/hooks/reference-transaction ../c/.git/hooks; cd ../origin; dirty k",
        "cd ../c; echo c >c; git add c; git commit -qnm x; git pull -q --no-rebase --no-edit",
        Passes,
        "",
    ),
    (
        "git -C ../origin config uploadpack.allowFilter true; git clone -q --filter=tree:0 file://$PWD/../origin ../c; cp .git/hooks/reference-transaction ../c/.git/hooks; cd ../c; echo $KEY >c; git add c",
        "cd ../c; git commit -qnm x",
        Refused,
        "",
    ),
    (
        "git checkout -q -b broken; clean b; git checkout -q main; o=$(git rev-parse broken); rm -f .git/objects/$(echo $o | cut -c1-2)/$(echo $o | cut -c3-)",
        "echo fine >f; git add f; git commit -qnm x; git checkout -q -b y; git checkout -q main~1; git merge -q --no-edit y",
        Passes,
        "",
    ),
    (
        "git checkout -q -b broken; clean b; git checkout -q main; o=$(git rev-parse broken); rm -f .git/objects/$(echo $o | cut -c1-2)/$(echo $o | cut -c3-); echo $KEY >k; git add k",
        "git commit -qnm x",
        Refused,
        "",
    ),
];

/// Every row, in repositories of this world.
pub fn holds(world: &World) {
    let mut wrong = Vec::new();
    for rows in [COMMITS, REPLAYS, MOVES, FETCHES, PARTS] {
        for row in rows {
            wrong.extend(fault(world, row));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} rows:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn fault(world: &World, (before, act, end, after): &Row) -> Option<String> {
    let sandbox = world.sandbox();
    let off = "git() { command git -c core.hooksPath=/dev/null \"$@\"; }";
    let run = world.script(&sandbox, &format!("{off}\n{before}"));
    if run.code != Some(0) {
        return Some(format!("BEFORE {before}: {run:?}"));
    }
    let run = world.script(&sandbox, act);
    let said = format!("{}{}", run.stdout, run.stderr);
    assert!(!said.contains(&phx()), "{act} printed the key");
    let is_right = match end {
        Refused => {
            run.code != Some(0)
                && said.contains(&masked(&phx()))
                && said.contains("no branch or tag was moved")
        }
        Passes => run.code == Some(0) && !said.contains("phguard:"),
    };
    if !is_right {
        return Some(format!("ACT {before} ; {act}: {:?} {said}", run.code));
    }
    let run = world.script(&sandbox, after);
    if run.code != Some(0) {
        return Some(format!("AFTER {before} ; {act} ; {after}: {run:?}"));
    }
    None
}
