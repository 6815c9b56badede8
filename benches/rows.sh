# shellcheck shell=bash disable=SC2016 # backticks are Markdown, too
# The rows of the comparison: a function each, which makes its repository and measures in it.
# Sourced; `phguard` is the binary under test, `bin` the directory of the references that are
# pipelines.

ROWS=(hook-1000 hook-10000 hook-100000 hook-1000000 instructions by-hand first-commit hits last-line
    gigabyte history range redact peers-1 peers-100 peers-2000)

row() {
    case $1 in
        hook-1000) hook "$(size 1000 20)" 0.55 ;;
        hook-10000) hook "$(size 10000 60)" 0.4 ;;
        hook-100000) hook "$(size 100000 120)" 0.12 ;;
        hook-1000000) hook "$(size 1000000 240)" 0.03 ;;
        instructions) instructions "$(size 1000 20)" ;;
        by-hand) by_hand "$(size 100000 120)" ;;
        first-commit) first_commit_row "$(size 10000 20)" ;;
        hits) hits "$(size 10000 20)" ;;
        last-line) last_line_row "$(size 100000000 100000)" ;;
        gigabyte) gigabyte "$(size 1000000000 100000)" ;;
        history) history_row "$(size 10000 30)" ;;
        range) range "$(size 10000 30)" "$(size 1000 10)" ;;
        redact) redact "$(size 1000000000 1000000)" ;;
        peers-1) peers 1 10 ;;
        peers-100) peers "$(size 100 2)" "$(size 100 5)" ;;
        peers-2000) peers "$(size 2000 3)" "$(size 200 5)" ;;
    esac
}

size() {
    echo $((is_small ? $2 : $1))
}

# The references that are pipelines, as scripts, so that no shell has to be timed with the others.
write_references() {
    local keys="'phx_[a-zA-Z0-9]{20,}'"
    reference shell-hook "! git diff --cached | grep -qE $keys"
    # Git takes a file above 512 MiB for binary by itself, and the hook would not look into it.
    reference shell-hook-large "! git -c core.bigFileThreshold=2g diff --cached | grep -qE $keys"
    reference git-diff 'git diff --cached -U0'
    reference git-history "git log -p -U0 --all | grep -cE $keys"
    reference git-objects "git cat-file --batch-all-objects --batch --unordered | grep -a -c phx_"
    reference git-range "git log -p -U0 \$1 | grep -cE $keys"
    reference redact 'exec "$1" redact <"$2"'
    # With its output at /dev/null grep would stop at the first match.
    reference grep-count "grep -c phx_ \"\$1\" | cat"
}

reference() {
    printf '#!/bin/sh\n%s\n' "$2" >"$bin/$1"
    chmod +x "$bin/$1"
}

# What git tells a hook.
hook="hook pre-commit"
as_hook() {
    export GIT_INDEX_FILE=.git/index
}

hook() {
    in_repository "tracked-$1" tracked_and_staged "$1"
    as_hook
    local what
    what="hook, 1 file staged of $(grouped "$1")"
    compare "$what" "$2" '`git diff --cached --quiet`' 0 "$phguard $hook" 1 'git diff --cached --quiet'
    compare "$what" '' 'shell hook' 0 "$phguard $hook" 0 "$bin/shell-hook"
}

instructions() {
    local what
    what="hook, 1 file staged of $(grouped "$1"): instructions"
    progress "$what"
    if ! command -v valgrind >/dev/null; then
        line "$what" 'no valgrind' '' '' '' '' '' ''
        return
    fi
    in_repository "tracked-$1" tracked_and_staged "$1"
    as_hook
    local here there
    here=$(count_instructions "$phguard $hook")
    there=$(count_instructions 'git diff --cached --quiet')
    line "$what" "$(grouped "$here")" '`git diff --cached --quiet`' "$(grouped "$there")" "$(ratio "$here" "$there")" '' "$(verdict "$here" "$there" 0.7)" ''
}

count_instructions() {
    local -a words
    read -ra words <<<"$1"
    valgrind --tool=callgrind --callgrind-out-file="$work/callgrind" "${words[@]}" >/dev/null 2>"$work/valgrind" || true
    awk '$1 == "totals:" { print $2 }' "$work/callgrind"
}

by_hand() {
    in_repository "added-$1" tracked "$1"
    compare "\`--staged\` after \`git add\`, 1 file of $(grouped "$1")" 1.3 '`git diff --cached --quiet`' \
        0 "$phguard --staged" 1 'git diff --cached --quiet'
}

first_commit_row() {
    in_repository "first-$1" first_commit "$1" 20000
    as_hook
    local what
    what="hook, first commit of $(grouped "$1") files, $(megabytes $(($1 * 20000)))"
    compare "$what" 0.4 'shell hook' 0 "$phguard $hook" 0 "$bin/shell-hook"
    compare "$what" '' '`git diff --cached`' 0 "$phguard $hook" 0 'git diff --cached'
}

hits() {
    in_repository "first-$1" first_commit "$1" 20000
    in_repository "hits-$1" first_commit "$1" 20000 with-key
    as_hook
    compare "the same with a key in each file" '' 'the same without' \
        1 "env -C $bench/hits-$1 $phguard $hook" 0 "env -C $bench/first-$1 $phguard $hook"
}

