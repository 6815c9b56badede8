//! `phguard allow`: one command puts a key on the list, with its reason, and stages the list.

use std::fs;

use crate::sandbox::Sandbox;
use crate::sandbox::keys::{key, masked, phx};
use crate::sandbox::snapshots::assert_run;
use crate::sandbox::strace::killed_at_each_call;

const CONFIG: &str = ".phguard.toml";

fn config(sandbox: &Sandbox) -> String {
    fs::read_to_string(sandbox.repo().join(CONFIG)).unwrap()
}

#[test]
fn a_place_is_allowed_with_its_reason_and_the_list_is_staged() {
    let sandbox = Sandbox::new();
    sandbox.stage("a.json", format!("{{\"k\": \"{}\"}}\n", phx()));
    sandbox.stage("b.py", "clean\n");
    let reason = format!("a sample\nlike {}", key(7));
    sandbox
        .phguard(["allow", "a.json:1", "--reason", &reason])
        .exits(0);
    sandbox.phguard(["--staged"]).exits(0);
    let text = config(&sandbox);
    let comment = format!("# {}: a sample like {}", masked(&phx()), masked(&key(7)));
    assert!(text.contains(&comment), "{text}");
    assert_eq!(sandbox.git(["show", ":.phguard.toml"]).stdout, text);
    let listed = sandbox.phguard(["allow", "--list"]).exits(0).stdout;
    assert!(
        listed.contains("a sample") && !listed.contains("no tracked file"),
        "{listed}"
    );
    let again = sandbox.phguard(["allow", "a.json:1"]).exits(2);
    assert!(
        again.stderr.contains("there is no key at a.json:1"),
        "{}",
        again.stderr
    );
}

