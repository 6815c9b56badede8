//! Comments in any language: is one open before a place on a line?

/// Leaders that open a comment anywhere on a line, each with the text that closes it; those without one
/// reach to the end of the line. Longer ones stand first.
const LEADERS: &[(&[u8], &[u8])] = &[
    (b"<!--", b"-->"),
    (b"<%!--", b"--%>"),
    (b"<#", b"#>"),
    (b"<%#", b"%>"),
    (b"<%--", b"--%>"),
    (b"{{/*", b"*/"),
    (b"{{!", b"}}"),
    (b"{/*", b"*/"),
    (b"{#", b"#}"),
    (b"/*", b"*/"),
    (b"(*", b"*)"),
    (b"//", b""),
    (b"--", b""),
    (b"#", b""),
    (b";", b""),
    (b"%", b""),
    (b"{-", b"-}"),
    (b"{*", b"*}"),
    (b"@*", b"*@"),
    (b"(:", b":)"),
];

/// Leaders that stand before other names, too: a heading's `{#id}`, `(*pointer)`. If a marker touches one,
/// the comment must close on the line.
const BRACKETS: &[&[u8]] = &[b"{#", b"(*", b"{-", b"{*", b"@*", b"(:"];

/// Characters that end what stands before a comment, if no blank does.
const ENDS: &[u8] = b"'\"`)]},;{";

/// Leaders that open a comment only at the start of a line.
const LINE_LEADERS: &[&[u8]] = &[
    b"*", b"!", b"::", b"@rem ", b"rem ", b"REM ", b"@REM ", b"Rem ", b"dnl ", b".\\\"", b"'\\\"",
];

/// Leaders that open a comment only if nothing else stands before a marker.
const LEADERS_ALONE: &[&[u8]] = &[b"{{--", b"<#", b"<%!--", b"-#", b"/+"];

/// Bytes that a comment leader may consist of, apart from words.
const LEADER_BYTES: &[u8] = b"#/*<!-;%{}('\":@.~=|[>+\\ ";

/// Longest run of them before a marker alone.
const LONGEST_LEADER: usize = 12;

/// A letter, a digit, or a sign within a name.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Tells whether a comment is open at `at`: a leader stands before it that begins the line or follows
/// a blank or the end of something, and no quote is open there. `'` and `"` open a comment only at the
/// start of a line in which they do not occur again.
pub(super) fn is_in_comment(line: &[u8], at: usize) -> bool {
    if ends_before_its_end(&line[at..]) {
        return false;
    }
    let mut start = 0;
    if let Some(carriage_return) = line[..at].iter().rposition(|b| *b == b'\r') {
        start = carriage_return + 1;
    }
    let (before, rest) = (&line[start..at], &line[at..]);
    opens_at_start(before.trim_ascii_start(), rest) || ends_in_comment(before, rest)
}

/// Tells whether a carriage return ends the line before its last byte, as files from old Macs have it.
fn ends_before_its_end(rest: &[u8]) -> bool {
    let end = rest.iter().position(|b| *b == b'\r');
    end.is_some_and(|end| end + 1 < rest.len())
}

/// Follows the quotes and the comments of a text, behind which the marker stands, and tells whether a
/// comment is open at its end.
fn ends_in_comment(text: &[u8], marker: &[u8]) -> bool {
    let mut quote = None;
    let mut at = 0;
    while at < text.len() {
        let byte = text[at];
        match quote {
            Some(open) if byte == b'\\' && open != b'`' => at += 1,
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None => {
                if let Some((leader, closing)) = leader_at(text, at, marker) {
                    match end_of_comment(&text[at + leader..], closing) {
                        Some(length) => at += leader + length,
                        None => return true,
                    }
                    continue;
                }
                if opens_quote(text, at) {
                    // The quote goes on behind the marker.
                    if !text[at + 1..].contains(&byte) {
                        return false;
                    }
                    quote = Some(byte);
                }
            }
        }
        at += 1;
    }
    false
}