last_line_row() {
    in_repository "last-line-clean-$1" last_line "$1"
    in_repository "last-line-$1" last_line "$1" with-key
    as_hook
    compare "hook, 1 line added to $(megabytes "$1"), with a key" '' 'the same without' \
        1 "env -C $bench/last-line-$1 $phguard $hook" 0 "env -C $bench/last-line-clean-$1 $phguard $hook"
}

gigabyte() {
    in_repository "one-file-$1" one_file "$1"
    as_hook
    compare "hook, 1 new file of $(megabytes "$1")" '' 'shell hook that looks into it' \
        0 "$phguard $hook" 0 "$bin/shell-hook-large"
}

history_row() {
    local what
    what="\`--history\` of $(grouped "$1") commits"
    in_repository "history-$1" commits "$1"
    if offers --history; then
        compare "$what" '' '`git log -p -U0 --all \| grep -c`' 0 "$phguard --history" 1 "$bin/git-history"
        compare "$what" '1.0 processor' 'all objects \| grep -c' 0 "$phguard --history" 1 "$bin/git-objects"
    else
        not_built "$what" '`git log -p -U0 --all \| grep -c`'
    fi
}

range() {
    local what
    what="\`--range\` of $(grouped "$2") commits"
    in_repository "history-$1" commits "$1"
    if offers --range; then
        compare "$what" 0.45 '`git log -p -U0 A..B \| grep -c`' \
            0 "$phguard --range main~$2..main" 1 "$bin/git-range main~$2..main"
    else
        not_built "$what" '`git log -p -U0 A..B \| grep -c`'
    fi
}

redact() {
    local what large small
    what="\`redact\`, a log of $(megabytes "$1")"
    in_repository "log-$1" a_log "$1"
    if ! offers '^  redact'; then
        not_built "$what" '`grep -c phx_`'
        return
    fi
    compare "$what" 0.5 '`grep -c phx_`' 0 "$bin/redact $phguard log" 0 "$bin/grep-count log"
    large=$(peak_memory "$bin/redact $phguard log")
    small=$(peak_memory "$bin/redact $phguard tenth")
    line "$what: memory in MiB" "$(mebibytes "$large")" 'a tenth of the log' "$(mebibytes "$small")" \
        "$(ratio "$large" "$small")" '' "$(verdict "$large" "$small" 1.2)" ''
}

offers() {
    "$phguard" --help | grep -q -- "$1"
}

megabytes() {
    awk -v b="$1" 'BEGIN { print (b < 1e9 ? b / 1e6 " MB" : b / 1e9 " GB") }'
}

# Each program as a hook that looks for phx_ and nothing else, on $1 new files of $2 lines.
peers() {
    local what name
    local -a fit=() commands=()
    what="$(grouped "$1") of $2 lines"
    progress "other programs, new files: $what"
    in_repository small-with-key small_commit 1 10 with-key
    in_repository small-without-key small_commit 1 10
    in_repository "small-$1-$2" small_commit "$1" "$2"
    as_hook
    for name in "${PEERS[@]}"; do
        if [ "$is_small" -eq 1 ]; then
            continue
        elif [ ! -x "$peers/$name" ]; then
            peer_cell "$name" "$what" 'not installed'
        elif is_fit "$name"; then
            fit+=("$name")
            commands+=("$name" 0 "$peers/$name")
        else
            peer_cell "$name" "$what" 'does not work'
        fi
    done
    measure phguard 0 "$phguard $hook" git-diff 0 "$bin/git-diff" "${commands[@]}"
    peer_cell phguard "$what" "$(duration "$(median phguard)")"
    for name in git-diff "${fit[@]}"; do
        peer_cell "$name" "$what" "$(duration "$(median "$name")"), $(times_phguard "$name")×"
    done
}

# Whether a program passes what has no key, and stops what has one.
is_fit() {
    (cd "$bench/small-without-key" && "$peers/$1" </dev/null >/dev/null 2>&1) &&
        ! (cd "$bench/small-with-key" && "$peers/$1" </dev/null >/dev/null 2>&1)
}

# $1 the program, $2 the column, $3 the text.
peer_cell() {
    local name=$1
    [ ! -x "$peers/$1" ] || name=$(sed -n '2s/^# //p' "$peers/$1")
    [ "$1" != git-diff ] || name='`git diff --cached -U0`'
    printf '%s\t%s\t%s\n' "$name" "$2" "$3" | tee -a "$peer_cells" >&2
}

times_phguard() {
    awk -v a="$(median "$1")" -v b="$(median phguard)" 'BEGIN { printf a / b < 10 ? "%.1f" : "%.0f", a / b }'
}

# The cells as a table: a line a program, a column a commit.
peer_table() {
    awk -F '\t' '
        !($1 in row) { row[$1] = ++rows; name[rows] = $1 }
        !($2 in column) { column[$2] = ++columns; head[columns] = $2 }
        { cell[row[$1], column[$2]] = $3 }
        END {
            printf "| hook, new files: |"
            for (j = 1; j <= columns; j++) printf " %s |", head[j]
            printf "\n|---|"
            for (j = 1; j <= columns; j++) printf "---:|"
            for (i = 1; i <= rows; i++) {
                printf "\n| %s |", name[i]
                for (j = 1; j <= columns; j++) printf " %s |", cell[i, j]
            }
            print ""
        }' "$peer_cells"
}
