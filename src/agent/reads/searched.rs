//! Files whose lines a search prints, and files whose names come through a pipe.

use super::{Listing, Search, Shown, Source, input_files};
use crate::agent::invocation::{Invocation, Invocations};

/// The standard input of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// Another program's output or a file.
    Given,
    /// Nothing that is known.
    None,
}

/// Returns the files whose lines a search prints.
pub(super) fn shown_by_search(
    search: &Search,
    invocation: &Invocation,
    all: &Invocations,
) -> Vec<Shown> {
    let is_fed = invocation.takes_names
        || !invocation.inputs.is_empty()
        || invocation.input_text.is_some()
        || invocation.is_piped;
    let mut shown = Vec::new();
    if search.is_quiet {
        return shown;
    }
    let mut places = input_files(invocation);
    places.extend(piped_names(invocation, all));
    for mut place in places {
        place.search = Some(search.clone());
        shown.push(place);
    }
    let input = if is_fed { Input::Given } else { Input::None };
    shown.extend(searched_files(search, input));
    shown
}

/// The files that a search is given, and those below its directories.
pub(super) fn searched_files(search: &Search, input: Input) -> Vec<Shown> {
    let mut shown = Vec::new();
    if search.is_quiet {
        return shown;
    }
    let mut paths = search.paths.clone();
    if paths.is_empty() && search.listing.is_some() && input == Input::None {
        paths.push(".".into());
    }
    for path in paths {
        if let Some(listing) = search.listing {
            shown.push(Shown {
                source: Source::Below(path.clone(), listing),
                search: Some(search.clone()),
            });
        }
        shown.push(Shown {
            source: Source::Named(path),
            search: Some(search.clone()),
        });
    }
    shown
}

/// The files whose names come out of the pipe in front of `xargs`: those that the words before it
/// name, and else any below the directory.
pub(super) fn piped_names(invocation: &Invocation, all: &Invocations) -> Vec<Shown> {
    let mut shown = Vec::new();
    if !invocation.takes_names {
        return shown;
    }
    let before: Vec<&Invocation> = all
        .list
        .iter()
        .take_while(|other| !std::ptr::eq(*other, invocation))
        .filter(|other| other.pipeline == invocation.pipeline)
        .collect();
    let listed_by_git = before
        .iter()
        .any(|other| matches!(other.program.as_str(), "git" | "rg" | "fd"));
    let listing = if listed_by_git {
        Listing::Visible
    } else {
        Listing::Everything
    };
    let mut names_pattern = false;
    for other in &before {
        let mut words = other.arguments.iter();
        while let Some(word) = words.next() {
            let is_pattern = matches!(word.as_str(), "-name" | "-iname" | "-path" | "-wholename");
            let pattern = match is_pattern {
                true => words.next(),
                false => Some(word).filter(|word| word.contains('*')),
            };
            if let Some(pattern) = pattern {
                names_pattern = true;
                shown.push(Shown::whole(Source::Named(format!("**/{pattern}"))));
            }
        }
    }
    if !names_pattern {
        shown.push(Shown::whole(Source::Below(".".into(), listing)));
    }
    shown
}

/// Returns the searches behind a program in its pipeline: of its output only their lines are shown.
#[must_use]
pub fn searches_behind(place: usize, all: &Invocations) -> Vec<Search> {
    let mut filters = Vec::new();
    let Some(invocation) = all.list.get(place) else {
        return filters;
    };
    for later in &all.list[place + 1..] {
        if later.pipeline != invocation.pipeline {
            continue;
        }
        if let Some(search) = Search::of(&later.program, &later.arguments)
            && search.paths.is_empty()
            && !search.may_show_others()
        {
            filters.push(search);
        }
    }
    filters
}
