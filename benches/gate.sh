#!/usr/bin/env bash
# The cost of the gate: the same work without a hook, with a hook that only ends, and with the gate.
#
#   benches/gate.sh PHGUARD [TURNS]
#
# Prints milliseconds: a fetch of 1,000 refs, 50 commits, a rebase of 50 commits, `git gc`. Take the
# ratios of one run on an idle machine; the rest is noise.
set -euo pipefail
phguard=$(realpath "$1")
turns=${2:-3}
work=$(mktemp -d "${TMPDIR:-/tmp}/phguard-gate.XXXXXX")
trap 'rm -rf "$work"' EXIT
export HOME=$work GIT_CONFIG_NOSYSTEM=1
git config --global user.name n
git config --global user.email e
git config --global init.defaultBranch main
git config --global gc.auto 0
git config --global maintenance.auto false

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

measure() { # none|ends|gate
    rm -rf "$work/origin" "$work/repo"
    git init -q "$work/origin"
    cd "$work/origin"
    for i in 1 2 3; do echo "$i" >"f$i"; git add .; git commit -qm "$i"; done
    git clone -q "$work/origin" "$work/repo"
    for i in $(seq 1000); do echo "create refs/heads/x$i HEAD"; done | git update-ref --stdin
    cd "$work/repo"
    git checkout -q -b side
    case $1 in
        ends)
            printf '#!/bin/sh\nexit 0\n' >.git/hooks/reference-transaction
            chmod +x .git/hooks/reference-transaction
            ;;
        gate) "$phguard" install --event reference-transaction >/dev/null ;;
    esac
    local start fetched committed moved rebased collected
    start=$(milliseconds)
    git fetch -q
    fetched=$(milliseconds)
    for i in $(seq 50); do echo "$i" >"g$i"; git add "g$i"; git commit -qm "$i"; done
    committed=$(milliseconds)
    git checkout -q main
    echo z >z
    git add z
    git commit -qm z
    git checkout -q side
    moved=$(milliseconds)
    git rebase -q main
    rebased=$(milliseconds)
    git gc -q
    collected=$(milliseconds)
    printf '%-5s fetch %6d   commits %6d   rebase %6d   gc %6d\n' "$1" $((fetched - start)) \
        $((committed - fetched)) $((rebased - moved)) $((collected - rebased))
}

for _ in $(seq "$turns"); do
    for kind in none ends gate; do measure $kind; done
done
