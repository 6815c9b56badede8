use super::{Command, Dialect, Direction, Part, Word, read};

/// Commands on one line: `;` between pipelines, `|` within one. Quoted text stands in `'…'`, a
/// variable as `$NAME` or `${NAME:-default}`, in quotes with `"` around it.
fn shown(commands: &[Command]) -> String {
    let mut text = String::new();
    for (number, command) in commands.iter().enumerate() {
        if number > 0 {
            let is_joined = commands[number - 1].pipeline == command.pipeline;
            text += if is_joined { " | " } else { " ; " };
        }
        text += &shown_command(command);
    }
    text
}

fn shown_command(command: &Command) -> String {
    let mut pieces = Vec::new();
    for (name, value) in &command.assignments {
        pieces.push(format!("{name}={}", shown_word(value)));
    }
    for word in &command.words {
        pieces.push(shown_word(word));
    }
    for redirect in &command.redirects {
        let sign = match redirect.direction {
            Direction::Input => "<",
            Direction::Output => ">",
            Direction::Append => ">>",
            Direction::Text => "<<<",
        };
        let other = if redirect.is_other { "other" } else { "" };
        pieces.push(format!("{other}{sign}{}", shown_word(&redirect.target)));
    }
    pieces.join(" ")
}

fn shown_word(word: &Word) -> String {
    let mut text = String::new();
    for part in &word.parts {
        let (piece, quoted) = match part {
            Part::Text { text, quoted } if *quoted => (format!("'{text}'"), &false),
            Part::Text { text, quoted } => (text.clone(), quoted),
            Part::Variable {
                name,
                default: None,
                quoted,
            } => (format!("${name}"), quoted),
            Part::Variable {
                name,
                default: Some(default),
                quoted,
            } => (format!("${{{name}:-{default}}}"), quoted),
            Part::Substitution { commands, quoted } => (format!("$({})", shown(commands)), quoted),
        };
        text += &if *quoted {
            format!("\"{piece}\"")
        } else {
            piece
        };
    }
    text
}

#[track_caller]
fn reads_as(dialect: Dialect, table: &[(&str, &str)]) {
    for (line, expected) in table {
        let script = read(line, dialect);
        assert!(!script.is_too_deep, "{line}");
        assert_eq!(shown(&script.commands), *expected, "{line}");
    }
}

#[test]
fn words_and_operators() {
    reads_as(
        Dialect::Posix,
        &[
            ("", ""),
            ("  ls   -l ", "ls -l"),
            ("a;b&&c||d&e\nf", "a ; b ; c ; d ; e ; f"),
            ("a|b|&c;d", "a | b | c ; d"),
            ("a # b\nc#d", "a ; c#d"),
            ("a \\\n b", "a b"),
            ("(a;b)|c", "a ; b | c"),
            ("if a; then b; else c; fi", "a ; b ; c"),
            ("for x in a b; do c; done", "for x in a b ; c"),
            ("! a", "a"),
            ("a\r\nb\r\n", "a ; b"),
        ],
    );
}

