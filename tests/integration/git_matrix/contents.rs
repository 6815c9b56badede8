//! What is committed: shell commands that write a work tree and then change it. Only lines with a
//! `|` count, so that no path does.

pub(crate) struct Content {
    pub(crate) name: &'static str,
    pub(crate) base: &'static str,
    pub(crate) edit: &'static str,
}

const fn content(name: &'static str, base: &'static str, edit: &'static str) -> Content {
    Content { name, base, edit }
}

/// Twenty numbered lines, enough for git to see a rename.
macro_rules! text {
    ($rest:literal) => {
        concat!("for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do echo \"line|$n\"; done > f; ", $rest)
    };
}

pub(crate) const CONTENTS: &[Content] = &[
    content("lines", "printf 'a|\\nb|\\nc|\\n' > f; mkdir -p dir; printf 'd|\\n' > dir/d",
        "printf 'a|\\nnew|\\nc|\\nend|\\n' > f; printf 'n|\\n' > new; mkdir -p dir; printf 'first|\\nd|\\n' > dir/d"),
    content("no newline at the end", "printf 'a|\\nb|' > f; printf 'a|' > g", "printf 'a|\\nb|\\nc|' > f; printf 'a|\\n' > g"),
    content("empty files", ": > f; echo > g", "echo > f; printf '\\n|\\n' > g; : > h"),
    content("deletions", "printf 'a|\\nb|\\n' > f; printf 'a|\\n' > g", "printf 'b|\\n' > f; rm g"),
    content("blanks", "printf 'a|\\n  b|\\nc|\\n' > f", "printf 'a|\\n\\tb|\\nc| \\n' > f"),
    content("moved lines", "printf 'a|\\nb|\\nc|\\nd|\\n' > f; printf 'x|\\n' > g", "printf 'd|\\na|\\nb|\\n' > f; printf 'x|\\nc|\\n' > g"),
    content("equal lines", "printf 'a|\\na|\\nb|\\na|\\n' > f", "printf 'a|\\na|\\na|\\nb|\\nb|\\na|\\na|\\n' > f"),
    content("renames", text!("mkdir -p dir"), "mkdir -p dir; mv f dir/g"),
    content("renames with edits", text!(":"), "{ echo 'top|'; cat f; echo 'end|'; } > g; rm f"),
    content("copies", text!(":"), "cp f g; mkdir -p dir; cp f dir/h"),
    content("copies with edits", text!(":"), "{ cat f; echo 'end|'; } > g"),
    content("rename over a file", text!("echo 'old|' > g"), "mv f g"),
    content("mode changes", "echo 'a|' > f; echo 'b|' > g; chmod +x g", "chmod +x f; chmod -x g; echo 'c|' >> g"),
    content("symbolic links", "ln -sfn 'a|b' link; ln -sfn 'a|' same", "ln -sfn 'c|d' link; ln -s 'e|' new"),
    content("type changes", "rm -f f link; echo 'a|' > f; ln -s 'a|' link", "rm f link; ln -s 'a|b' f; printf 'a|\\nb|\\n' > link"),
    content("file and directory swapped", "echo 'a|' > f; mkdir -p d; echo 'b|' > d/x", "rm -r f d; mkdir f; echo 'a|' > f/x; echo 'b|' > d"),
    content("NUL bytes", "printf 'a|\\0\\nb|\\n' > f", "printf 'a|\\0\\nnew|\\0\\nb|\\n' > f; printf '\\0|\\n\\0' > g"),
    content("UTF-16", "printf 'a\\0|\\0\\n\\0' > f", "printf 'a\\0|\\0\\n\\0b\\0|\\0\\n\\0' > f; printf '\\377\\376|\\0\\n\\0' > g"),
    content("work tree encoding", "echo '*.u working-tree-encoding=UTF-16LE' > .gitattributes; printf 'a\\0|\\0\\n\\0' > f.u",
        "printf 'a\\0|\\0\\n\\0b\\0|\\0\\n\\0' > f.u; printf '|\\0\\n\\0' > g.u"),
    content("carriage returns", "printf 'a|\\r\\nb|\\r\\n' > f", "printf 'a|\\r\\nnew|\\r\\nb|\\n' > f; printf 'a|\\rb|\\r' > g"),
    content("line endings converted", "echo '* text eol=crlf' > .gitattributes; printf 'a|\\r\\nb|\\r\\n' > f",
        "printf 'a|\\r\\nnew|\\r\\nb|\\r\\n' > f; printf 'g|\\r\\n' > g"),
    content("line endings renormalised", "printf 'a|\\r\\nb|\\r\\n' > f", "echo '* text' > .gitattributes; git add --renormalize . ; echo 'c|' >> f"),
    content("binary attribute", "echo '* binary' > .gitattributes; echo 'a|' > f", "printf 'a|\\nb|\\n' > f; echo 'c|' > g"),
    content("-diff attribute", "echo '* -diff' > .gitattributes; echo 'a|' > f", "printf 'a|\\nb|\\n' > f; echo 'c|' > g"),
    content("diff drivers", "echo '* diff=odd' > .gitattributes; git config diff.odd.textconv true; git config diff.odd.binary true;
        git config diff.odd.command true; git config diff.odd.wordRegex '('; echo 'a|' > f", "printf 'a|\\nb|\\n' > f; echo 'c|' > g"),
    content("clean filter", "git config filter.up.clean 'tr a-z A-Z'; git config filter.up.smudge 'tr A-Z a-z'; echo '*.up filter=up' > .gitattributes;
        printf 'a|\\n' > f.up", "printf 'a|\\nb|\\n' > f.up; echo 'c|' > g.up"),
    content("pointers to large files", "git config filter.lfs.clean 'sed \"s/^/pointer|/; s/^pointer|pointer|/pointer|/\"'; git config filter.lfs.smudge cat; git config filter.lfs.required true;
        echo '*.big filter=lfs' > .gitattributes; echo 'aaaa|' > f.big", "echo 'key|key|' > f.big; echo 'bb|' > g.big"),
    content("ident", "echo '* ident' > .gitattributes; echo '$Id$ |' > f", "printf '$Id$ |\\nb|\\n' > f"),
    content("odd names", ": > f", "for name in 'a b' 'q\"uote' 'back\\slash' -dash '#hash' ':colon' '*glob' '[set]' '~tilde' '\u{e9}t\u{e9}' '\u{1f511}' \"$(printf 'tab\\tx')\" \
        \"$(printf 'new\\nline')\" \"$(printf 'latin\\351')\" \"$(printf 'esc\\033')\" COM1 'dot.'; do echo 'n|' > \"./$name\"; done;
        mkdir -p ' d /e'; echo 'n|' > ' d /e/ f '"),
    content("names in order", "mkdir -p a; for f in a/b a.b a-b a0 ab; do echo 'x|' > $f; done", "for f in a/b a.b a-b a0 ab a/c; do echo 'y|' >> $f; done"),
    content("submodules", "hash=$(git rev-parse --show-object-format) refs=$(git rev-parse --show-ref-format);
            unset_git git init -q --object-format=$hash --ref-format=$refs sub;
            unset_git sh -c 'cd sub; git commit -q --no-verify --allow-empty -m one'",
        "unset_git sh -c 'cd sub; git commit -q --no-verify --allow-empty -m two'; echo 'x|' > x"),
    content("long lines", "head -c 1000000 /dev/zero | tr '\\0' x > f; echo '|' >> f", "{ cat f; echo 'end|'; } > g; mv g f; head -c 70000 /dev/zero | tr '\\0' y > h; echo '|' >> h"),
    content("large files", "text='some text that makes a line long enough for it'; i=0; while [ $i -lt 9000 ]; do echo \"$i|$text $text $text\"; i=$((i + 1)); done > f",
        "{ echo 'top|'; head -4500 f; echo 'middle|'; tail -4499 f; echo 'end|'; } > g; mv g f"),
    content("many files", "for d in 1 2 3; do mkdir -p $d; for f in 1 2 3 4 5 6 7 8 9; do echo \"$f|\" > $d/$f; done; done",
        "for d in 1 2 3 4; do mkdir -p $d; for f in 1 3 5 7 9 11; do echo \"new|$d\" >> $d/$f; done; done"),
];
