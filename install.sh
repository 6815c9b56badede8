#!/bin/sh
# Installs phguard and its hooks; `./install.sh --help` says how.
#
# Exits with 0 when the hook is proven to work, otherwise with 2: 1 means that a key was found.

set -eu

usage() {
    cat <<'END'
Usage: ./install.sh [--binary PATH] [--bin-dir DIR] [REPOSITORY]

Builds phguard, proves in a throw-away repository that it blocks a key, puts it
into a directory of yours, and runs `phguard install` for a git repository
(default: that of the current directory).

  --binary PATH   take this binary instead of building one
  --bin-dir DIR   where to put the binary (default: ~/.local/bin)
  --help          print this
END
}

main() {
    path_at_start=$PATH
    HOME=${HOME-}
    choose_colours
    find_system
    parse "$@"
    trap finish EXIT
    # Without this, some shells do not run the EXIT trap.
    trap 'exit 2' HUP INT TERM
    leave_outer_git
    check_source
    find_repository
    [ -n "$binary" ] || build
    install_binary
    # Proves the hooks, keeps what is there, and says what it did.
    "$phguard" install --repo "$repository" || exit 2
    warn_about_path
}

# ---- messages ----

choose_colours() {
    yellow='' red='' plain=''
    if [ -t 1 ] && [ -z "${NO_COLOR+set}" ] && [ "${TERM:-dumb}" != dumb ]; then
        yellow=$(printf '\033[1;33m')
        red=$(printf '\033[1;31m') plain=$(printf '\033[0m')
    fi
}

say() { printf '%s\n' "$*"; }
warn() { printf '%snote:%s %s\n' "$yellow" "$plain" "$*"; }

# The first argument is what is wrong, the others are lines about the way out.
fail() {
    printf '%sinstall.sh: %s%s\n' "$red" "$1" "$plain" >&2
    shift
    [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
    exit 2
}

# ---- before anything is written ----

# The shells of Windows: Git's, MSYS2's, Cygwin's, busybox's.
find_system() {
    exe=''
    case $(uname -s 2>/dev/null) in
        MINGW* | MSYS* | CYGWIN* | Windows_NT) exe=.exe ;;
    esac
}

parse() {
    binary='' bin_dir='' repository='' new_dir='' trial=''
    see_help='See ./install.sh --help'
    while [ $# -gt 0 ]; do
        case $1 in
            --help | -h) usage && exit 0 ;;
            --binary | --bin-dir)
                [ -n "${2-}" ] || fail "$1 needs a value" "$see_help"
                [ "$1" = --binary ] && binary=$(absolute "$2") || bin_dir=$(absolute "$2")
                shift ;;
            '' | -*) fail "not understood: '$1'" "$see_help" ;;
            *) [ -z "$repository" ] || fail 'give one repository' "$see_help"
                repository=$(absolute "$1") ;;
        esac
        shift
    done
    [ -n "$repository" ] || repository=$PWD
    [ -n "$bin_dir$HOME" ] || fail 'HOME is not set' 'Say where to put the binary: --bin-dir DIR'
    [ -n "$bin_dir" ] || bin_dir=$HOME/.local/bin
}

