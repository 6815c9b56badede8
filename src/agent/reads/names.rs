//! Filters that keep only the names of variables.

/// Tells whether a program keeps only the names before the equals signs.
#[must_use]
pub fn shows_names_only(program: &str, arguments: &[String]) -> bool {
    let text = arguments.join(" ");
    match program {
        "cut" => {
            let text = text.replace("-d ", "-d").replace("-f ", "-f");
            text.contains("-d=") && text.split(' ').any(|word| word == "-f1")
        }
        "sed" => replaces_values(arguments),
        "awk" | "gawk" | "mawk" => {
            text.contains("-F=")
                && (text.contains("{print $1}") || text.contains("{ print $1 }"))
                && !text.contains(',')
        }
        _ => false,
    }
}

/// `sed 's/=.*/=***/'` and no other script.
fn replaces_values(arguments: &[String]) -> bool {
    let scripts = arguments
        .iter()
        .filter(|word| word.starts_with("s/") || *word == "-e");
    if scripts.count() != 1 {
        return false;
    }
    arguments.iter().any(|script| {
        script.starts_with("s/=.*/")
            && script.trim_end_matches('g').ends_with('/')
            && !script.contains(['&', '\\', ';', '\n'])
    })
}
