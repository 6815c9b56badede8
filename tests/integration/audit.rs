//! `phguard audit` with documents as PostHog's serializers write them (`PersonalAPIKeySerializer` in
//! `posthog/api/personal_api_key.py`, `ActivityLogSerializer` in
//! `posthog/api/advanced_activity_logs/viewset.py`), and with hostile ones.

use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::sandbox::keys::{masked, phx};
use crate::sandbox::snapshots::assert_snapshot;
use crate::sandbox::{PHGUARD, Run, Sandbox};

const TODAY: [&str; 2] = ["--today", "2026-11-26"];

/// A key without a fault on the day of these tests.
fn key(label: &str) -> Value {
    json!({
        "id": "01920000", "label": label, "value": null, "mask_value": "phx_...abcd",
        "created_at": "2026-10-01T08:00:00.123456Z", "last_used_at": "2026-11-25T08:00:00Z",
        "last_rolled_at": null, "user_id": 7, "scopes": ["insight:read"], "scoped_teams": [1],
        "scoped_organizations": [], "a_field_of_tomorrow": {"x": [1]},
    })
}

fn with(mut object: Value, field: &str, value: Value) -> Value {
    object[field] = value;
    object
}

fn entry(activity: &str, scope: &str, at: &str) -> Value {
    json!({
        "id": "0193", "user": {"id": 7, "first_name": "Ann", "email": "ann@example.com"},
        "unread": true, "organization_id": "018f", "was_impersonated": false, "is_system": false,
        "activity": activity, "item_id": "5", "scope": scope,
        "detail": {"changes": null, "name": "a thing", "short_id": null, "trigger": null},
        "created_at": at,
    })
}

/// Gives a document on standard input.
fn piped(sandbox: &Sandbox, arguments: &[&str], input: &[u8]) -> Run {
    let mut child = sandbox
        .command(PHGUARD)
        .arg("audit")
        .args(TODAY)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A document that is refused early closes the pipe.
    drop(child.stdin.take().unwrap().write_all(input));
    Run::from(child.wait_with_output().unwrap())
}

fn audited(document: &Value) -> Run {
    piped(&Sandbox::new(), &[], document.to_string().as_bytes())
}

/// The rules that the only key of a document breaks.
fn rules(document: &Value) -> Vec<String> {
    let text = document.to_string();
    let run = piped(&Sandbox::new(), &["--format", "json"], text.as_bytes());
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    let findings = answer["findings"].as_array().unwrap();
    assert_eq!(run.code, Some(i32::from(!findings.is_empty())), "{answer}");
    let rule = |finding: &Value| finding["rule"].as_str().unwrap().to_owned();
    findings.iter().map(rule).collect()
}

#[test]
fn a_good_key_is_no_finding_in_any_form_of_the_list() {
    let sandbox = Sandbox::new();
    let key = key("dash");
    let page = json!({"count": 1, "next": null, "previous": null, "results": [key]});
    for document in [
        key.clone(),
        json!([key]),
        page,
        json!([]),
        json!([key, key]),
    ] {
        piped(&sandbox, &[], document.to_string().as_bytes()).exits(0);
    }
}

#[test]
fn each_rule_is_broken_by_its_own_fault() {
    for (field, value, rule) in [
        ("created_at", json!("2026-08-27T23:59:59Z"), "old"),
        ("last_used_at", json!("2026-08-20T00:00:00Z"), "unused"),
        ("last_used_at", Value::Null, "unused"),
        ("scopes", json!(["*"]), "all-scopes"),
        ("scopes", json!([]), "all-scopes"),
        ("scopes", Value::Null, "all-scopes"),
        ("scoped_teams", json!([]), "all-organizations"),
        ("scoped_teams", Value::Null, "all-organizations"),
        ("mask_value", json!("AbCd...wxyz"), "no-prefix"),
    ] {
        let document = with(key("dash"), field, value);
        assert_eq!(rules(&document), [rule], "{document}");
    }
    let both = with(
        key("grafana (read-only)"),
        "scopes",
        json!(["insight:read", "insight:write"]),
    );
    assert_eq!(rules(&both), ["write-beside-read"]);
}

