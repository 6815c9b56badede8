#!/usr/bin/env bash
# The work of action.yml: fetches the phguard of this version and checks the commits of the event.
#
# Reads the variables that action.yml sets, and those of every step on GitHub. Exits like phguard:
# with 1 for a key and with 2 if something could not be read.

set -Eeuo pipefail
# A step that fails for another reason than a key has read nothing.
trap 'exit 2' ERR

main() {
    check_inputs
    directory=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/phguard.XXXXXX")
    fetch_program
    find_range
    if [ -z "$range" ]; then
        echo 'phguard: the event brings no commits.'
        tell code 0
        return
    fi
    check
}

# The first argument is the fault, the second the way out.
fail() {
    echo "::error title=phguard::nothing was approved: $1 Try: $2"
    tell code 2
    exit 2
}

# Sets an output of the action.
tell() {
    [ -z "${GITHUB_OUTPUT-}" ] || printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

check_inputs() {
    case $INPUT_FORMAT in
        human | github | json | sarif) ;;
        *) fail "there is no format '$INPUT_FORMAT'." 'github, human, json or sarif.' ;;
    esac
    case $INPUT_FAIL in
        true | false) ;;
        *) fail "the input fail is '$INPUT_FAIL'." 'true or false.' ;;
    esac
}

# ---- the program ----

fetch_program() {
    local version suffix url archive sum
    version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$ACTION_PATH/Cargo.toml" | head -n 1)
    find_target
    suffix=.tar.gz
    case $target in *-windows-*) suffix=.zip ;; esac
    archive=phguard-$version-$target$suffix
    [ -n "$ACTION_REPOSITORY" ] ||
        fail 'the action has no repository.' 'uses: OWNER/phguard@TAG, not a path.'
    url=$GITHUB_SERVER_URL/$ACTION_REPOSITORY/releases/download/v$version
    download "$url" "$archive"
    download "$url" SHA256SUMS
    sum=$(awk -v file="$archive" '$2 == file { print $1 }' "$directory/SHA256SUMS")
    if [ -z "$sum" ] || [ "$sum" != "$(checksum "$directory/$archive")" ]; then
        fail "$archive is not the file that SHA256SUMS of the release names." 'run the job again.'
    fi
    case $suffix in
        .zip) unzip -q "$directory/$archive" -d "$directory" ;;
        *) tar -xzf "$directory/$archive" -C "$directory" ;;
    esac
    phguard=$directory/phguard-$version-$target/phguard
    [ "$("$phguard" --version)" = "phguard $version" ] ||
        fail "the program of $archive does not start." 'another kind of runner.'
}

find_target() {
    case $RUNNER_OS-$RUNNER_ARCH in
        Linux-X64) target=x86_64-unknown-linux-musl ;;
        Linux-ARM64) target=aarch64-unknown-linux-musl ;;
        macOS-X64) target=x86_64-apple-darwin ;;
        macOS-ARM64) target=aarch64-apple-darwin ;;
        Windows-X64) target=x86_64-pc-windows-msvc ;;
        Windows-ARM64) target=aarch64-pc-windows-msvc ;;
        *) fail "no release is for $RUNNER_OS on $RUNNER_ARCH." 'cargo install --locked phguard.' ;;
    esac
}

download() {
    curl --fail --silent --show-error --location --retry 3 --proto-redir =https \
        --output "$directory/$2" "$1/$2" || fail "$1/$2 cannot be fetched." 'run the job again.'
}

checksum() {
    if command -v sha256sum >/dev/null; then
        sha256sum <"$1" | cut -d ' ' -f 1
    else
        shasum -a 256 <"$1" | cut -d ' ' -f 1
    fi
}

# ---- the commits ----

# The range is empty if the event brings nothing.
find_range() {
    local from to=$TIP
    range=$INPUT_RANGE
    [ -z "$range" ] || return 0
    is_id "$to" || fail 'the event names no commit.' 'give the input range.'
    if is_zero "$to"; then
        return
    fi
    # A tag has a message of its own. The checkout may have only the commit that it names.
    case $GITHUB_REF in
        refs/tags/*)
            fetch "$GITHUB_REF" || fail "$GITHUB_REF cannot be fetched." "$whole_checkout"
            to=$(git rev-parse FETCH_HEAD) ;;
    esac
    from=$(first_commit)
    fetch_history "$from" "$to"
    range=$from..$to
}

whole_checkout='actions/checkout with fetch-depth: 0.'

is_id() { [[ $1 =~ ^([0-9a-f]{40}|[0-9a-f]{64})$ ]]; }
is_zero() { [[ $1 =~ ^0+$ ]]; }
is_here() { git cat-file -e "$1^{commit}" 2>/dev/null; }
fetch() { git fetch --quiet --no-tags origin "$@"; }

# Prints the commit that the range starts behind. A new branch or tag, and a branch whose old tip is
# nowhere any more, start where they leave the default branch.
first_commit() {
    local default=refs/heads/$DEFAULT_BRANCH
    if is_id "$BASE" && ! is_zero "$BASE"; then
        if is_here "$BASE" || fetch "$BASE" 2>/dev/null; then
            echo "$BASE"
            return
        fi
    fi
    if [ "$GITHUB_EVENT_NAME" = push ] && [ -n "$DEFAULT_BRANCH" ] && [ "$GITHUB_REF" != "$default" ] &&
        fetch "$default" 2>/dev/null; then
        git rev-parse FETCH_HEAD
        return
    fi
    echo "${TIP//?/0}"
}

# A checkout of actions/checkout has one commit unless it is told otherwise.
fetch_history() {
    local -a ids=("$2")
    is_zero "$1" || ids+=("$1")
    if [ "$(git rev-parse --is-shallow-repository)" = true ]; then
        fetch --unshallow "${ids[@]}" || fail 'the history of the checkout is cut off.' "$whole_checkout"
    elif ! is_here "$2"; then
        fetch "$2" || fail "commit $2 cannot be fetched." "$whole_checkout"
    fi
}

# ---- the check ----

check() {
    local code=0 report=''
    local -a arguments=(--range "$range" --format "$INPUT_FORMAT")
    [ -z "$INPUT_CONFIG" ] || arguments+=(--no-allow --config "$INPUT_CONFIG")
    case $INPUT_FORMAT in
        json | sarif)
            report=$directory/phguard.$INPUT_FORMAT
            "$phguard" "${arguments[@]}" >"$report" || code=$?
            tell report "$report" ;;
        *) "$phguard" "${arguments[@]}" || code=$? ;;
    esac
    case $code in
        0) ;;
        1) echo "phguard: $range adds a PostHog secret key." ;;
        *) code=2 && echo "phguard: $range could not be read completely: nothing is approved." ;;
    esac
    tell code "$code"
    [ "$code:$INPUT_FAIL" != 1:false ] || code=0
    exit "$code"
}

main
