//! The managers, each set up by the example that the README shows.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::tools;
use super::world::World;
use crate::sandbox::symlink;

pub struct Manager {
    pub name: &'static str,
    /// Writes the configuration that is committed.
    pub configure: fn(&World, &Path),
    /// The commands that everybody runs once after cloning.
    pub install: fn(&World, &Path),
    pub environment: fn(&mut Command),
    /// Whether a linked work tree has the hooks of its repository without an installation.
    pub covers_linked_work_trees: bool,
}

pub const PRE_COMMIT: Manager = Manager {
    name: "pre-commit",
    configure: |_, top| configure_framework(top, "phguard-system"),
    install: |world, top| {
        drop(
            world
                .run(top, tools::python().join("pre-commit"), &["install"])
                .exits(0),
        );
    },
    environment: |_| {},
    covers_linked_work_trees: true,
};

pub const PREK: Manager = Manager {
    name: "prek",
    install: |world, top| {
        drop(
            world
                .run(top, tools::python().join("prek"), &["install"])
                .exits(0),
        );
    },
    ..PRE_COMMIT
};

pub const HUSKY: Manager = Manager {
    name: "husky",
    configure: |world, top| {
        link_node_modules(top);
        fs::create_dir(top.join(".husky")).unwrap();
        world
            .run(top, "sh", &["-ec", &example("husky.sh")])
            .exits(0);
    },
    install: |world, top| drop(world.run(top, "npx", &["husky"]).exits(0)),
    environment: |_| {},
    // Its directory .husky/_ is not committed.
    covers_linked_work_trees: false,
};

pub const LINT_STAGED: Manager = Manager {
    name: "husky with lint-staged",
    configure: |world, top| {
        (HUSKY.configure)(world, top);
        fs::write(
            top.join("package.json"),
            r#"{"lint-staged": {"*": "true"}}"#,
        )
        .unwrap();
        fs::write(top.join(".husky/pre-commit"), example("lint-staged.sh")).unwrap();
    },
    ..HUSKY
};

pub const LEFTHOOK: Manager = Manager {
    name: "lefthook",
    configure: |_, top| {
        link_node_modules(top);
        fs::write(top.join("lefthook.yml"), example("lefthook.yml")).unwrap();
    },
    install: |world, top| drop(world.run(top, "npx", &["lefthook", "install"]).exits(0)),
    environment: |_| {},
    covers_linked_work_trees: true,
};

pub const SIMPLE_GIT_HOOKS: Manager = Manager {
    name: "simple-git-hooks",
    configure: |_, top| {
        link_node_modules(top);
        fs::write(top.join("package.json"), example("simple-git-hooks.json")).unwrap();
    },
    install: |world, top| drop(world.run(top, "npx", &["simple-git-hooks"]).exits(0)),
    environment: |_| {},
    covers_linked_work_trees: true,
};

pub fn example(name: &str) -> String {
    fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("packaging/examples")
            .join(name),
    )
    .unwrap()
}

/// The example's configuration with the hooks of this source tree.
pub fn configure_framework(top: &Path, id: &str) {
    let text = example("pre-commit-config.yaml");
    let home = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("- repo: "))
        .unwrap();
    let here = format!("file://{}", tools::source_repository().display());
    let text = text
        .replace(home, &here)
        .replace("- id: phguard\n", &format!("- id: {id}\n"));
    assert!(
        text.contains(&format!("rev: v{}\n", env!("CARGO_PKG_VERSION"))) && text.contains(id),
        "{text}"
    );
    fs::write(top.join(".pre-commit-config.yaml"), text).unwrap();
}

pub fn link_node_modules(top: &Path) {
    link_modules(top, &tools::node_modules());
}

pub fn link_modules(top: &Path, modules: &Path) {
    symlink(modules, top.join("node_modules"));
    fs::write(top.join(".gitignore"), "node_modules\n").unwrap();
}