#[test]
fn what_is_as_it_should_be_breaks_no_rule() {
    for (field, value) in [
        ("created_at", json!("2026-08-28T00:00:00Z")),
        ("created_at", json!("2026-08-28T23:00:00-05:00")),
        ("created_at", json!("2026-11-27T08:00:00+14:00")),
        ("last_rolled_at", json!("2026-11-01T00:00:00Z")),
        ("scopes", json!(["insight:write"])),
        ("mask_value", Value::Null),
        ("label", Value::Null),
        ("label", json!("")),
    ] {
        let document = with(key("dash"), field, value);
        assert_eq!(rules(&document), [""; 0], "{document}");
    }
    let rolled = with(key("dash"), "created_at", json!("2023-01-01T00:00:00Z"));
    let rolled = with(rolled, "last_rolled_at", json!("2026-11-01T00:00:00Z"));
    assert_eq!(rules(&rolled), [""; 0]);
    let fresh = with(key("dash"), "created_at", json!("2026-11-20T00:00:00Z"));
    assert_eq!(rules(&with(fresh, "last_used_at", Value::Null)), [""; 0]);
    // The key of a project has no projects to choose from.
    let mut of_project = with(key("flags"), "mask_value", json!("phs_...abcd"));
    let fields = of_project.as_object_mut().unwrap();
    fields.remove("scoped_teams");
    fields.remove("scoped_organizations");
    assert_eq!(rules(&of_project), [""; 0]);
}

/// `ProjectSecretAPIKeySerializer` in `posthog/api/project_secret_api_key.py`: it knows no projects to
/// choose from, tells who made the key, and writes an empty list for a key without scopes.
#[test]
fn the_secret_keys_of_a_project_are_judged() {
    let mut good = json!({
        "id": "0197", "label": "flags", "value": null, "mask_value": "phs_...abcd",
        "created_at": "2026-10-01T08:00:00.123456Z",
        "created_by": {"id": 7, "uuid": "018f", "first_name": "Ann", "email": "ann@example.com"},
        "last_used_at": "2026-11-25T08:00:00Z", "last_rolled_at": null,
        "scopes": ["feature_flag:read"],
    });
    assert_eq!(rules(&good), [""; 0]);
    good["scopes"] = json!([]);
    assert_eq!(rules(&good), [""; 0]);
    let page = json!({"count": 2, "next": null, "previous": null, "results": [
        good,
        with(with(good.clone(), "label", json!("old")), "created_at", json!("2025-01-01T00:00:00Z")),
    ]});
    let sandbox = Sandbox::new();
    let project_key = format!("phs_{}abcd", &phx()[4..48]);
    sandbox.write("server.py", format!("k = '{project_key}'\n"));
    let report = sandbox.phguard(["--files", ".", "--format", "json"]).stdout;
    sandbox.write("report.json", report);
    let run = piped(
        &sandbox,
        &["--with", "report.json"],
        page.to_string().as_bytes(),
    )
    .exits(1);
    for said in [
        "server.py:1",
        "; no scopes;",
        "It was made 694 days ago",
        "phguard explain phs_",
    ] {
        assert!(run.stdout.contains(said), "{said}: {}", run.stdout);
    }
    assert!(
        !run.stdout.contains("in none of these lists"),
        "{}",
        run.stdout
    );
}

/// The log of an organization: `OrganizationAdvancedActivityLogsViewSet` with `ActivityLogSerializer`,
/// and the context that `personal_api_key_utils.py` and `project_secret_api_key_utils.py` add to a key.
#[test]
fn the_log_of_an_organization_is_read() {
    let mut gained = entry("created", "PersonalAPIKey", "2026-11-20T10:00:00.123456Z");
    gained["team_id"] = Value::Null;
    gained["detail"] = json!({
        "id": null, "changes": [{
            "type": "PersonalAPIKey", "action": "changed", "field": "scopes",
            "before": ["insight:read"], "after": ["*"],
        }],
        "name": "ci", "short_id": null, "trigger": null, "type": null,
        "context": {
            "user_id": 7, "user_email": "ann@example.com", "user_name": "Ann",
            "organization_name": "Acme", "team_name": "Unknown Project",
        },
    });
    let mut of_project = entry("deleted", "ProjectSecretAPIKey", "2026-11-21T10:00:00Z");
    of_project["detail"]["context"] = json!({
        "organization_name": "Acme", "project_name": "Web", "scopes": ["feature_flag:read"],
        "created_by_email": "ann@example.com", "created_by_name": "Ann",
    });
    let mut by_posthog = entry("created", "OrganizationMembership", "2026-11-22T10:00:00Z");
    by_posthog["user"] = Value::Null;
    by_posthog["is_system"] = json!(true);
    let page = json!({"next": null, "previous": null, "results": [by_posthog, of_project, gained]});
    let text = page.to_string();
    let sandbox = Sandbox::new();
    let run = piped(&sandbox, &["--format", "json"], text.as_bytes()).exits(1);
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    let told: Vec<String> = answer["activity"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            format!(
                "{} {} {}",
                entry["by"], entry["scope"], entry["scopes_after"]
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            r#""PostHog itself" "OrganizationMembership" null"#,
            r#""ann@example.com" "ProjectSecretAPIKey" null"#,
            r#""ann@example.com" "PersonalAPIKey" "*""#,
        ]
    );
    // Whether older entries were cut by the plan is not in the answer: it is said.
    let run = piped(&sandbox, &["--since", "2026-11-01"], text.as_bytes()).exits(1);
    let said = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("begins on 2026-11-20"), "{said}");
    let run = piped(&sandbox, &["--since", "2026-11-20"], text.as_bytes()).exits(1);
    assert!(!run.stdout.contains("begins on"), "{}", run.stdout);
}

