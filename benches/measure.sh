# shellcheck shell=bash
# Times commands beside each other and writes what came of it as lines of a table. Sourced; `work`
# is a directory for what is in between, `table` the file that the lines go to.

# Runs a command once; it must exit with $1. Sets `seconds`.
run_once() {
    local wanted=$1 code=0 start=$EPOCHREALTIME
    shift
    "$@" </dev/null >/dev/null 2>"$work/stderr" || code=$?
    seconds=$(awk "BEGIN { print $EPOCHREALTIME - $start }")
    [ "$code" -eq "$wanted" ] && return
    echo "compare.sh: exit code $code, not $wanted, in $PWD: $*" >&2
    cat "$work/stderr" >&2
    return 1
}

# Times each of the commands in turn, round for round, and the other way round in every second
# round. Arguments: a name, what the command exits with, and the command, three by three. Words of
# commands hold no spaces. The file `$work/NAME` holds the median of each round then, in seconds, and
# `$work/NAME-processor` the mean of the processor time.
measure() {
    local -a names=() commands=() words
    local -A runs
    local slowest=0 rounds round
    while [ $# -gt 0 ]; do
        read -ra words <<<"$3"
        run_once "$2" "${words[@]}" # reads what it needs into the memory
        if is_endless; then
            echo "$seconds" >"$work/$1"
            : >"$work/$1-processor"
            shift 3
            continue
        fi
        run_once "$2" "${words[@]}"
        names+=("$1")
        commands+=("$3")
        runs[$1]=$(awk -v t="$seconds" 'BEGIN { n = int(0.3 / (t + 1e-6)); print (n < 1 ? 1 : n > 50 ? 50 : n) }')
        slowest=$(awk -v a="$slowest" -v b="$seconds" 'BEGIN { print (a > b ? a : b) }')
        : >"$work/$1"
        : >"$work/$1-processor"
        shift 3
    done
    rounds=$(awk -v t="$slowest" 'BEGIN { print (t < 1 ? 11 : t < 10 ? 5 : 3) }')
    for ((round = 0; round < (is_small ? 1 : rounds); round++)); do
        local i turn
        for i in "${!names[@]}"; do
            turn=$((round % 2 ? ${#names[@]} - 1 - i : i))
            time_it "${names[turn]}" "$((is_small ? 1 : runs[${names[turn]}]))" "${commands[turn]}"
        done
    done
}

# What takes so long is not run again.
is_endless() {
    awk -v t="$seconds" 'BEGIN { exit t < 30 }'
}

time_it() {
    hyperfine -N -i --style none --runs "$2" --export-csv "$work/csv" "$3" >"$work/hyperfine" 2>&1 || {
        cat "$work/hyperfine" >&2
        return 1
    }
    awk -F, 'NR == 2 { print $(NF - 4) }' "$work/csv" >>"$work/$1"
    awk -F, 'NR == 2 { print $(NF - 3) + $(NF - 2) }' "$work/csv" >>"$work/$1-processor"
}

# The median of the rounds of $1.
median() {
    sort -g "$work/$1" | awk '{ value[NR] = $1 } END { print (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2 }'
}

# The most memory that a command holds, in KiB; of a pipeline, its largest program.
peak_memory() {
    local -a words
    read -ra words <<<"$1"
    /usr/bin/time -f %M -o "$work/memory" "${words[@]}" </dev/null >/dev/null 2>&1 || true
    tail -n 1 "$work/memory"
}

# phguard beside a reference: a line of the table.
# $1 the workload, $2 the ratio to reach or nothing, with `processor` behind it if it is that of the
# processor time, $3 the reference's name, $4 what phguard exits with, $5 the command, $6 and $7 the
# same of the reference.
compare() {
    progress "$1, beside $3"
    measure phguard "$4" "$5" reference "$6" "$7"
    local here there processor='' met memory
    here=$(median phguard)
    there=$(median reference)
    met=$(verdict "$here" "$there" "${2% processor}")
    if [ -s "$work/phguard-processor" ] && [ -s "$work/reference-processor" ]; then
        processor=$(ratio "$(median phguard-processor)" "$(median reference-processor)")
        [ "${2% processor}" = "$2" ] ||
            met="of processor time $(verdict "$(median phguard-processor)" "$(median reference-processor)" "${2% processor}")"
    fi
    memory="$(mebibytes "$(peak_memory "$5")") / $(mebibytes "$(peak_memory "$7")")"
    line "$1" "$(duration "$here")" "$3" "$(duration "$there")" "$(ratio "$here" "$there")" "$processor" "$met" "$memory"
}

# A line of the table; the cells are its arguments.
line() {
    printf '| %s | %s | %s | %s | %s | %s | %s | %s |\n' "$@" | tee -a "$table" >&2
}

# A workload that this phguard has no command for.
not_built() {
    line "$1" 'not built' "$2" '' '' '' '' ''
}

# Seconds, for people.
duration() {
    awk -v t="$1" 'BEGIN {
        print (t < 0.01 ? sprintf("%.2f ms", t * 1e3) : t < 1 ? sprintf("%.0f ms", t * 1e3) : sprintf("%.2f s", t))
    }'
}

mebibytes() {
    awk -v k="$1" 'BEGIN { printf k < 102400 ? "%.1f" : "%.0f", k / 1024 }'
}

ratio() {
    awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'
}

verdict() {
    [ "$is_small" -eq 1 ] || [ -z "$3" ] || awk -v a="$1" -v b="$2" -v most="$3" 'BEGIN { print most ": " (a <= b * most ? "met" : "not met") }'
}

# 1000000 as 1,000,000.
grouped() {
    awk -v n="$1" 'BEGIN { while (match(n, /[0-9][0-9][0-9][0-9]($|,)/)) n = substr(n, 1, RSTART) "," substr(n, RSTART + 1); print n }'
}
