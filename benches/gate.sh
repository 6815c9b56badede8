#!/usr/bin/env bash
# The cost of the gate: the same work without a hook, with a hook that only ends, and with the gate.
#
#   [REFS=1000] benches/gate.sh PHGUARD [TURNS]
#
# Prints milliseconds: a fetch of REFS refs (1,000), 50 commits, a rebase of 50 commits, `git gc`. Then, for
# each of them: the moves that git asks about (the state `prepared`), those for which phguard starts,
# and the milliseconds that one of these costs beside a hook that only ends (the shortest turns count).
# Take the figures of one run on an idle machine.
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

git init -q "$work/origin"
cd "$work/origin"
for i in 1 2 3; do
    echo "$i" >"f$i"
    git add .
    git commit -qm "$i"
done
git clone -q "$work/origin" "$work/clone"
for i in $(seq "${REFS:-1000}"); do echo "create refs/heads/x$i HEAD"; done | git update-ref --stdin

microseconds() { echo $(($(date +%s%N) / 1000)); }

# Installs the gate so that it writes down what git asks and what phguard is started for.
install_counted() {
    "$phguard" install --event reference-transaction >/dev/null
    printf '#!/bin/sh\necho >>%s/started\nexec %s "$@"\n' "$work" "$phguard" >"$work/counted"
    chmod +x "$work/counted"
    local hook=.git/hooks/reference-transaction
    sed -i "s|^phguard_program=.*|phguard_program='$work/counted'|" "$hook"
    sed -i "2i [ \"\$1\" = prepared ] \&\& echo >>$work/asked" "$hook"
    truncate -s 0 "$work/asked" "$work/started"
}

# Ends one part of the work: writes the time since `start`, or the counts, and begins the next.
part() { # KIND NAME
    if [ "$1" = counted ]; then
        echo "$(wc -l <"$work/asked") $(wc -l <"$work/started")" >"$work/counted.$2"
        truncate -s 0 "$work/asked" "$work/started"
    else
        local took=$(($(microseconds) - start))
        echo "$took" >>"$work/$1.$2"
        printf '   %s %8.1f' "$2" "$(echo "$took" | awk '{ print $1 / 1000 }')"
    fi
    start=$(microseconds)
}

measure() { # none|ends|gate|counted
    rm -rf "$work/repo"
    cp -r "$work/clone" "$work/repo"
    cd "$work/repo"
    git checkout -q -b side
    case $1 in
        ends)
            printf '#!/bin/sh\nexit 0\n' >.git/hooks/reference-transaction
            chmod +x .git/hooks/reference-transaction
            ;;
        gate) "$phguard" install --event reference-transaction >/dev/null ;;
        counted) install_counted ;;
    esac
    printf '%-7s' "$1"
    start=$(microseconds)
    git fetch -q
    part "$1" fetch
    for i in $(seq 50); do
        echo "$i" >"g$i"
        git add "g$i"
        git commit -qm "$i"
    done
    part "$1" commits
    git -c core.hooksPath=/dev/null checkout -q main
    echo z >z
    git add z
    git -c core.hooksPath=/dev/null commit -qm z
    git -c core.hooksPath=/dev/null checkout -q side
    start=$(microseconds)
    git rebase -q main
    part "$1" rebase
    git gc -q
    part "$1" gc
    echo
}

for _ in $(seq "$turns"); do
    for kind in none ends gate; do measure $kind; done
done
measure counted >/dev/null
for name in fetch commits rebase gc; do
    read -r asked started <"$work/counted.$name"
    ends=$(sort -n "$work/ends.$name" | head -1)
    gate=$(sort -n "$work/gate.$name" | head -1)
    awk -v name=$name -v asked="$asked" -v started="$started" -v more=$((gate - ends)) 'BEGIN {
        printf "%-8s %5d moves asked about, phguard starts for %3d: %8.1f ms more", name, asked, started, more / 1000
        if (started > 0) printf ", %.2f ms each", more / 1000 / started
        print ""
    }'
done