absolute() {
    case $1 in
        /*) say "$1" && return ;;
        # A drive or a server.
        [A-Za-z]:[/\\]* | \\\\*) [ -z "$exe" ] || { say "$1" && return; } ;;
    esac
    say "$PWD/$1"
}

has() { command -v "$1" >/dev/null 2>&1; }

# Run from inside a hook, git's variables would point at that hook's repository.
leave_outer_git() {
    has git || fail 'git is missing' 'Install it: https://git-scm.com/downloads'
    for variable in $(git rev-parse --local-env-vars); do
        unset "$variable"
    done
}

check_source() {
    source_dir=$(dirname "$(absolute "$0")")
    [ -f "$source_dir/Cargo.toml" ] ||
        fail "$source_dir is not phguard's source" 'Run this script where it lies in a clone of phguard.'
    [ -z "$binary" ] || { [ -f "$binary" ] && [ -x "$binary" ]; } || fail "$binary is no program"
}

# Before a build of minutes.
find_repository() {
    git -C "$repository" rev-parse --show-toplevel >/dev/null ||
        fail "$repository is no work tree of a git repository" 'Name the one to protect: ./install.sh DIR'
}

# ---- the binary ----

build() {
    check_toolchain
    say 'Building phguard; the first time takes a few minutes.'
    target_dir=$(absolute "${CARGO_TARGET_DIR:-$source_dir/target}")
    binary=$target_dir/$host/release/phguard$exe
    # A fifth faster, where the libc can be linked in and a program with it starts.
    if has_static_libc && run_cargo --config packaging/static-pie.toml && "$binary" --version >/dev/null 2>&1; then
        return
    fi
    run_cargo || fail 'the build failed; cargo says why above' 'If Rust is too old, get a new one: rustup update'
    [ -x "$binary" ] || fail "cargo did not put the binary at $binary" 'Give its path: ./install.sh --binary PATH'
}

has_static_libc() {
    case $host in
        *-linux-gnu*) [ -f "$(cc -print-file-name=rcrt1.o)" ] && [ -f "$(cc -print-file-name=libc.a)" ] ;;
        *) false ;;
    esac
}

# CARGO_BUILD_TARGET would move the binary to another place.
run_cargo() {
    (cd "$source_dir" && unset CARGO_BUILD_TARGET &&
        cargo build --release --locked --target "$host" --target-dir "$target_dir" "$@")
}

check_toolchain() {
    # Where rustup puts cargo, and what a shell opened before that does not know. On Windows the
    # variable may name a drive, whose colon would end the entry.
    if cargo_bin=$(cd "${CARGO_HOME:-$HOME/.cargo}/bin" 2>/dev/null && pwd); then
        PATH=$PATH:$cargo_bin
    fi
    has cargo || fail 'cargo is missing: phguard is built with Rust' \
        'Get it from https://rustup.rs and run this again, or give a binary: --binary PATH'
    host=$(cargo -vV | while read -r name value; do [ "$name" != host: ] || say "$value"; done)
    case $host in
        # Rust finds Visual C++ by itself, and says so if it does not.
        *-msvc) ;;
        *-windows-gnu*) has gcc || fail 'gcc is missing: a C compiler builds libgit2' \
            'MSYS2: pacman -S mingw-w64-x86_64-gcc, and its directory in PATH' ;;
        *) has cc || fail 'cc is missing: a C compiler builds libgit2' \
            'Debian, Ubuntu: apt-get install build-essential' \
            'Fedora: dnf install gcc        Alpine: apk add build-base' \
            'macOS: xcode-select --install' ;;
    esac
}

# By a rename, so that a phguard that is running or half written is never met. Without a proof the
# program that is there stays.
install_binary() {
    mkdir -p "$bin_dir"
    bin_dir=$(cd "$bin_dir" && pwd)
    phguard=$bin_dir/phguard$exe
    [ ! -d "$phguard" ] || fail "$phguard is a directory"
    # A directory, so that the program has its name already: Windows wants the `.exe`.
    new_dir=$(mktemp -d "$bin_dir/.phguard.XXXXXX")
    cp "$binary" "$new_dir/phguard$exe"
    chmod 755 "$new_dir/phguard$exe"
    prove "$new_dir/phguard$exe"
    mv -f "$new_dir/phguard$exe" "$phguard" ||
        fail "$phguard cannot be replaced" 'Close what runs it, and run this again.'
    say "The program: $phguard"
}

# `phguard install` proves its hooks before it writes them. Here it writes them into a repository that
# is thrown away, out of reach of the user's configuration.
prove() {
    case $("$1" --version 2>/dev/null) in
        'phguard '*) ;;
        *) fail "$binary is no phguard" 'Nothing was installed.' ;;
    esac
    trial=$(mktemp -d)
    if ! said=$(
        HOME=$trial XDG_CONFIG_HOME=$trial GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
        export HOME XDG_CONFIG_HOME GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM
        git init -q --template= "$trial/repository" 2>&1 &&
            "$1" install --repo "$trial/repository" 2>&1
    ); then
        fail "$binary does not show that it blocks a key" "$said" 'Nothing was installed.'
    fi
    [ -x "$trial/repository/.git/hooks/pre-commit" ] ||
        fail "$binary installs no hook" "$said" 'Nothing was installed.'
}

warn_about_path() {
    case :$path_at_start: in
        *":$bin_dir:"*) ;;
        *) warn "$bin_dir is not in PATH: the hook does not mind, but to type phguard you need it." ;;
    esac
}

finish() {
    status=$?
    [ -z "$new_dir" ] || rm -rf "$new_dir"
    [ -z "$trial" ] || rm -rf "$trial"
    case $status in
        0 | 2) ;;
        *) printf '%sinstall.sh: stopped by the error above%s\n' "$red" "$plain" >&2 && exit 2 ;;
    esac
}

main "$@"