#[test]
fn quotes_and_escapes() {
    reads_as(
        Dialect::Posix,
        &[
            ("'a b'", "'a b'"),
            ("a'b'\"c\"d", "a'bc'd"),
            ("''", "''"),
            ("a\\ b", "a' 'b"),
            ("a\\\nb", "ab"),
            (r#""a\"b\\c\d""#, r#"'a"b\c\d'"#),
            (r"'a\'b", r"'a\'b"),
            ("\"a\\\nb\"", "'ab'"),
            (r"$'a\tb\x41\u0042\103\'c'", "'a\tbABC'c'"),
            (r"$'\U00110000'", "'\u{fffd}'"),
            ("$\"a\"", "'a'"),
            ("'not closed", "'not closed'"),
            ("\"not closed", "'not closed'"),
            ("a\\", "a"),
            ("'#' #b", "'#'"),
        ],
    );
}

#[test]
fn variables_and_substitutions() {
    reads_as(
        Dialect::Posix,
        &[
            ("$a$b1 ${c}d", "$a$b1 $cd"),
            ("\"$a b\"", "''\"$a\"' b'"),
            (
                "${a:-b} ${a-b} ${a:=b} ${a+b}",
                "${a:-b} ${a:-b} ${a:-b} ${a:-b}",
            ),
            ("${a:-'b c'$d}", "${a:-'b c'}"),
            ("${a#x} ${#a} ${a[@]}", "$a $ $a"),
            ("\"${a[@]}\" \"${a[0]}\"", "''$a ''\"$a\""),
            ("$1$@$?$$", "$1$@$?$$"),
            ("a$ $", "a$ $"),
            ("$(a $(b))c", "$(a $(b))c"),
            ("\"$(a 'b' \"c\")\"", "''\"$(a 'b' 'c')\""),
            ("`a \\`b\\``", "$(a $(b))"),
            ("\"`a`\"", "''\"$(a)\""),
            ("a <(b) >(c)", "a \"$(b)\" \"$(c)\""),
            ("$(a (b) c) d", "$(a | b | c) d"),
            ("$(not closed", "$(not closed)"),
            ("'$a $(b)'", "'$a $(b)'"),
            ("\"\\$a\"", "'$a'"),
        ],
    );
}

#[test]
fn assignments_stand_before_the_name_only() {
    reads_as(
        Dialect::Posix,
        &[
            ("A=b C+=d e F=g", "A=b C=d e F=g"),
            ("A='b c' d", "A='b c' d"),
            ("A=$b", "A=$b"),
            ("A=(b 'c d' $e) f", "A=b' ''c d '$e f"),
            ("1A=b 'A'=b", "1A=b 'A'=b"),
            ("A=", "A="),
        ],
    );
}

#[test]
fn redirections() {
    reads_as(
        Dialect::Posix,
        &[
            ("a <b >c >>d >|e", "a <b >c >>d >e"),
            ("a 0<b 1>c 2>d 2>>e", "a <b >c other>d other>>e"),
            ("a 2>&1 >&2 <&-", "a"),
            ("a &>b &>>c >&d", "a >b >>c >d"),
            ("a 2 >b", "a 2 >b"),
            ("a <<<'b c' <<<$d", "a <<<'b c' <<<$d"),
            ("a <>b", "a <b"),
            (">a", ">a"),
            ("a >'b c'>$d", "a >'b c' >$d"),
        ],
    );
}

#[test]
fn here_documents() {
    reads_as(
        Dialect::Posix,
        &[
            ("a <<E\nb $c\nE\nd", "a <<<'b '\"$c\"'\n' ; d"),
            ("a <<'E'\nb $c\nE\nd", "a <<<'b $c\n' ; d"),
            ("a <<\\E\n$b\nE", "a <<<'$b\n'"),
            ("a <<-E\n\tb\n\tE\nc", "a <<<'b\n' ; c"),
            ("a <<E | b\nc\nE\nd", "a <<<'c\n' | b ; d"),
            ("a <<E <<F\nb\nE\nc\nF\nd", "a <<<'b\n' <<<'c\n' ; d"),
            ("a <<E\n E\nE \nE", "a <<<' E\nE \n'"),
            ("a <<E\nb\r\nE\r\nc", "a <<<'b\r\n' ; c"),
            ("a <<E\n$(b)\nE", "a <<<''\"$(b)\"'\n'"),
            ("a <<E\nnot closed", "a <<<'not closed\n'"),
            ("a <<E", "a <<<''"),
            ("a \"$(b <<E\nc\nE\n)\" d", "a ''\"$(b <<<'c\n')\" d"),
            ("a <<E;b\nc # d\nE", "a <<<'c # d\n' ; b"),
        ],
    );
}

#[test]
fn powershell() {
    reads_as(
        Dialect::PowerShell,
        &[
            ("Get-Content '.env' | b", "Get-Content '.env' | b"),
            ("a C:\\b\\c", "a C:\\b\\c"),
            ("'a''b' \"a`\"b\" a` b", "'a'b' 'a\"b' a' 'b"),
            ("a `\n b", "a b"),
            ("$env:A ${env:B} \"$env:C\"", "$env:A $env ''\"$env:C\""),
            ("$a = $(b)", "$a = $(b)"),
            ("if (a) { b } else { c }", "a | b | c"),
            ("A=b c", "A=b c"),
        ],
    );
}

#[test]
fn a_block_keeps_its_redirections_apart() {
    let script = read("while a; do b; done >c", Dialect::Posix);
    let last = script.commands.last().unwrap();
    assert!(last.ends_block && last.redirects.len() == 1);
    let script = read("(a) >c; { b; } >d; e >f", Dialect::Posix);
    let blocks: Vec<bool> = script
        .commands
        .iter()
        .filter(|command| !command.redirects.is_empty())
        .map(|command| command.ends_block)
        .collect();
    assert_eq!(blocks, [true, true, false]);
}

#[test]
fn what_is_nested_too_deeply_is_told_and_ends() {
    for (open, close) in [
        ("$(", ")"),
        ("${a:-", "}"),
        ("\"$(", ")\""),
        ("<(", ")"),
        ("A=(", ")"),
    ] {
        let depth = super::DEEPEST + 2;
        let line = open.repeat(depth) + "a" + &close.repeat(depth);
        assert!(read(&line, Dialect::Posix).is_too_deep, "{line}");
        let line = open.repeat(2) + "a" + &close.repeat(2);
        assert!(!read(&line, Dialect::Posix).is_too_deep, "{line}");
        // Without an end, and a million of them.
        assert!(
            read(&open.repeat(300_000), Dialect::Posix).is_too_deep,
            "{open}"
        );
    }
    for part in [
        "'", "\"", "`", "(", "{", "<<E ", "<<E\n", "${", "\\", "#\n", "|", "é ",
    ] {
        for dialect in [Dialect::Posix, Dialect::PowerShell] {
            drop(read(&part.repeat(200_000), dialect));
        }
    }
}
