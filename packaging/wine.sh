#!/usr/bin/env bash
# Tries phguard.exe under wine: exit codes, paths as Windows writes them, reports. There is no
# git.exe, so git lays out the repository from outside, with an index that holds its tree as in a
# commit. `packaging/wine.sh PHGUARD.EXE`.

set -euo pipefail

main() {
    program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
    directory=$(mktemp -d)
    trap 'rm -rf "$directory"' EXIT
    cd "$directory"
    git init -q repository
    cd repository
    git -c user.name=a -c user.email=a@example.com commit -q --allow-empty -m first
    git read-tree HEAD
    key=phx_$(head -c 4000 /dev/urandom | LC_ALL=C tr -dc A-Za-z0-9 | cut -c 1-43)

    expect 0 'nothing is staged'
    mkdir -p src 'ünïcode dir'
    echo one >src/client.ts
    stage src/client.ts
    expect 0 'a clean file'
    printf 'one\r\nkey = "%s"\r\n' "$key" >src/client.ts
    cp src/client.ts 'ünïcode dir/schlüssel.ts'
    stage .
    printf '%s\n' "$key" >untracked
    expect 1 'a staged key'
    expect 1 'slashes' --staged src/client.ts
    expect 1 'backslashes' --staged 'src\client.ts'
    expect 1 'another case' --staged 'SRC\Client.TS'
    expect 1 'the whole path' --staged "$(winepath -w "$PWD/src/client.ts")"
    expect 1 'characters beyond ASCII' --staged 'ünïcode dir\schlüssel.ts'
    expect 2 'no such path' --staged 'src\nowhere'
    expect 2 'not staged' --staged untracked

    expect 1 'SARIF' --format sarif
    contains '"uri":"src/client.ts"'
    expect 1 'JSON' --format json
    contains 'src/client.ts'
    expect 1 'annotations' --format github
    contains '::error file=src/client.ts,'
    lacks "\\"

    expect 1 'files' --files 'src\client.ts'
    contains 'src/client.ts:2:8'
    expect 1 'files below a drive' --format sarif --files "$(winepath -w "$PWD/src")"
    contains '"uri":"src/client.ts"'
    cp src/client.ts "$directory/outside.ts"
    expect 1 'a file of no repository' --format sarif --files "$(winepath -w "$directory/outside.ts")"
    contains '"uri":"file:///Z:/'
    expect 1 'the disk' --files .
    lacks "\\"
    expect 1 'standard input' --files - <src/client.ts
    expect 0 'redact' redact <src/client.ts
    lacks "$key"
    expect 2 'an option that is none' --nonsense

    cp "$program" .git/hooks/pre-commit.exe
    program=$PWD/.git/hooks/pre-commit.exe
    expect 1 'the program as a hook'
    git read-tree HEAD
    expect 0 'the hook, with nothing staged'
    echo 'wine: everything held'
}

stage() {
    git add "$1"
    git write-tree >/dev/null
}

# Runs the program with what follows, and compares its exit code.
expect() {
    local code=0 wanted=$1 name=$2
    shift 2
    WINEDEBUG=-all wine "$program" "$@" >"$directory/output" 2>&1 || code=$?
    if [ "$code" -ne "$wanted" ]; then
        fail "$name: exit code $code, not $wanted"
    fi
    lacks "$key"
    echo "ok: $name"
}

contains() { grep -qF -- "$1" "$directory/output" || fail "the output lacks $1"; }
lacks() { ! grep -qF -- "$1" "$directory/output" || fail 'the output has what it must not have'; }

fail() {
    echo "wine: $1" >&2
    sed -E 's/(ph[a-z]_)[A-Za-z0-9]{30,}/\1…/g' "$directory/output" >&2
    exit 1
}

main "$@"
