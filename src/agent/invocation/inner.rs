//! Commands that a package runner, a container or a loader of settings starts.

/// Boolean options of `docker run` and its kin; all others take a value.
const CONTAINER_FLAGS: [&str; 16] = [
    "--rm",
    "--init",
    "--privileged",
    "--detach",
    "--interactive",
    "--tty",
    "--read-only",
    "--publish-all",
    "--no-healthcheck",
    "--no-deps",
    "--quiet",
    "--build",
    "--service-ports",
    "--use-aliases",
    "--no-TTY",
    "--all",
];

/// Returns the command that a program starts: `eslint a.js` for `npx eslint a.js`.
pub(super) fn inner_command(program: &str, arguments: &[String]) -> Option<Vec<String>> {
    let start = match program {
        "npx" | "bunx" | "pnpx" | "uvx" => {
            first_plain(arguments, 0, &["-p", "--package", "--from", "--with"])?
        }
        "npm" | "pnpm" | "yarn" | "bun" => {
            let place = position_of_any(arguments, &["exec", "dlx", "x"])?;
            first_plain(arguments, place + 1, &["-p", "--package"])?
        }
        "poetry" | "uv" | "pipenv" | "pdm" | "hatch" | "rye" | "conda" | "mamba" | "op"
        | "doppler" | "foreman" | "honcho" | "chamber" | "infisical" => {
            let place = position_of_any(arguments, &["run", "start", "exec"])?;
            first_plain(
                arguments,
                place + 1,
                &[
                    "--env-file",
                    "-e",
                    "-n",
                    "--name",
                    "--project",
                    "-p",
                    "--with",
                ],
            )?
        }
        "bundle" | "mise" | "asdf" | "rbenv" | "pyenv" => {
            let place = position_of_any(arguments, &["exec", "x"])?;
            first_plain(arguments, place + 1, &[])?
        }
        "direnv" => {
            let place = position_of_any(arguments, &["exec"])?;
            place + 2
        }
        "dotenv" | "dotenvx" | "env-cmd" => {
            let start = first_plain(
                arguments,
                0,
                &["-e", "-f", "--file", "-p", "-v", "-r", "--env-file"],
            )?;
            let runs = arguments.get(start).is_some_and(|word| word == "run");
            first_plain(
                arguments,
                start + usize::from(runs),
                &["-e", "-f", "--env-file", "-v"],
            )?
        }
        "docker" | "podman" | "nerdctl" | "docker-compose" => container_command(arguments)?,
        "kubectl" | "oc" => position_of_any(arguments, &["--"])? + 1,
        _ => return None,
    };
    let words = arguments.get(start..)?.to_vec();
    if words.is_empty() { None } else { Some(words) }
}

fn position_of_any(arguments: &[String], names: &[&str]) -> Option<usize> {
    arguments
        .iter()
        .position(|word| names.contains(&word.as_str()))
}

/// Finds the first word, from a place on, that is neither an option nor the value of one.
fn first_plain(arguments: &[String], from: usize, valued: &[&str]) -> Option<usize> {
    let mut place = from;
    while let Some(word) = arguments.get(place) {
        if word == "--" {
            return Some(place + 1);
        }
        if valued.contains(&word.as_str()) {
            place += 2;
        } else if word.starts_with('-') {
            place += 1;
        } else {
            return Some(place);
        }
    }
    None
}

/// The command behind the image of `run` or the container of `exec`.
fn container_command(arguments: &[String]) -> Option<usize> {
    let mut place = position_of_any(arguments, &["run", "exec"])? + 1;
    while let Some(word) = arguments.get(place) {
        if !word.starts_with('-') {
            return Some(place + 1);
        }
        let is_short_flags = word.strip_prefix('-').is_some_and(|letters| {
            letters
                .chars()
                .all(|c| matches!(c, 'd' | 'i' | 't' | 'P' | 'q' | 'T'))
        });
        let stands_alone =
            word.contains('=') || is_short_flags || CONTAINER_FLAGS.contains(&word.as_str());
        place += if stands_alone { 1 } else { 2 };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::inner_command;

    fn inner(line: &str) -> String {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let inner = inner_command(&words[0], &words[1..]);
        inner.unwrap_or_default().join(" ")
    }

    #[test]
    fn the_command_behind_a_runner_is_found() {
        for (line, command) in [
            ("npx eslint a.js", "eslint a.js"),
            ("npx -p x dotenv -e .env", "dotenv -e .env"),
            ("pnpm exec tsc -p .", "tsc -p ."),
            ("npm test", ""),
            ("poetry run env", "env"),
            ("dotenv -e .env -- printenv A", "printenv A"),
            ("dotenvx run -f .env -- env", "env"),
            (
                "docker run --rm -it --env-file .env -v a:b alpine env",
                "env",
            ),
            ("docker run --env-file=.env image", ""),
            ("docker compose exec web sh -c env", "sh -c env"),
            ("docker ps", ""),
            ("kubectl exec pod -- env", "env"),
        ] {
            assert_eq!(inner(line), command, "{line}");
        }
    }
}
