//! Names whose values build tools copy into the browser bundle.

/// The prefixes by which Next.js, Vite, Create React App, Nuxt, Expo, Gatsby, and SvelteKit or
/// Astro tell what is for the browser.
const PREFIXES: [&[u8]; 8] = [
    b"NEXT_PUBLIC_",
    b"VITE_",
    b"REACT_APP_",
    b"NUXT_PUBLIC_",
    b"EXPO_PUBLIC_",
    b"GATSBY_",
    b"NUXT_ENV_",
    b"PUBLIC_",
];

/// How far before a key its name is looked for, in bytes.
const REACH: usize = 120;

/// The name that the value behind `before` is given, if it is one that every visitor can read.
/// `before` is what stands on the line before the value.
#[must_use]
pub fn public_name(before: &[u8]) -> Option<String> {
    let near = &before[before.len().saturating_sub(REACH)..];
    let name = near
        .rsplit(|b| !b.is_ascii_alphanumeric() && *b != b'_')
        .find(|word| word.len() > 3 && *word != b"Bearer")?;
    let is_public = PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    is_public.then(|| name.escape_ascii().to_string())
}

#[cfg(test)]
mod tests {
    use super::public_name;

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
}
