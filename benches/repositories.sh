# shellcheck shell=bash
# The repositories that compare.sh measures in, each made by git alone and the same on every
# machine. Sourced; `bench` is the directory that holds them.

# Changes with what is made below: what another recipe made is made again.
RECIPE=1

# Goes to the repository $1, which the rest of the arguments make if it is not there yet.
in_repository() {
    local name=$1
    shift
    cd "$bench" || return
    if [ "$(cat "$name/.git/made" 2>/dev/null)" != "$RECIPE" ]; then
        progress "making $name"
        rm -rf "$name"
        git init -q "$name"
        (cd "$name" && "$@" && echo "$RECIPE" >.git/made)
    fi
    cd "$name" || return
}

# Stages standard input as $1, without a work tree.
stage() {
    local id
    id=$(git hash-object -w --stdin)
    git update-index --add --cacheinfo "100644,$id,$1"
}

# What git commit does before it runs the hook: the index tells its tree.
as_in_commit() {
    git write-tree >/dev/null
}

# $1 small files in directories of 50, and a changed one staged.
tracked() {
    awk -v files="$1" '
        BEGIN {
            print "commit refs/heads/main\ncommitter A U Thor <author@example.com> 1767225600 +0000\ndata 0"
            for (i = 0; i < files; i++) {
                text = "line of file " i "\nsecond\n"
                printf "M 100644 inline d%d/e%d/f%d.txt\ndata %d\n%s\n", i / 1000, i / 50 % 20, i, length(text), text
            }
        }' | git fast-import --quiet
    git read-tree HEAD
    printf 'line of file 0\nchanged\n' | stage d0/e0/f0.txt
}

tracked_and_staged() {
    tracked "$1"
    as_in_commit
}

# What the programs in awk share. `random` is the minimal standard generator: the same numbers from
# every awk. Each line of `pool` looks like source text; one in some hundred words has the beginning
# of an anchor in it, as in real text.
TEXT='
    function random(limit) {
        seed = seed * 16807 % 2147483647
        return int(seed / 2147483647 * limit)
    }
    function letters(count, alphabet,    text) {
        for (text = ""; count > 0; count--) text = text substr(alphabet, random(length(alphabet)) + 1, 1)
        return text
    }
    function key() {
        return "phx_" letters(48, "23456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ")
    }
    function fill_pool(    words, marks, i, j) {
        split("person alpha personal paragraphs graph phase", words, " ")
        for (i = 7; i <= 3000; i++) words[i] = letters(random(10) + 2, "abcdefghijklmnopqrstuvwxyzABCDEFGH_")
        split("(|)|;| = |.|, | |  |\"", marks, "|")
        for (i = 0; i < 20000; i++) {
            pool[i] = substr("            ", 1, random(4) * 4)
            for (j = random(10) + 3; j > 0; j--) pool[i] = pool[i] words[random(3000) + 1] marks[random(9) + 1]
        }
    }
    BEGIN { seed = 1; fill_pool() }'

# $1 files of $2 bytes of text in directories of 200, staged for a first commit; with $3, each has a
# key in its middle.
first_commit() {
    seq -f 'd%.0f' 0 $((($1 - 1) / 200)) | xargs mkdir -p
    awk -v files="$1" -v size="$2" -v with_key="${3:+1}" "$TEXT"'
        BEGIN {
            for (i = 0; i < files; i++) {
                file = sprintf("d%d/f%d.ts", i / 200, i)
                is_keyed = !with_key
                for (left = size; left > 0; left -= length(line) + 1) {
                    line = pool[random(20000)]
                    if (!is_keyed && left < size / 2) {
                        line = "const token = \"" key() "\";"
                        is_keyed = 1
                    }
                    print line >file
                }
                close(file)
            }
        }'
    git add .
    as_in_commit
}

# $1 bytes of text; with $2, each line is one of a log and every ten-thousandth has a key.
text() {
    awk -v size="$1" -v is_log="${2:+1}" "$TEXT"'
        BEGIN {
            for (left = size; left > 0; left -= length(line) + 1) {
                line = pool[random(20000)]
                if (is_log) {
                    line = "2026-01-01T00:00:00.000Z INFO " line
                    if (lines++ % 10000 == 0) line = line " authorization=" key()
                }
                print line
            }
        }'
}

# One new file of $1 bytes.
one_file() {
    text "$1" >file.txt
    git add file.txt
    as_in_commit
}

# A file of $1 bytes, and at its end a new line, with $2 one with a key.
last_line() {
    text "$1" >.git/text
    stage file.txt <.git/text
    git commit -q -m base
    awk -v with_key="${2:+1}" "$TEXT"'BEGIN { print "token = " (with_key ? key() : "none") }' >>.git/text
    stage file.txt <.git/text
    rm .git/text
    as_in_commit
}

# The file `log`, of $1 bytes, and the file `tenth`.
a_log() {
    text "$1" with-keys >log
    head -c $(($1 / 10)) log >tenth
}

# $1 commits, each of which edits two of 600 files, in the same directory; packed as after git gc.
# Six objects a commit, as in phoenix_live_view.
commits() {
    awk -v commits="$1" "$TEXT"'
        function edit(file,    i, hunk, place, text) {
            while (lines[file] < 150) line[file, lines[file]++ + 0] = pool[random(20000)]
            for (hunk = 0; hunk < 2; hunk++) {
                place = random(lines[file] - 10)
                for (i = random(10); i >= 0; i--) line[file, place + i] = pool[random(20000)]
            }
            for (i = 0; i < 3; i++) line[file, lines[file]++] = pool[random(20000)]
            for (i = 0; i < lines[file]; i++) text = text line[file, i] "\n"
            print "M 100644 inline d" file % 12 "/e" file % 60 "/f" file ".ts\ndata " length(text)
            print text
        }
        BEGIN {
            for (i = 0; i < commits; i++) {
                print "commit refs/heads/main"
                print "committer A U Thor <author@example.com> " 1767225600 + 600 * i " +0000\ndata 0"
                file = random(600)
                edit(file)
                edit((file + 60) % 600)
            }
        }' | git fast-import --quiet
    git repack -adfq
    git read-tree HEAD
}

# $1 new files of $2 lines, with a work tree, in a repository that has a commit; with $3, a key.
small_commit() {
    echo base >README.txt
    git add README.txt
    git commit -q -m base
    awk -v files="$1" -v lines="$2" -v with_key="${3:+1}" "$TEXT"'
        BEGIN {
            for (i = 0; i < files; i++) {
                file = sprintf("f%d.ts", i)
                for (j = with_key ? 2 : 1; j <= lines; j++) print pool[random(20000)] >file
                if (with_key) print "const token = \"" key() "\";" >file
                close(file)
            }
        }'
    git add .
    git config --add secrets.patterns 'phx_[a-zA-Z0-9]{20,}'
    as_in_commit
}
