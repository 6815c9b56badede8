#!/usr/bin/env bash
# Tries a phguard on this machine: install, a commit that it blocks, one that passes, uninstall.
# `packaging/smoke.sh PROGRAM`; on Windows in the bash of Git.

set -euo pipefail

main() {
    [ $# -eq 1 ] || { echo 'Usage: smoke.sh PROGRAM' >&2 && exit 2; }
    phguard=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
    directory=$(mktemp -d)
    # Windows removes no directory in which a process is.
    trap 'cd / && rm -rf "$directory"' EXIT
    seal
    "$phguard" --version
    git init -q -b main repository
    cd repository

    step 'install proves its hooks'
    "$phguard" install
    "$phguard" doctor

    step 'a clean commit passes'
    stage clean 'one'
    git commit -q -m clean
    expect 1 "$(commits)"

    step 'a key is blocked, and not printed'
    key=phx_$(random_text 43)
    stage 'a file.txt' "key = $key"
    expect 1 "$(code_of git commit -q -m key)"
    expect 1 "$(commits)"
    grep -qF "${key:0:4}" ../output
    expect 1 "$(code_of grep -qF "$key" ../output)"

    step 'the check by hand says the same'
    expect 1 "$(code_of "$phguard")"
    expect 1 "$(code_of "$phguard" --staged 'a file.txt')"
    expect 1 "$(code_of "$phguard" --files .)"
    expect 2 "$(code_of "$phguard" --staged nowhere)"
    expect 1 "$(code_of "$phguard" --format sarif)"
    expect 0 "$("$phguard" redact <'a file.txt' | grep -cF "$key" || true)"

    step 'uninstall leaves no hook'
    "$phguard" uninstall
    git commit -q -m unguarded
    expect 2 "$(commits)"
    expect 1 "$(code_of "$phguard" --range HEAD~1..HEAD)"
    expect 1 "$(code_of "$phguard" --history)"
    echo 'smoke: everything held'
}

step() { printf '\n==> %s\n' "$1"; }

# A home and a configuration of its own, so that the machine's settings do not matter.
seal() {
    cd "$directory"
    mkdir home
    export HOME=$directory/home GIT_CONFIG_NOSYSTEM=1
    unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE
    git config --global user.name 'A U Thor'
    git config --global user.email author@example.com
    git config --global core.autocrlf false
}

# No whole key stands in the tree.
random_text() {
    local text=''
    while [ ${#text} -lt "$1" ]; do
        text=$text$(head -c 512 /dev/urandom | LC_ALL=C tr -dc A-Za-z0-9)
    done
    printf %s "${text:0:$1}"
}

stage() {
    printf '%s\n' "$2" >"$1"
    git add -- "$1"
}

commits() { git rev-list --count HEAD; }

code_of() {
    local code=0
    "$@" >../output 2>&1 || code=$?
    echo "$code"
}

expect() {
    [ "$1" = "$2" ] && return
    echo "smoke: expected $1, got $2" >&2
    sed -E 's/(ph[a-z]_)[A-Za-z0-9]{30,}/\1…/g' "$directory/output" >&2
    exit 1
}

main "$@"
