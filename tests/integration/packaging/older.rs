//! With real managers that the other tests do not have: husky 4 and 8, and Vite+.

use std::fs;
use std::path::Path;

use super::flows::{FLOWS, Flow};
use super::printed::{EVENTS, is_known, message, printed};
use super::pushes::PUSHES;
use super::setups::{HUSKY, Manager, SIMPLE_GIT_HOOKS, link_modules};
use super::tools;
use super::world::World;
use crate::sandbox::Run;

const HUSKY_4: Manager = Manager {
    name: "husky 4",
    configure: |world, top| {
        link_modules(top, &tools::modules_with("husky@4.3.8"));
        let file = top.join("package.json");
        let start = r#"{"husky": {"hooks": {"pre-commit": "true"}}}"#;
        fs::write(&file, start).unwrap();
        fs::write(file, printed(&HUSKY_4, world, top)).unwrap();
    },
    install: |world, top| {
        // As npm runs its install script.
        let directory = top.join("node_modules/husky");
        let mut command = world.command(&directory, "node");
        command.args(["husky.js", "install"]).env("INIT_CWD", top);
        let run = Run::of(command.env("npm_config_user_agent", "npm/11.0.0 node/v22")).exits(0);
        assert!(run.stdout.contains("Done"), "{}", run.stdout);
    },
    ..SIMPLE_GIT_HOOKS
};
const HUSKY_8: Manager = Manager {
    configure: |world, top| {
        link_modules(top, &tools::modules_with("husky@8.0.3"));
        let commands = printed(&HUSKY_8, world, top);
        world.run(top, "sh", &["-ec", &commands]).exits(0);
    },
    install: |world, top| drop(world.run(top, "npx", &["husky", "install"]).exits(0)),
    ..HUSKY
};
const VITE_PLUS: Manager = Manager {
    name: "Vite+",
    configure: |world, top| {
        link_modules(top, &tools::modules_with("vite-plus@1.6.0"));
        fs::write(top.join("package.json"), r#"{"name": "x"}"#).unwrap();
        let commands = printed(&VITE_PLUS, world, top);
        world.run(top, "sh", &["-ec", &commands]).exits(0);
    },
    install: |world, top| drop(world.run(top, "npx", &["vp", "config"]).exits(0)),
    ..HUSKY
};

fn flows() -> Vec<Flow> {
    let mut flows: Vec<Flow> = vec![("message", message), PUSHES[0]];
    for flow in FLOWS {
        if ["commit", "clean merge", "missing program"].contains(&flow.0) {
            flows.push(*flow);
        }
    }
    flows
}

#[test]
#[ignore = "fetches husky 4"]
fn husky_4_guards_by_the_lines_and_doctor_does_not_vouch_for_it() {
    super::drive(&HUSKY_4, &flows());
    let world = World::new(&HUSKY_4);
    let run = world.run(&world.repo(), "phguard", &["doctor"]).exits(2);
    assert!(!run.stdout.contains("✓ pre-commit"), "{}", run.stdout);
}

#[test]
#[ignore = "fetches husky 8"]
fn husky_8_guards_by_the_lines_and_is_proven() {
    super::drive(&HUSKY_8, &flows());
    super::drive(&HUSKY_8, &[("known", is_known)]);
    let world = World::new(&HUSKY_8);
    let script = world.repo().join(".husky/_/husky.sh");
    let text = fs::read_to_string(&script).unwrap();
    fs::write(&script, format!("{text}exit 0\n")).unwrap();
    let hook = world.repo().join(".husky/pre-commit");
    let lines = fs::read_to_string(&hook).unwrap();
    let source = ". \"$(dirname -- \"$0\")/_/husky.sh\"";
    fs::write(&hook, format!("#!/usr/bin/env sh\n{source}\n{lines}")).unwrap();
    world.run(&world.repo(), "phguard", &["doctor"]).exits(2);
}

#[test]
#[ignore = "fetches Vite+"]
fn vite_plus_guards_by_the_lines_and_is_proven() {
    super::drive(&VITE_PLUS, &flows());
    super::drive(&VITE_PLUS, &[("known", is_known)]);
    for (what, change) in CHANGES {
        let world = World::new(&VITE_PLUS);
        let variables = change(&world.repo());
        let mut command = world.command(&world.repo(), "phguard");
        let run = Run::of(command.arg("doctor").envs(variables.iter().copied()));
        assert_eq!(run.code, Some(2), "{what}: {}", run.stdout);
    }
}

type Variables = &'static [(&'static str, &'static str)];

/// Something that keeps the call of Vite+ from running, and how to do it.
type Change = (&'static str, fn(&Path) -> Variables);

const CHANGES: &[Change] = &[
    ("an edited script", |top| {
        let script = top.join(".vite-hooks/_/h");
        let text = fs::read_to_string(&script).unwrap();
        fs::write(script, text.replace("exit $c", "exit 0")).unwrap();
        &[]
    }),
    ("a switch", |_| &[("VP_GIT_HOOKS", "0")]),
    ("husky's switch", |_| &[("HUSKY", "0")]),
];

/// The lines name every event, and a hook that was there still runs.
#[test]
#[ignore = "fetches husky 4"]
fn husky_4_still_runs_what_it_ran() {
    let world = World::without_hooks(&HUSKY_4);
    let top = world.repo();
    link_modules(&top, &tools::modules_with("husky@4.3.8"));
    let text =
        r#"{"husky": {"hooks": {"pre-commit": "echo LINT >>ran && phguard hook pre-commit"}}}"#;
    fs::write(top.join("package.json"), text).unwrap();
    world.install(&top);
    let arguments = ["install", "--event", &EVENTS.join(",")];
    world.run(&top, "phguard", &arguments).exits(2);
    world.stage(&top, "a", "one\n");
    world.makes(&top, || world.git(&top, ["commit", "-m", "none"]));
    assert_eq!(fs::read_to_string(top.join("ran")).unwrap(), "LINT\n");
}