#[test]
fn the_age_limit_is_the_users() {
    let sandbox = Sandbox::new();
    let text = key("dash").to_string();
    piped(&sandbox, &["--max-age", "56"], text.as_bytes()).exits(0);
    piped(&sandbox, &["--max-age", "55"], text.as_bytes()).exits(1);
    piped(&sandbox, &["--max-age", "4294967295"], text.as_bytes()).exits(0);
    piped(&sandbox, &["--max-age", "-1"], text.as_bytes()).exits(2);
    piped(&sandbox, &["--since", "yesterday"], text.as_bytes()).exits(2);
}

#[test]
fn a_whole_audit_reads_like_this() {
    let sandbox = Sandbox::new();
    let leaked = with(
        key("ci"),
        "mask_value",
        json!(format!("phx_...{}", &phx()[48..])),
    );
    let leaked = with(leaked, "created_at", json!("2024-01-02T03:04:05Z"));
    let leaked = with(leaked, "scopes", json!(["*"]));
    sandbox.write("client.ts", format!("const k = '{}';\n", phx()));
    let stranger = format!("phs_{}", phx()[4..].chars().rev().collect::<String>());
    sandbox.write("server.py", format!("k = '{stranger}'\n"));
    let report = sandbox
        .phguard(["--files", ".", "--format", "json"])
        .exits(1)
        .stdout;
    sandbox.write("report.json", report);
    sandbox.write("keys.json", json!([key("dash"), leaked]).to_string());
    let mut made = entry("updated", "PersonalAPIKey", "2026-11-20T10:00:00.5Z");
    made["detail"]["changes"] = json!([{
        "type": "PersonalAPIKey", "action": "changed", "field": "scopes",
        "before": ["insight:read"], "after": ["*"],
    }]);
    let log = json!([
        entry("updated", "Insight", "2026-11-18T10:00:00Z"),
        entry("deleted", "FeatureFlag", "2026-11-19T10:00:00+02:00"),
        made,
        entry("exported", "Insight", "2026-11-21T10:00:00Z"),
        entry("created", "OrganizationMembership", "2026-11-22T10:00:00Z"),
    ]);
    sandbox.write("log.json", log.to_string());
    let arguments = ["audit", "keys.json", "log.json", "--with", "report.json"];
    let run = sandbox.phguard([&arguments[..], &TODAY].concat()).exits(1);
    assert_snapshot("audit/whole.txt", &run.stdout);
    let json = [&arguments[..], &TODAY, &["--format", "json"]].concat();
    let run = sandbox.phguard(json).exits(1);
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_snapshot("audit/whole.json", &format!("{answer:#}\n"));
    assert_eq!(answer["findings"][0]["places"][0]["place"], "client.ts:1");
    assert_eq!(answer["unknown_keys"][0]["masked"], masked(&stranger));
}

