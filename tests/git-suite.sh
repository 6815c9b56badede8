#!/usr/bin/env bash
# Runs git's own test suite with phguard as the hook of every repository that has none.
#
#   tests/git-suite.sh GIT_SOURCE PHGUARD [SCRIPT...]
#
# GIT_SOURCE is a checkout of git in which `make` was run. This script fetches nothing. It patches
# `find_hook` there, so that git starts phguard where a repository has no hook of that name, builds
# git once more, and runs the scripts whose names start with the given numbers (t7500, t55, …);
# without any, those of commits, merges, rebases, pushes, work trees, submodules, indexes and refs.
# The exit code is 0 if no script fails that passes without phguard.
set -euo pipefail

source=$(realpath "$1")
phguard=$(realpath "$2")
shift 2
scripts=("$@")
[ ${#scripts[@]} -gt 0 ] || scripts=(t1091 t1092 t14 t1700 t24 t34 t35 t54 t5516 t5523 t553 t5571 t64 t74 t750 t760 t761)

[ -x "$source/git" ] || { echo "build git first: make -C $source"; exit 2; }

# A directory with a hook for each event. Each of them is the binary under the hook's name.
hooks=$(mktemp -d)
trap 'rm -rf "$hooks"' EXIT
for event in pre-commit pre-merge-commit commit-msg pre-push pre-receive; do
    ln -s "$phguard" "$hooks/$event"
done

# `find_hook` returns NULL where there is no hook. Before that it is to look into the directory above.
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
    make -C "$source" -j"$(nproc)" >/dev/null
fi

run() { # SCRIPT: prints the numbers of the tests that fail
    (cd "$source/t" && "./$1" 2>&1 || true) | sed -n 's/^not ok \([0-9]*\) - \(.*\)/\1 \2/p' | grep -v '# TODO' || true
}

worse=0
passed=0
for start in "${scripts[@]}"; do
    for script in "$source"/t/"$start"*.sh; do
        [ -f "$script" ] || continue
        name=$(basename "$script")
        without=$(unset PHGUARD_SUITE_HOOKS; run "$name")
        with=$(PHGUARD_SUITE_HOOKS=$hooks run "$name")
        new=$(comm -13 <(sort <<<"$without") <(sort <<<"$with"))
        if [ -n "$new" ]; then
            echo "FAILS WITH PHGUARD $name:"
            sed 's/^/    /' <<<"$new"
            worse=$((worse + 1))
        else
            passed=$((passed + 1))
        fi
    done
done
echo "$passed scripts are the same with phguard, $worse fail more"
[ "$worse" -eq 0 ]