/// Offset behind the end of a comment that closes within this text.
fn end_of_comment(text: &[u8], closing: &[u8]) -> Option<usize> {
    if closing.is_empty() {
        return None;
    }
    let at = text
        .windows(closing.len())
        .position(|part| part == closing)?;
    Some(at + closing.len())
}

/// Length of the leader that opens a comment here, and the text that closes it.
fn leader_at<'l>(text: &[u8], at: usize, marker: &[u8]) -> Option<(usize, &'l [u8])> {
    let rest = &text[at..];
    let (leader, closing) = *LEADERS
        .iter()
        .find(|(leader, _)| rest.starts_with(leader))?;
    let touches = rest.len() == leader.len();
    let before = text[..at].last();
    let is_apart = match before {
        None | Some(b' ' | b'\t') => true,
        // It ends a statement, too.
        Some(before) if leader == b";" => {
            *before == b';' || ENDS.contains(before) && rest.get(1) == Some(&b' ')
        }
        Some(b'|' | b'\\') if leader == b"%" => true,
        Some(b'>') if matches!(leader[0], b'<' | b'{') => true,
        Some(before) => {
            ENDS.contains(before) || !is_word(*before) && closes_behind(marker, closing)
        }
    };
    if !is_apart || touches && !may_touch(leader, closing, &text[..at], marker) {
        return None;
    }
    Some((leader.len(), closing))
}

/// Tells whether a comment that a marker stands in closes on the same line.
fn closes_behind(marker: &[u8], closing: &[u8]) -> bool {
    !closing.is_empty() && end_of_comment(marker, closing).is_some()
}

/// Tells whether a marker that touches this leader may stand in a comment. A colour of a style sheet stands
/// behind a colon: `color: #abc`.
fn may_touch(leader: &[u8], closing: &[u8], before: &[u8], marker: &[u8]) -> bool {
    if leader == b"#" {
        return !before.trim_ascii_end().ends_with(b":") && !before.ends_with(b"{");
    }
    !BRACKETS.contains(&leader) || end_of_comment(marker, closing).is_some()
}

/// Tells whether a quote opens here. An apostrophe within a word opens none.
fn opens_quote(text: &[u8], at: usize) -> bool {
    match text[at] {
        b'"' | b'`' => true,
        b'\'' => at == 0 || !is_word(text[at - 1]),
        _ => false,
    }
}

/// Tells whether the line is a comment as a whole, from its first character on. A marker does not touch a
/// leader that stands before names, too: `*alias`, `!tag`, `::name`.
fn opens_at_start(before: &[u8], rest: &[u8]) -> bool {
    for leader in LINE_LEADERS {
        let is_alone = before.iter().all(|b| leader.contains(b));
        let touches = is_alone && !leader.ends_with(b" ");
        if before.starts_with(leader) && !touches {
            return true;
        }
    }
    match before.split_first() {
        Some((quote @ (b'"' | b'\''), inner)) => !inner.contains(quote) && !rest.contains(quote),
        _ => false,
    }
}

/// Tells whether nothing but the leader of a comment stands before a marker: any of them, repeated as
/// in `///`, `###`, `;;` or `/**`.
pub(super) fn opens_alone(before: &[u8], marker: &[u8]) -> bool {
    let text = before.trim_ascii();
    for (leader, closing) in LEADERS {
        let touches = before.ends_with(leader) && BRACKETS.contains(leader);
        if touches && end_of_comment(marker, closing).is_none() {
            return false;
        }
    }
    if text.is_empty() || text.len() > LONGEST_LEADER {
        return false;
    }
    for word in [&b"rem"[..], b"@rem", b"dnl"] {
        if text.eq_ignore_ascii_case(word) {
            return true;
        }
    }
    starts_with_leader(text) && text.iter().all(|byte| LEADER_BYTES.contains(byte))
}

fn starts_with_leader(text: &[u8]) -> bool {
    let anywhere = LEADERS.iter().map(|(leader, _)| leader);
    for leader in anywhere.chain(LINE_LEADERS).chain(LEADERS_ALONE) {
        if text.starts_with(leader.trim_ascii_end()) {
            return true;
        }
    }
    matches!(text, b"'" | b"\"" | b"..")
}
