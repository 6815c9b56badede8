# One random sequence of commits, changes of remotes, and pushes. Before each push the oracle asks the
# place itself which commits it lacks, and looks for a key that one of them adds. Such a push must be
# refused. If nothing about the remote has changed since it was last asked, no other may be. SEED, KEY
# and STEPS are set.
#
# One hole is known (docs/git.md): the place of a remote is changed by hand, and then only new branches
# are pushed there, so that git says nothing that contradicts the remote-tracking refs.

random() {
    SEED=$(((SEED * 1103515245 + 12345) % 2147483648))
    picked=$((SEED / 65536 % $1))
}

place() { git ls-remote --get-url origin; }

# Succeeds if the commits of these tips that the place lacks add a line with the key.
brings_key() {
    git ls-remote "$(place)" 2>/dev/null | cut -f1 | sort -u | while read -r id; do
        git cat-file -e "$id" 2>/dev/null && echo "^$id"
    done >../known
    git log -p -c --root --format='commit %P' "$@" --stdin <../known | awk -v key="$KEY" '
        /^commit/ { parents = NF > 1 ? NF - 1 : 1; signs = substr("++++++++", 1, parents); next }
        substr($0, 1, parents) == signs && index($0, key) { found = 1 }
        END { exit !found }'
}

commit() { git add -A; git commit -qnm "$1"; }

for name in A B; do git init -q --bare "../$name"; done
git config url.../B.insteadOf alias:b
git config receive.denyDeletes false
git remote add origin ../A
echo start >start
commit start
git branch b0
git branch b1
state=honest
step=0
while [ $step -lt "$STEPS" ]; do
    step=$((step + 1))
    GIT_AUTHOR_DATE="$((1700000000 + step)) +0000" GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
    export GIT_AUTHOR_DATE GIT_COMMITTER_DATE
    random 3
    case $picked in
        0) echo "$step" >"f$step"; commit "clean $step" ;;
        1) echo "$step k=$KEY" >"f$step"; commit "dirty $step" ;;
        2) git grep -l "$KEY" | xargs -r git rm -q; git commit -qnm "out $step" --allow-empty ;;
    esac
    random 10
    case $picked in
        0) git remote set-url origin ../A; state=moved ;;
        1) git remote set-url origin ../B; state=moved ;;
        2) git remote set-url origin alias:b; state=moved ;;
        3) git remote remove origin; git remote add origin ../A; state=honest ;;
        4) rm -rf ../A; git init -q --bare ../A; state=moved ;;
        5) git --git-dir="$(place | sed 's/^alias:b$/..\/B/')" update-ref -d refs/heads/b0; state=moved ;;
        6) git fetch -q --prune origin; [ "$(place)" = ../A ] && state=fetched ;;
        7 | 8 | 9) git switch -q "b$((picked % 2))" ;;
    esac
    random 4
    case $picked in
        0) refs=HEAD ;;
        1) refs=b0 ;;
        2) refs="b0 b1" ;;
        3) refs=b1; git tag -f "t$step" >/dev/null; refs="b1 t$step" ;;
    esac
    # shellcheck disable=SC2086
    if brings_key $refs; then expected=refused; else expected=passes; fi
    # shellcheck disable=SC2086
    git push -q --force origin $refs >../log 2>&1
    code=$?
    actual=passes
    grep -q '^phguard: push stopped' ../log && actual=refused
    if [ $code -ne 0 ] && [ $actual = passes ]; then
        echo "step $step: the push failed by itself"
        cat ../log
        exit 1
    fi
    is_right=
    [ $actual = $expected ] && is_right=yes
    # In doubt more is checked than the place lacks.
    [ $state != honest ] && [ $actual = refused ] && is_right=yes
    [ $state = moved ] && is_right=${is_right:-hole}
    if [ -z "$is_right" ]; then
        echo "step $step, $state, push of $refs to $(place): $actual, but it should be $expected"
        cat ../log
        git log --graph --oneline --all
        exit 1
    fi
    if [ "$is_right" = hole ]; then
        # Only if git itself says nothing about the place: each pushed ref is new there.
        grep -q '\[new' ../log || git ls-remote origin | grep -q . || { echo "step $step: no hole"; exit 1; }
    fi
    [ $actual = passes ] && [ $state = honest ] || [ "$actual" = refused ] || state=honest
    [ "$is_right" = hole ] && git remote remove origin && git remote add origin ../A && state=honest
done
exit 0