#[test]
fn each_way_to_name_a_key_will_do() {
    let sandbox = Sandbox::new();
    let fingerprint = || {
        let report = sandbox.phguard(["--format", "json"]).exits(1).stdout;
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        report["findings"][0]["fingerprint"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    for (seed, (path, name)) in (1..).zip([
        ("a b.py", "a b.py:1:1"),
        ("sub/c.py", "./sub/c.py:1"),
        ("d.py", "d.py"),
        ("é.py", "é.py:1"),
        ("e.py", "FINGERPRINT"),
    ]) {
        sandbox.stage(path, format!("{}\n", key(seed)));
        let name = match name {
            "FINGERPRINT" => fingerprint(),
            name => name.to_owned(),
        };
        sandbox.phguard(["allow", &name]).exits(0);
    }
    let name = format!("{}.txt", key(99));
    sandbox.stage(&name, "x\n");
    sandbox.phguard(["allow", &name]).exits(0);
    assert!(!config(&sandbox).contains(&key(99)));
}

#[test]
fn a_key_that_stays_is_still_refused() {
    let sandbox = Sandbox::new();
    sandbox.stage("a", format!("{}\n{}\n", phx(), key(2)));
    let run = sandbox.phguard(["allow", "a:1"]).exits(1);
    assert_run("allow/a-key-that-stays-is-still-refused.txt", &run);
    sandbox.phguard(["allow", "a:2"]).exits(0);
    sandbox.phguard(["allow", "--remove", "a:1"]).exits(1);
    sandbox.phguard(["allow", "nowhere:1"]).exits(2);
    sandbox.phguard(["allow"]).exits(2);
}

#[test]
fn an_old_repository_gets_a_baseline() {
    let sandbox = Sandbox::new();
    for number in 0..5 {
        sandbox.stage(format!("f{number}"), format!("{}\n", key(number)));
    }
    sandbox.commit_unchecked("old keys");
    sandbox.stage("new", format!("{}\n", key(50)));
    sandbox
        .phguard(["allow", "--all", "--reason", "old"])
        .exits(0);
    assert_eq!(config(&sandbox).matches(": old\n").count(), 6);
    sandbox.git(["rm", "-q", "--cached", "f0"]);
    let listed = sandbox.phguard(["allow", "--list"]).exits(0).stdout;
    assert_eq!(
        listed.matches("no tracked file needs it").count(),
        1,
        "{listed}"
    );
}

#[test]
fn work_on_the_list_that_is_not_staged_stays_so() {
    let sandbox = Sandbox::new();
    sandbox.stage(
        CONFIG,
        "# ours\r\n[allow]\r\npaths = [\"docs/\"] # docs\r\n",
    );
    sandbox.commit_unchecked("the list");
    sandbox.write(
        CONFIG,
        "# mine\r\n[allow]\r\npaths = [\"docs/\", \"x/\"]\r\n",
    );
    sandbox.stage("a.py", format!("{}\n", phx()));
    sandbox.phguard(["allow", "a.py:1"]).exits(0);
    let staged = sandbox.git(["show", ":.phguard.toml"]).stdout;
    assert!(
        staged.starts_with("# ours\r\n") && staged.contains("# docs\r\n"),
        "{staged}"
    );
    assert!(!staged.contains("x/") && !staged.replace("\r\n", "").contains('\n'));
    let disk = config(&sandbox);
    assert!(
        disk.starts_with("# mine\r\n") && disk.contains("x/"),
        "{disk}"
    );
    let names = sandbox.git(["status", "--porcelain"]).stdout;
    assert_eq!(names, "MM .phguard.toml\nA  a.py\n");
    sandbox.phguard(["allow", "--remove", "a.py:1"]).exits(1);
    let staged = sandbox.git(["diff", "--cached", "--stat", CONFIG]).stdout;
    assert!(!staged.contains("ours"), "{staged}");
}

#[test]
fn a_list_that_cannot_be_changed_is_left_alone() {
    let sandbox = Sandbox::new();
    sandbox.stage("a.py", format!("{}\n", phx()));
    crate::sandbox::symlink("elsewhere", sandbox.repo().join(CONFIG));
    let run = sandbox.phguard(["allow", "a.py:1"]).exits(2);
    assert_run(
        "allow/a-list-that-cannot-be-changed-is-left-alone.txt",
        &run,
    );
    fs::remove_file(sandbox.repo().join(CONFIG)).unwrap();
    sandbox.write(CONFIG, "[allow\n");
    sandbox.phguard(["allow", "a.py:1"]).exits(2);
    assert_eq!(config(&sandbox), "[allow\n");
}

#[test]
fn several_at_once_lose_no_entry() {
    let sandbox = Sandbox::new();
    let count = 8;
    for number in 0..count {
        sandbox.stage(format!("f{number}"), format!("{}\n", key(number)));
    }
    let mut children = Vec::new();
    for number in 0..count {
        let mut command = sandbox.command(crate::sandbox::PHGUARD);
        command.args(["allow", &format!("f{number}:1")]);
        command
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null());
        children.push(command.spawn().unwrap());
    }
    for mut child in children {
        child.wait().unwrap();
    }
    let text = config(&sandbox);
    assert_eq!(
        text.matches("# phx_").count(),
        usize::try_from(count).unwrap(),
        "{text}"
    );
    assert_eq!(sandbox.git(["show", ":.phguard.toml"]).stdout, text);
    sandbox.phguard(["--staged"]).exits(0);
}

const CONFIG_BEFORE: &str = "# ours\n[allow]\npaths = [\"docs/\"] # docs\n";

fn with_config_and_key() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.stage(CONFIG, CONFIG_BEFORE);
    sandbox.stage("a.py", format!("{}\n", phx()));
    sandbox
}

#[test]
#[ignore = "needs strace"]
fn killed_at_any_system_call_it_loses_nothing() {
    killed_at_each_call(with_config_and_key, &["allow", "a.py:1"], |sandbox, n| {
        let text = config(sandbox);
        assert!(
            text.starts_with("# ours\n") && text.contains("# docs\n"),
            "call {n}: {text}"
        );
        sandbox.phguard(["allow", "--all"]).exits(0);
        sandbox.phguard(["--staged"]).exits(0);
        let staged = sandbox.git(["show", ":.phguard.toml"]).stdout;
        assert_eq!(staged, config(sandbox), "call {n}");
        let names = sandbox.git(["status", "--porcelain"]).stdout;
        assert_eq!(names, "A  .phguard.toml\nA  a.py\n", "call {n}");
    });
}
