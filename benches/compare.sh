#!/usr/bin/env bash
# Measures phguard beside what it stands in for: git's own diff, the shell hook, other programs.
# On Linux; needs git, Rust, hyperfine and GNU time, and uses valgrind if it is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. benches/repositories.sh
. benches/measure.sh
. benches/rows.sh

USAGE='Usage: benches/compare.sh [--small] [--only ROW]

Measures all rows, writes benches/RESULTS.md, and puts its tables into docs/speed.md with a picture.
  --only ROW  measure this row, or those whose names begin so, and print the table
  --small     tiny repositories and the dev build: tells whether every row works, not how fast

  BENCH_DIR   where the repositories are made and stay (target/bench; some 4 GB)
  PHGUARD     another binary than the one built here

The other programs are installed by benches/peers.sh. Rows:'

PEERS=(kingfisher betterleaks git-secrets ripsecrets secretlint detect-secrets)

main() {
    read_options "$@"
    need hyperfine hyperfine
    need /usr/bin/time time
    need git git
    top=$PWD
    build
    prepare
    trap 'rm -rf "$work"' EXIT

    local name rows=0
    for name in "${ROWS[@]}"; do
        if is_asked_for "$name"; then
            (row "$name")
            rows=$((rows + 1))
        fi
    done

    if [ "$is_small" -eq 1 ]; then
        echo "compare.sh: $rows rows work, $(grep -c 'not built' "$table") of them not built"
    elif [ -z "$only" ]; then
        results >"$top/benches/RESULTS.md"
        into_docs
        progress 'benches/RESULTS.md and docs/speed.md are written'
    else
        tables
    fi
}

read_options() {
    is_small=0 only=
    while [ $# -gt 0 ]; do
        case $1 in
            --small) is_small=1 ;;
            --only)
                [ $# -gt 1 ] || { usage >&2 && exit 2; }
                only=$2
                shift
                ;;
            --help) usage && exit ;;
            *) usage >&2 && exit 2 ;;
        esac
        shift
    done
    [ -z "$only" ] || [[ " ${ROWS[*]}" == *" $only"* ]] || { usage >&2 && exit 2; }
}

# A whole name means that row alone, the beginning of some means them all.
is_asked_for() {
    if [[ " ${ROWS[*]} " == *" $only "* ]]; then
        [ "$1" = "$only" ]
    else
        [[ $1 == "$only"* ]]
    fi
}

usage() {
    printf '%s\n' "$USAGE"
    printf '  %s\n' "${ROWS[@]}"
}

# $1 is the program, $2 the Debian package that brings it.
need() {
    command -v "$1" >/dev/null && return
    echo "compare.sh: there is no $1; Debian and Ubuntu have it: apt-get install $2" >&2
    exit 2
}

progress() {
    echo "==> $1" >&2
}

build() {
    local target_dir=${CARGO_TARGET_DIR:-target} host
    phguard=${PHGUARD-}
    if [ -z "$phguard" ] && [ "$is_small" -eq 1 ]; then
        cargo build --locked --bin phguard
        phguard=$target_dir/debug/phguard
    elif [ -z "$phguard" ]; then
        # The program that install.sh installs.
        host=$(cargo -vV | sed -n 's/^host: //p')
        cargo build --locked --bin phguard --release --target "$host" --config packaging/static-pie.toml
        phguard=$target_dir/$host/release/phguard
    fi
    phguard=$(realpath "$phguard")
    rustc=$(rustc --version)
}

# An environment in which nothing of the user's matters but PATH.
prepare() {
    work=$(mktemp -d)
    bench=${BENCH_DIR:-target/bench}
    [ "$is_small" -eq 0 ] || bench=$work/bench
    bin=$work/bin table=$work/table peer_cells=$work/cells
    mkdir -p "$bench" "$bin" "$work/home"
    bench=$(realpath "$bench")
    peers=$bench/peers/hooks
    : >"$table"
    : >"$peer_cells"
    write_references
    unset "${!GIT_@}" "${!XDG_@}"
    export HOME=$work/home LC_ALL=C GIT_CONFIG_NOSYSTEM=1
    export GIT_AUTHOR_DATE=2026-01-01T00:00:00Z GIT_COMMITTER_DATE=2026-01-01T00:00:00Z
    git config --global init.defaultBranch main
    git config --global user.name 'A U Thor'
    git config --global user.email author@example.com
    git config --global gc.auto 0
    git config --global maintenance.auto false
}

# What docs/speed.md shows, too.
tables() {
    if [ -s "$table" ]; then
        echo '| what | phguard | beside | takes | ratio | of processor time | at most | peak memory, MiB |'
        echo '|---|---:|---|---:|---:|---:|---|---:|'
        cat "$table"
        echo
    fi
    [ ! -s "$peer_cells" ] || peer_table
}

results() {
    cat <<END
# What phguard costs

Written by \`benches/compare.sh\` on $(date -u +%F).

- Machine: $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), \
$(awk '/MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo) GiB of memory, $(uname -sr).
- phguard $("$phguard" --version | cut -d ' ' -f 2), $(grouped "$(stat -c %s "$phguard")") bytes; \
$(git --version); $rustc; $(hyperfine --version).

$(tables)

Wall time: the median over rounds of the median of some runs by \`hyperfine -N\`; in each round the
commands take turns. What takes over 30 s is run once. Everything is in the page cache. \`ratio\` is
phguard's time by that of what is beside it, and behind it that of the processor time, of all cores and
children; \`at most\` is the target. Peak memory is that of phguard
/ of the largest program beside it.

- \`all objects | grep -c\` is \`git cat-file --batch-all-objects --batch --unordered | grep -a -c phx_\`.
- A hook runs as in \`git commit\`, which has just written the index with its tree.
- The shell hook is \`git diff --cached | grep -qE 'phx_[a-zA-Z0-9]{20,}'\`.
- Git takes a file above 512 MiB for binary, so that the shell hook passes it unread; for the row with
  1 GB it is told not to (\`core.bigFileThreshold\`).
- Instructions are those of callgrind: they depend on the build, not on how busy the machine is.
- The other programs have one rule, for \`phx_\`, where they let one choose. Each had to stop a commit
  with a key and to pass one without before it was measured.
- Not measured: gitleaks, which no registry of packages holds. betterleaks comes from it.

To repeat it, with hyperfine, GNU time and valgrind installed, on a machine that does nothing else:

    benches/peers.sh && benches/compare.sh
END
}

# Puts the tables between the two comments in docs/speed.md, and draws their picture.
into_docs() {
    tables >"$work/tables"
    awk -f benches/picture.awk "$table" >"$top/docs/speed.svg"
    awk -v tables="$work/tables" '
        /^<!-- end of the tables -->/ { skips = 0 }
        !skips { print }
        /^<!-- tables by benches\/compare\.sh -->/ {
            skips = 1
            print ""
            while ((getline line <tables) > 0) print line
            print ""
        }' "$top/docs/speed.md" >"$work/speed.md"
    cat "$work/speed.md" >"$top/docs/speed.md"
}

main "$@"
