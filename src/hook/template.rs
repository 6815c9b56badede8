//! The template directory: git copies it into every repository that is made or cloned from then on.
//! It serves every version of git and, unlike core.hooksPath, switches no other hook off.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Event;
use super::install::{self, Installed, Manners};
use super::managers::Manager;
use super::place::{Owner, Place};
use super::program::Program;
use super::uninstall::{self, Uninstalled};
use crate::failure::{failed, refused};
use crate::git::{WorkTree, path_of};

const SETTING: &str = "init.templateDir";
/// The directory for the copy of git's own template while it is made.
const MAKING: &str = ".phguard-making";
/// Everything that git's own template may hold.
const GITS_OWN: [&str; 4] = ["branches", "description", "hooks", "info"];

/// Puts the hooks of these events into the user's template directory. If there is none, one is
/// made that has everything that git's own template has.
///
/// # Errors
/// A hook manager's hook is in the way, or something cannot be written.
pub fn install(events: &[Event], program: &Program, manners: Manners) -> Result<Vec<Installed>> {
    let (template, is_set) = match configured_template()? {
        Some(template) => (template, true),
        None => (own_directory()?, false),
    };
    if !template.is_dir() {
        let made = make_template(&template);
        made.map_err(|e| not_written(&template, e))?;
    }
    let hooks = template.join("hooks");
    for event in events {
        let hook = hooks.join(event.name());
        if let Ok(text) = fs::read(&hook)
            && let Some(manager) = Manager::that_wrote(&text)
        {
            let what = format!("{} is {}'s", hook.display(), manager.name());
            return Err(refused(what, "Name phguard in its configuration instead."));
        }
    }
    let place = Place {
        directory: hooks,
        owner: Owner::Repository,
    };
    let installed = install::install_into(&template, &place, events, program, manners)?;
    if !is_set {
        let set = current_tree().run(&[
            "config".as_ref(),
            "--global".as_ref(),
            SETTING.as_ref(),
            template.as_os_str(),
        ]);
        set.map_err(|e| failed("git's configuration cannot be written", LOOK, e))?;
    }
    Ok(installed)
}

/// Removes the hooks from the template directory, and the directory itself if phguard made it and
/// nobody added to it. Repositories that have a copy keep it.
///
/// # Errors
/// Something was edited, or cannot be removed.
pub fn uninstall(force: bool) -> Result<Vec<Uninstalled>> {
    let Some(template) = configured_template()? else {
        return Ok(Vec::new());
    };
    let removed = uninstall::uninstall_from(&template.join("hooks"), force)?;
    if own_directory().is_ok_and(|own| own == template) && is_untouched(&template) {
        let unset = current_tree().run(&["config", "--global", "--unset", SETTING]);
        unset.map_err(|e| failed("git's configuration cannot be written", LOOK, e))?;
        fs::remove_dir_all(&template).map_err(|e| not_written(&template, e.into()))?;
        // Only if it is empty.
        template.parent().map(fs::remove_dir);
    }
    Ok(removed)
}

/// Returns the hooks of phguard in the template directory. They stay when a repository is freed of its own.
///
/// # Errors
/// Git's configuration or a hook cannot be read.
pub(super) fn installed_hooks() -> Result<Vec<PathBuf>> {
    let mut installed = Vec::new();
    let Some(template) = configured_template()? else {
        return Ok(installed);
    };
    for event in Event::ALL {
        let hook = template.join("hooks").join(event.name());
        if uninstall::block_at(&hook)?.is_some() {
            installed.push(hook);
        }
    }
    Ok(installed)
}

const LOOK: &str = "`git config --list --show-origin` shows where it is set";

/// The template directory that is set for the user, or for the machine.
fn configured_template() -> Result<Option<PathBuf>> {
    for scope in ["--global", "--system"] {
        let arguments = [scope, "--type=path", "--get", SETTING];
        let values = current_tree().config_values(&arguments);
        let mut values =
            values.map_err(|e| failed("git's configuration cannot be read", LOOK, e))?;
        if let Some(value) = values.pop() {
            return path_of(&value).map(Some);
        }
    }
    Ok(None)
}

fn own_directory() -> Result<PathBuf> {
    if let Some(data) = env::var_os("XDG_DATA_HOME").filter(|data| Path::new(data).is_absolute()) {
        return Ok(Path::new(&data).join("phguard/template"));
    }
    match env::home_dir() {
        Some(home) if home.is_absolute() => Ok(home.join(".local/share/phguard/template")),
        _ => Err(refused(
            "there is no home directory for the template",
            format!("Set one: git config --global {SETTING} PATH"),
        )),
    }
}

/// Makes a template with all of git's own: git is asked to make a repository with it.
fn make_template(template: &Path) -> Result<()> {
    let making = template.with_file_name(MAKING);
    fs::create_dir_all(&making)?;
    let made = WorkTree::at(&making).run(&["init", "-q", "--bare", "."]);
    let copied = made.and_then(|_| {
        fs::create_dir_all(template)?;
        for name in GITS_OWN {
            let from = making.join(name);
            if from.exists() {
                fs::rename(from, template.join(name))?;
            }
        }
        Ok(())
    });
    fs::remove_dir_all(&making)?;
    copied
}

/// Tells whether the template holds nothing but the files of git's own.
fn is_untouched(template: &Path) -> bool {
    let has_only = |directory: &Path, is_expected: fn(&str) -> bool| match fs::read_dir(directory) {
        Ok(mut entries) => entries.all(|entry| {
            entry.is_ok_and(|entry| entry.file_name().to_str().is_some_and(is_expected))
        }),
        Err(error) => error.kind() == ErrorKind::NotFound,
    };
    has_only(template, |name| GITS_OWN.contains(&name))
        && has_only(&template.join("hooks"), |name| name.ends_with(".sample"))
        && has_only(&template.join("info"), |name| name == "exclude")
        && has_only(&template.join("branches"), |_| false)
}

fn current_tree() -> WorkTree {
    WorkTree::at(Path::new("."))
}

fn not_written(path: &Path, error: anyhow::Error) -> anyhow::Error {
    let what = format!("{} cannot be written", path.display());
    failed(what, "Its permissions may not allow it.", error)
}
