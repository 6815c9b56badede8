#!/usr/bin/env bash
# Runs git's own test suite with phguard as the hook of every repository that has none.
#
#   tests/git-suite.sh [--gate] GIT_SOURCE PHGUARD [SCRIPT...]
#
# GIT_SOURCE is a checkout of git in which `make` was run. This script fetches nothing. It patches
# `find_hook` there, so that git starts phguard where a repository has no hook of that name, builds
# git once more, and runs the scripts whose names start with the given numbers (t7500, t55, …);
# without any, those of commits, merges, rebases, pushes, work trees, submodules, indexes and refs.
# --gate adds reference-transaction to the hooks. JOBS is the number of scripts that run at a time,
# MAKE_OPTIONS the options of `make`, LIMIT the seconds after which a script is ended (1800), LOGS a
# directory that keeps the output of each run. A line is printed as soon as a script has ended.
# The exit code is 0 if no test fails that passes without phguard.
set -euo pipefail

events=(pre-commit pre-merge-commit commit-msg pre-push pre-receive)
if [ "$1" = --gate ]; then
    events+=(reference-transaction)
    shift
fi
source=$(realpath "$1")
phguard=$(realpath "$2")
shift 2
starts=("$@")
[ ${#starts[@]} -gt 0 ] || starts=(t1091 t1092 t14 t1700 t24 t34 t35 t54 t5516 t5523 t553 t5571 t64 t74 t750 t760 t761)

[ -x "$source/git" ] || { echo "build git first: make -C $source"; exit 2; }

# `find_hook` returns NULL where there is no hook. Before that it is to look into another directory.
if ! grep -q PHGUARD_SUITE_HOOKS "$source/hook.c"; then
    python3 - "$source/hook.c" <<'PATCH'
import re, sys
path = sys.argv[1]
text = open(path).read()
start = re.search(r"^const char \*find_hook\([^)]*\)\n\{", text, re.M)
if not start:
    sys.exit("hook.c has no find_hook that this script knows")
end = text.index("\n}\n", start.end())
body = text[start.end():end]
fallback = '''{
		const char *suite = getenv("PHGUARD_SUITE_HOOKS");
		if (suite) {
			static struct strbuf other = STRBUF_INIT;
			strbuf_reset(&other);
			strbuf_addf(&other, "%s/%s", suite, name);
			if (access(other.buf, X_OK) >= 0)
				return other.buf;
		}
		return NULL;
	}'''
patched, count = re.subn(r"return NULL;", fallback, body)
if not count:
    sys.exit("find_hook never returns NULL")
open(path, "w").write(text[:start.end()] + patched + text[end:])
PATCH
    read -ra options <<<"${MAKE_OPTIONS-}"
    make -C "$source" -j"$(nproc)" "${options[@]}" >/dev/null
fi

# The hooks are the files that phguard installs.
work=$(mktemp -d "${TMPDIR:-/tmp}/phguard-suite.XXXXXX")
trap 'rm -rf "$work"' EXIT
git init -q "$work/installed"
for event in "${events[@]}"; do
    (cd "$work/installed" && "$phguard" install --event "$event" >/dev/null)
done
export SUITE_HOOKS=$work/installed/.git/hooks SUITE_SOURCE=$source SUITE_WORK=$work
export SUITE_LIMIT=${LIMIT:-1800} SUITE_LOGS=$work
if [ -n "${LOGS-}" ]; then
    mkdir -p "$LOGS"
    SUITE_LOGS=$(realpath "$LOGS")
fi

# Runs one script without phguard and with it. Prints the tests that fail only with it.
compare() { # SCRIPT
    cd "$SUITE_SOURCE/t"
    local turn log seconds ended=yes
    for turn in without with; do
        if [ $turn = with ]; then export PHGUARD_SUITE_HOOKS=$SUITE_HOOKS; fi
        log=$SUITE_LOGS/$1.$turn.log
        seconds=$SECONDS
        timeout -k 5 "$SUITE_LIMIT" "./$1" --root="$SUITE_WORK/$1.$turn.trash" </dev/null >"$log" 2>&1 || true
        echo $((SECONDS - seconds)) >"$SUITE_WORK/$1.$turn.seconds"
        tail -n 1 "$log" | grep -q '^1\.\.' || ended="no ($turn phguard, after $((SECONDS - seconds)) s)"
        grep -E '^(not )?ok [0-9]+ ' "$log" | grep -v '# TODO' |
            sed -n 's/^not ok \([0-9]* .*\)/\1/p' | sort >"$SUITE_WORK/$1.$turn"
        grep -c '^ok ' "$log" >"$SUITE_WORK/$1.$turn.passed" || true
    done
    [ "$ended" = yes ] || echo "did not come to its end: $ended" >>"$SUITE_WORK/$1.with"
    comm -13 "$SUITE_WORK/$1.without" "$SUITE_WORK/$1.with" | sed "s/^/$1: /" | tee "$SUITE_WORK/$1.worse"
    printf '%s passed %s without phguard (%s s), %s with it (%s s)\n' "$1" \
        "$(cat "$SUITE_WORK/$1.without.passed")" "$(cat "$SUITE_WORK/$1.without.seconds")" \
        "$(cat "$SUITE_WORK/$1.with.passed")" "$(cat "$SUITE_WORK/$1.with.seconds")"
    rm -rf "$SUITE_WORK/$1.with.trash" "$SUITE_WORK/$1.without.trash"
}
export -f compare

for start in "${starts[@]}"; do
    (cd "$source/t" && ls -- "$start"*.sh)
done >"$work/scripts"
xargs -P "${JOBS:-1}" -I{} bash -c 'compare {}' <"$work/scripts"
cat "$work"/*.worse >"$work/worse"
passed=$(cat "$work"/*.with.passed | awk '{ sum += $1 } END { print sum + 0 }')
echo "$(wc -l <"$work/scripts") scripts, $passed tests pass with phguard, $(wc -l <"$work/worse") only without it"
[ ! -s "$work/worse" ]
