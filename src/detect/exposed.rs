//! Names whose values build tools copy into the browser bundle.

use memchr::memmem;

/// The prefixes by which Next.js, Vite, Create React App, Nuxt, Expo, Gatsby, SvelteKit or Astro or
/// Rsbuild, Vue CLI, Angular's `@ngx-env`, Storybook, Laravel Mix, Razzle, RedwoodJS, Snowpack, Plasmo
/// and Taro tell the variables for the browser.
const PREFIXES: [&[u8]; 17] = [
    b"NEXT_PUBLIC_",
    b"VITE_",
    b"REACT_APP_",
    b"NUXT_PUBLIC_",
    b"EXPO_PUBLIC_",
    b"GATSBY_",
    b"NUXT_ENV_",
    b"PUBLIC_",
    b"VUE_APP_",
    b"NG_APP_",
    b"STORYBOOK_",
    b"MIX_",
    b"RAZZLE_",
    b"REDWOOD_ENV_",
    b"SNOWPACK_PUBLIC_",
    b"PLASMO_PUBLIC_",
    b"TARO_APP_",
];

/// Number of bytes before a key in which its name is looked for.
const REACH: usize = 120;

/// The name that the value behind `before` is given, if it is one that every visitor can read.
/// `before` is the text on the line before the value.
#[must_use]
pub fn public_name(before: &[u8]) -> Option<String> {
    let near = &before[before.len().saturating_sub(REACH)..];
    let name = near
        .rsplit(|b| !b.is_ascii_alphanumeric() && *b != b'_')
        .find(|word| word.len() > 3 && *word != b"Bearer")?;
    is_public_name(name).then(|| name.escape_ascii().to_string())
}

/// Tells whether a build tool copies the variable of this name into the browser bundle.
#[must_use]
pub fn is_public_name(name: &[u8]) -> bool {
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// The call that starts PostHog in a browser.
const CALL: &[u8] = b"posthog.init(";

/// Number of bytes at the start of a file in which `use client` is looked for.
const HEAD: usize = 300;

/// Number of bytes at the start of a file in which its imports are looked for.
const IMPORTS: usize = 4000;

/// The ways to import PostHog's library for browsers.
const BROWSER_IMPORTS: [&[u8]; 6] = [
    b"from 'posthog-js",
    b"from \"posthog-js",
    b"require('posthog-js",
    b"require(\"posthog-js",
    b"import('posthog-js",
    b"import(\"posthog-js",
];

/// Tells whether a value stands in code for the browser: in a call of `posthog.init`, or in a file
/// with the directive `use client` or an import of `posthog-js`. `at` is the offset of the value.
#[must_use]
pub fn runs_in_browser(content: &[u8], at: usize) -> bool {
    let near = &content[at.saturating_sub(REACH)..at];
    let call = memmem::rfind(near, CALL);
    if call.is_some_and(|call| !near[call..].contains(&b')')) {
        return true;
    }
    let head = &content[..HEAD.min(content.len())];
    let directives: [&[u8]; 2] = [b"'use client'", b"\"use client\""];
    let imports = &content[..IMPORTS.min(content.len())];
    contains_any(head, &directives) || contains_any(imports, &BROWSER_IMPORTS)
}

fn contains_any(text: &[u8], parts: &[&[u8]]) -> bool {
    parts.iter().any(|part| memmem::find(text, part).is_some())
}

#[cfg(test)]
mod tests {
    use super::{public_name, runs_in_browser};

    #[test]
    fn the_nearest_name_decides() {
        assert_eq!(
            public_name(b"export NEXT_PUBLIC_POSTHOG_KEY=\"").as_deref(),
            Some("NEXT_PUBLIC_POSTHOG_KEY")
        );
        assert_eq!(
            public_name(b"  \"VITE_KEY\" : '").as_deref(),
            Some("VITE_KEY")
        );
        assert_eq!(
            public_name(b"PUBLIC_AUTH: Bearer ").as_deref(),
            Some("PUBLIC_AUTH")
        );
        assert_eq!(public_name(b"VITE_URL=x POSTHOG_PERSONAL_API_KEY="), None);
        assert_eq!(public_name(b"MY_NEXT_PUBLIC_KEY="), None);
        assert_eq!(public_name(b""), None);
    }

    #[test]
    fn code_for_the_browser_is_known_by_its_call_or_its_directive() {
        let in_browser = |text: &str| runs_in_browser(text.as_bytes(), text.len());
        assert!(in_browser("posthog.init('"));
        assert!(in_browser("'use client'\nconst key = '"));
        assert!(in_browser("posthog.init(\n  '"));
        assert!(in_browser(
            "import posthog from 'posthog-js'\nconst key = '"
        ));
        assert!(!in_browser("posthog.init()\nnew PostHog('"));
        assert!(!in_browser("{\"posthog-js\": \"1\"}\n'"));
        assert!(!in_browser("new PostHog('"));
    }
}
