//! The clean-up of a history that docs/leaked.md shows, with the real git-filter-repo.

use std::fs;
use std::path::Path;

use crate::sandbox::keys::{ERAS, phx, random_bytes};
use crate::sandbox::{PHGUARD, Run, Sandbox, symlink};

/// The commands of the block that starts with a mirror clone.
fn recipe() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/leaked.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, block) = page.split_once("   git clone --mirror").unwrap();
    let (block, _) = block.split_once("   ```").unwrap();
    format!("git clone --mirror{block}")
}

#[test]
#[ignore = "needs git-filter-repo"]
fn the_recipe_leaves_nothing_that_the_history_still_finds() {
    let sandbox = Sandbox::new();
    let keys = [phx(), ERAS[4].key(&random_bytes(7, 35))];
    let encoded = Run::of(
        sandbox
            .command("sh")
            .args(["-c", &format!("printf %s {} | base64 -w0", keys[0])]),
    );
    sandbox.stage("a", format!("one = {}\ntwo = {}\n", keys[0], keys[1]));
    sandbox.stage("secret.yaml", format!("key: {}\n", encoded.stdout));
    sandbox.commit_unchecked(&format!("Use {}", keys[1]));
    sandbox.git(["rm", "-q", "a"]);
    sandbox.commit_unchecked("out");
    sandbox.git(["tag", "-a", "-m", &format!("with {}", keys[0]), "v1"]);
    sandbox.git(["clone", "-q", "--bare", ".", "../server.git"]);
    let server = sandbox.root().join("server.git");
    let bin = sandbox.root().join("bin");
    fs::create_dir(&bin).unwrap();
    symlink(PHGUARD, bin.join("phguard"));
    fs::write(sandbox.root().join("keys"), keys.join(" ") + "\n").unwrap();

    let script = recipe().replace("URL", server.to_str().unwrap());
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let mut command = sandbox.command("bash");
    command
        .args(["-e", "-c", &script])
        .env("PATH", path)
        .current_dir(sandbox.root())
        .stdin(fs::File::open(sandbox.root().join("keys")).unwrap());
    let run = Run::of(&mut command).exits(0);
    assert!(run.stdout.contains("no secret key"), "{}", run.stdout);

    sandbox.git(["clone", "-q", "--mirror", "../server.git", "../again.git"]);
    let mut command = sandbox.command(PHGUARD);
    command
        .arg("--history")
        .current_dir(sandbox.root().join("again.git"));
    Run::of(&mut command).exits(0);
}