#[test]
fn entries_are_told_by_their_kind_and_time() {
    let sandbox = Sandbox::new();
    let notable = [
        ("created", "PersonalAPIKey", "key"),
        ("revoked", "PersonalApiKey", "key"),
        ("deleted", "ProjectSecretAPIKey", "key"),
        ("exported", "Cohort", "export"),
        ("created", "BatchExport", "export"),
        ("created", "HogFunction", "export"),
        ("deleted", "Dashboard", "deletion"),
        ("created", "OrganizationMembership", "member"),
        ("promoted_from_guest", "OrganizationMembership", "member"),
        ("created", "OrganizationInvite", "member"),
        ("sharing enabled", "Dashboard", "member"),
    ];
    for (activity, scope, interest) in notable {
        let log = json!([entry(activity, scope, "2026-11-20T10:00:00Z")]).to_string();
        let run = piped(&sandbox, &["--format", "json"], log.as_bytes()).exits(1);
        let answer: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(
            answer["activity"][0]["interest"], interest,
            "{activity} {scope}"
        );
        // Before the leak it is of no interest.
        piped(
            &sandbox,
            &["--since", "2026-11-20T10:00:01Z"],
            log.as_bytes(),
        )
        .exits(0);
    }
    for (activity, scope) in [
        ("updated", "Insight"),
        ("created", "Notebook"),
        ("commented", "Comment"),
    ] {
        audited(&json!([entry(activity, scope, "2026-11-20T10:00:00Z")])).exits(0);
    }
    let mut secret = entry("updated", "Team", "2026-11-20T10:00:00Z");
    secret["detail"]["changes"] =
        json!([{"field": "secret_api_token", "before": null, "after": "x"}]);
    audited(&json!([secret])).exits(1);
}

#[test]
fn a_page_that_is_missing_is_exit_code_2_if_it_could_matter() {
    let sandbox = Sandbox::new();
    let at = "2026-11-20T10:00:00Z";
    let next = "https://us.posthog.com/api/projects/1/activity_log/?cursor=cD0y";
    let first =
        json!({"next": next, "previous": null, "results": [entry("updated", "Insight", at)]});
    let last = json!({"next": null, "previous": "x", "results": [entry("updated", "Insight", at)]});
    let run = piped(&sandbox, &[], first.to_string().as_bytes()).exits(0);
    assert!(run.stdout.contains("has more pages"), "{}", run.stdout);
    let run = piped(
        &sandbox,
        &["--since", "2026-11-19"],
        first.to_string().as_bytes(),
    )
    .exits(2);
    assert!(run.stdout.contains(next), "{}", run.stdout);
    piped(
        &sandbox,
        &["--since", "2026-11-21"],
        first.to_string().as_bytes(),
    )
    .exits(0);
    let both = format!("{first}\n{last}");
    piped(&sandbox, &["--since", "2026-11-19"], both.as_bytes()).exits(0);
    piped(
        &sandbox,
        &["--since", "2026-11-19"],
        last.to_string().as_bytes(),
    )
    .exits(2);
    for page in [
        json!({"count": 2, "next": "x", "previous": null, "results": [key("dash")]}),
        json!({"count": 2, "next": null, "previous": null, "results": [key("dash")]}),
        json!({"count": 2, "next": "x", "previous": null, "results": []}),
    ] {
        audited(&page).exits(2);
    }
}

#[test]
fn a_date_after_the_present_is_exit_code_2() {
    for field in ["created_at", "last_used_at", "last_rolled_at"] {
        let run = audited(&with(key("dash"), field, json!("2031-01-01T00:00:00Z"))).exits(2);
        assert!(run.stdout.contains("Check the clock"), "{}", run.stdout);
    }
    audited(&json!([entry(
        "updated",
        "Insight",
        "9999-12-31T23:59:59Z"
    )]))
    .exits(2);
    // A clock that stands at its start.
    let sandbox = Sandbox::new();
    sandbox.write("keys.json", key("dash").to_string());
    sandbox
        .phguard(["audit", "keys.json", "--today", "1970-01-01"])
        .exits(2);
    sandbox
        .phguard(["audit", "keys.json", "--today", "0001-01-01"])
        .exits(2);
}

