# One random sequence. Each act runs twice: in a copy without the gate, where a scan of every local
# commit tells whether a key came in, and in the repository with it. The gate must refuse in exactly
# these cases. SEED, KEY and STEPS are set. Contents differ: an exact copy of a file adds nothing.

random() {
    SEED=$(((SEED * 1103515245 + 12345) % 2147483648))
    picked=$((SEED / 65536 % $1))
}

# Succeeds if a commit that no remote has adds a line with the key that none of its parents has.
has_key() {
    git log -p -c --root --format='commit %P' --branches HEAD --not --remotes | awk -v key="$KEY" '
        /^commit/ { parents = NF > 1 ? NF - 1 : 1; signs = substr("++++++++", 1, parents); next }
        substr($0, 1, parents) == signs && index($0, key) { found = 1 }
        END { exit !found }'
}

act() {
    case $kind in
        0 | 1 | 2) echo "$step" >"f$file"; git add "f$file"; git commit -qnm "clean $step" ;;
        3 | 4) echo "$step k=$KEY" >"f$file"; git add "f$file"; git commit -qnm "dirty $step" || git reset -q --hard ;;
        5 | 6) git switch -q "$branch" || git switch -q -c "$branch" ;;
        7) git merge -q --no-edit --no-verify "$branch" || git merge --abort || git reset -q --hard ;;
        8) git rebase -q "$branch" || git rebase --abort ;;
        9) git cherry-pick "$branch" || git cherry-pick --abort || git reset -q --hard ;;
        10) echo "k=$KEY" >>base; git stash -q; git switch -q --detach; git stash pop -q; git checkout -q -f base; git switch -q - ;;
        11) git merge -q --no-edit --no-verify origin/main || git merge --abort || git reset -q --hard ;;
        12) git worktree add -q --detach "$tree" "$branch" && git worktree remove --force "$tree" ;;
        13) git commit -qn --amend --allow-empty -m "amended $step" ;;
        14) git reset -q --hard HEAD~1 ;;
        15) git revert --no-edit HEAD || git revert --abort || git reset -q --hard ;;
        16) git cherry-pick origin/main || git cherry-pick --abort || git reset -q --hard ;;
        17) git pack-refs --all; git gc -q; git branch -f other "$branch" ;;
        18) git reset -q --hard "$branch" ;;
        19) git rebase -q origin/main || git rebase --abort ;;
    esac
}

step=0
while [ $step -lt "$STEPS" ]; do
    step=$((step + 1))
    GIT_AUTHOR_DATE="$((1700000000 + step)) +0000" GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
    export GIT_AUTHOR_DATE GIT_COMMITTER_DATE
    random 20; kind=$picked
    random 4; file=$picked
    random 3; branch=b$picked
    random 8
    if [ $picked -eq 0 ]; then
        random 2
        (cd ../origin && if [ $picked -eq 0 ]; then echo "$step k=$KEY" >"o$step"; else echo "$step" >"o$step"; fi; git add .; off commit -qm "origin $step")
        git fetch -q
    fi
    expected=passes
    # Only these acts make or bring commits.
    case $kind in
        3 | 4 | 7 | 8 | 9 | 11 | 13 | 15 | 16 | 18 | 19)
            rm -rf ../copy
            cp -a . ../copy
            rm -f ../copy/.git/hooks/reference-transaction
            tree=../../copied-tree
            (cd ../copy && act) >../log 2>&1 || :
            (cd ../copy && has_key) && expected=refused
            ;;
    esac
    tree=../tree
    act >../log 2>&1 || :
    actual=passes
    grep -q '^phguard: refused' ../log && actual=refused
    if [ $expected != $actual ] || has_key; then
        echo "step $step, kind $kind, f$file, $branch: $actual, but it should be $expected"
        cat ../log
        git log --graph --oneline --all
        exit 1
    fi
done