#[test]
fn another_document_is_exit_code_2_and_says_what_it_is() {
    let sandbox = Sandbox::new();
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let report = sandbox.phguard(["--files", ".", "--format", "json"]).stdout;
    let cases = [
        ("", "it is empty"),
        ("nonsense", "no JSON"),
        ("<!DOCTYPE html>", "web page"),
        ("1", "neither a list nor an object"),
        ("null", "neither a list nor an object"),
        (r#"{"x":1}"#, "neither a list of keys nor an activity log"),
        ("[1]", "entry 1 is no object"),
        (r#"[{"label":"ci"}]"#, "entry 1 is neither a key"),
        (r#"{"results":5}"#, "results are no list"),
        (
            r#"{"type":"x","detail":"Invalid personal API key"}"#,
            "PostHog refused: Invalid personal",
        ),
        (&deep, "no JSON"),
        (&report, "belongs behind --with"),
        (
            r#"[{"label":"a","scopes":[],"created_at":"2026-01-01"}] x"#,
            "no JSON",
        ),
    ];
    for (document, why) in cases {
        let run = piped(&sandbox, &[], document.as_bytes()).exits(2);
        assert!(run.stderr.contains(why), "{why}: {}", run.stderr);
        assert!(
            run.stderr.contains("phguard explain audit"),
            "{}",
            run.stderr
        );
        assert_eq!(run.stdout, "");
    }
    piped(&sandbox, &[], b"\xff\xfe\x00\xd8").exits(2);
    piped(&sandbox, &[], b"[\xff]").exits(2);
    sandbox.phguard(["audit", "missing.json"]).exits(2);
    sandbox.phguard(["audit", "."]).exits(2);
    for format in ["sarif", "github"] {
        piped(&sandbox, &["--format", format], b"[]").exits(2);
    }
}

#[test]
fn a_field_of_another_type_is_exit_code_2() {
    for (field, value) in [
        ("label", json!(5)),
        ("mask_value", json!(["phx_...abcd"])),
        ("created_at", json!(1_700_000_000)),
        ("created_at", json!("soon")),
        ("created_at", Value::Null),
        ("last_used_at", json!(false)),
        ("last_rolled_at", json!("2026-02-30")),
        ("scopes", json!("*")),
        ("scopes", json!([null])),
        ("scoped_teams", json!({})),
        ("scoped_organizations", json!([[]])),
    ] {
        let run = audited(&with(key("dash"), field, value)).exits(2);
        assert!(run.stderr.contains(field), "{field}: {}", run.stderr);
    }
    for field in ["activity", "scope", "created_at"] {
        let log = json!([with(
            entry("created", "Team", "2026-11-20"),
            field,
            json!(5)
        )]);
        let run = audited(&log).exits(2);
        assert!(run.stderr.contains(field), "{field}: {}", run.stderr);
    }
    // Detail and user only help to tell an entry, and PostHog leaves them out at times.
    for (field, value) in [
        ("detail", json!("text")),
        ("detail", Value::Null),
        ("user", json!(7)),
    ] {
        audited(&json!([with(
            entry("deleted", "Team", "2026-11-20"),
            field,
            value
        )]))
        .exits(1);
    }
}

#[test]
fn no_text_of_a_document_gives_a_key_away_or_acts_on_the_terminal() {
    let sandbox = Sandbox::new();
    let hostile = format!("a\u{1b}[31m\n{}", phx());
    let legacy_mask = "SeCr...wxyz";
    let mut log = entry("created", "PersonalAPIKey", "2026-11-20");
    log["detail"]["name"] = json!(hostile);
    log["user"]["email"] = json!(hostile);
    log["activity"] = json!(hostile);
    log["detail"]["changes"] = json!([{"field": "scopes", "before": [hostile], "after": hostile}]);
    let whole = with(key(&hostile), "mask_value", json!(phx()));
    let fresh = with(key("fresh"), "mask_value", Value::Null);
    let keys = json!([
        whole,
        with(fresh, "value", json!(phx())),
        with(key("x"), "scopes", json!([hostile])),
        with(key("old"), "mask_value", json!(legacy_mask)),
    ]);
    let page = json!({"next": hostile, "previous": null, "results": [log]});
    let refusal = json!({"detail": hostile});
    let report = json!({
        "version": 1, "tool": {"name": "phguard"},
        "findings": [{"path": hostile, "line": 1, "masked": phx(), "commit": hostile}],
    });
    sandbox.write("report.json", report.to_string());
    for document in [keys.to_string(), page.to_string(), refusal.to_string()] {
        for arguments in [
            &["--all"][..],
            &["--format", "json"],
            &["--with", "report.json"],
        ] {
            let run = piped(&sandbox, arguments, document.as_bytes());
            let said = run.stdout + &run.stderr;
            assert!(!said.contains(&phx()[8..20]), "{said}");
            assert!(!said.contains("SeCr"), "{said}");
            assert!(!said.contains('\u{1b}'), "{said}");
        }
    }
    sandbox.write(hostile.replace('/', "_"), "[]");
    let run = sandbox.phguard(["audit", &format!("{}/x", phx())]).exits(2);
    assert!(!run.stderr.contains(&phx()), "{}", run.stderr);
}

#[test]
fn a_document_of_10_mb_is_read_and_one_of_40_is_refused() {
    let sandbox = Sandbox::new();
    let line = entry("deleted", "FeatureFlag", "2026-11-20T10:00:00Z").to_string() + ",";
    let last = entry("deleted", "FeatureFlag", "2026-11-20T10:00:00Z").to_string();
    let many =
        |megabytes: usize| format!("[{}{last}]", line.repeat((megabytes << 20) / line.len()));
    let run = piped(&sandbox, &[], many(10).as_bytes()).exits(1);
    assert!(run.stdout.lines().count() < 40, "{}", run.stdout);
    let run = piped(&sandbox, &[], many(40).as_bytes()).exits(2);
    assert!(run.stderr.contains("more than 32 MiB"), "{}", run.stderr);
}

#[test]
fn keys_that_look_alike_are_all_told_until_they_are_too_many() {
    let sandbox = Sandbox::new();
    let report = |count: usize| {
        let place = |line: usize| json!({"path": "a.ts", "line": line, "masked": "phx_…abcd"});
        let findings: Vec<Value> = (0..count).map(place).collect();
        json!({"version": 1, "tool": {"name": "phguard"}, "findings": findings}).to_string()
    };
    sandbox.write("report.json", report(2));
    let list = |count: usize| Value::from(vec![key("dash"); count]).to_string();
    let run = piped(&sandbox, &["--with", "report.json"], list(3).as_bytes()).exits(1);
    assert_eq!(
        run.stdout.matches("a.ts:0, a.ts:1").count(),
        3,
        "{}",
        run.stdout
    );
    // The places of each of so many keys would be a report without end.
    sandbox.write("report.json", report(5000));
    let arguments = ["--with", "report.json", "--format", "json"];
    let run = piped(&sandbox, &arguments, list(5000).as_bytes()).exits(2);
    assert!(
        run.stdout
            .contains("5000 keys of the list look like phx_…abcd")
    );
    assert!(!run.stdout.contains("a.ts"));
}

#[test]
fn of_two_fields_with_one_name_the_last_counts() {
    // As in Python and JavaScript.
    let text = key("dash").to_string();
    let twice = text.replacen('{', "{\"scopes\":[\"*\"],", 1);
    piped(&Sandbox::new(), &[], twice.as_bytes()).exits(0);
}

#[test]
fn a_field_without_end_is_refused_or_cut() {
    let deep = "[".repeat(200) + &"]".repeat(200);
    let inside = key("dash").to_string().replace("{\"x\":[1]}", &deep);
    assert!(inside.contains("[[["), "{inside}");
    piped(&Sandbox::new(), &[], inside.as_bytes()).exits(2);
    let long = with(key("dash"), "label", json!("é".repeat(5 << 20)));
    let run = piped(
        &Sandbox::new(),
        &["--max-age", "1"],
        long.to_string().as_bytes(),
    )
    .exits(1);
    assert!(run.stdout.len() < 10_000, "{}", run.stdout.len());
}

#[test]
fn the_answer_of_powershell_is_read() {
    let text = json!([key("dash")]).to_string();
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    piped(&Sandbox::new(), &[], &[b"\xff\xfe", &wide[..]].concat()).exits(0);
    piped(&Sandbox::new(), &[], format!("\u{feff}{text}").as_bytes()).exits(0);
}

#[test]
fn a_report_that_is_none_or_not_whole_is_exit_code_2() {
    let sandbox = Sandbox::new();
    sandbox.write("keys.json", json!([key("dash")]).to_string());
    for report in [
        "",
        "[]",
        "{}",
        r#"{"tool":{"name":"gitleaks"},"findings":[]}"#,
        r#"{"tool":{"name":"phguard"},"sections":[]}"#,
    ] {
        sandbox.write("report.json", report);
        let run = sandbox
            .phguard(["audit", "keys.json", "--with", "report.json"])
            .exits(2);
        assert!(run.stderr.contains("report"), "{}", run.stderr);
    }
    let report = sandbox
        .phguard(["--files", "missing", "--format", "json"])
        .exits(2)
        .stdout;
    sandbox.write("report.json", report);
    let arguments = ["audit", "keys.json", "--with", "report.json"];
    let run = sandbox.phguard([&arguments[..], &TODAY].concat()).exits(2);
    assert!(
        run.stdout.contains("could not be scanned"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_list_without_end_is_told_in_a_few_lines() {
    let scopes: Vec<String> = (0..5000).map(|number| format!("s{number}:write")).collect();
    let projects: Vec<usize> = (0..5000).collect();
    let huge = with(key("read"), "scopes", json!(scopes));
    let run = audited(&with(huge, "scoped_teams", json!(projects))).exits(1);
    assert!(run.stdout.lines().count() < 20, "{}", run.stdout);
    assert!(run.stdout.contains("and 4990 more"), "{}", run.stdout);
}
