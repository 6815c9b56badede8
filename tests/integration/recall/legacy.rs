//! Personal keys from before 2021-06-23: 43 characters of base64url and no prefix. The public
//! project tokens of that time have the same shape, so the name beside it decides.

use phguard::detect::{Detector, Hit, Shape};
use phguard::key::Fingerprint;

use super::carriers::split;
use super::encodings::Alphabet;
use crate::sandbox::keys::random_bytes;

/// The value of a personal-key name.
const PERSONAL: &[&str] = &[
    "POSTHOG_PERSONAL_API_KEY={KEY}\n",
    "POSTHOG_PERSONAL_API_KEY='{KEY}'",
    "export POSTHOG_PERSONAL_API_KEY=\"{KEY}\"",
    "set POSTHOG_PERSONAL_API_KEY={KEY}\r\n",
    "$env:POSTHOG_PERSONAL_API_KEY = \"{KEY}\"",
    "MY_POSTHOG_PERSONAL_API_KEY_PROD={KEY}",
    "ENV POSTHOG_PERSONAL_API_KEY {KEY}",
    "docker run -e POSTHOG_PERSONAL_API_KEY={KEY} app",
    "fly secrets set POSTHOG_PERSONAL_API_KEY={KEY}",
    "process.env.POSTHOG_PERSONAL_API_KEY = '{KEY}'",
    "os.environ[\"POSTHOG_PERSONAL_API_KEY\"] = \"{KEY}\"",
    "ENV['POSTHOG_PERSONAL_API_KEY'] ||= '{KEY}'",
    "  \"personalApiKey\": \"{KEY}\",",
    "{\"host\":\"https://eu.posthog.com\",\"personal_api_key\":\"{KEY}\",\"x\":1}",
    "{\"body\":\"{\\\"personal_api_key\\\":\\\"{KEY}\\\"}\"}",
    "personal_api_key: {KEY}",
    "  personalApiKey: '{KEY}' # ours",
    "- {name: POSTHOG_PERSONAL_API_KEY, value: {KEY}}",
    "personal_api_key = \"{KEY}\"",
    "posthog.personal-api-key={KEY}",
    "X-PostHog-Personal-API-Key: {KEY}",
    "curl -H 'X-PostHog-Personal-API-Key: {KEY}' https://app.posthog.com",
    "https://app.posthog.com/api/feature_flag/?personal_api_key={KEY}&limit=1",
    "Posthog('x', personal_api_key='{KEY}')",
    "personal_api_key: str = \"{KEY}\"",
    "new PostHog('x', { personalApiKey: '{KEY}' })",
    "const personalApiKey: string = `{KEY}`;",
    "{ personal_api_key: '{KEY}', on_error: proc {} }",
    ":personal_api_key => '{KEY}'",
    "'personal_api_key' => '{KEY}',",
    "posthog.Config{PersonalApiKey: \"{KEY}\"}",
    "options.PersonalApiKey = \"{KEY}\";",
    "<PersonalApiKey>{KEY}</PersonalApiKey>",
    "<add key=\"PostHog:PersonalApiKey\" value=\"{KEY}\" />",
    "+POSTHOG_PERSONAL_API_KEY={KEY}",
    "personalAPIKey: '{KEY}'",
];

/// The value of another name, or of none.
const OTHERS: &[&str] = &[
    "{KEY}",
    "POSTHOG_API_KEY={KEY}",
    "POSTHOG_KEY={KEY}",
    "POSTHOG_PROJECT_API_KEY={KEY}",
    "NEXT_PUBLIC_POSTHOG_KEY={KEY}",
    "NEXT_PUBLIC_POSTHOG_PROJECT_TOKEN={KEY}",
    "VITE_PUBLIC_POSTHOG_KEY={KEY}",
    "posthog.init('{KEY}', {api_host: 'https://app.posthog.com'})",
    "{\"api_key\":\"{KEY}\",\"event\":\"x\"}",
    "{\"token\":\"{KEY}\"}",
    "{\"api_token\":\"{KEY}\",\"project_api_key\":\"\"}",
    "projectApiKey: '{KEY}',",
    "api_key: {KEY}",
    "integrity: sha256-{KEY}=",
    "<script integrity=\"sha256-{KEY}=\">",
    "personal: {KEY}",
    "personal access token {KEY}",
    "api_key_personal_project={KEY}",
    "POSTHOG_PERSONAL_API_KEY=\nPOSTHOG_API_KEY={KEY}\n",
    "POSTHOG_API_KEY={KEY}\nPOSTHOG_PERSONAL_API_KEY=\n",
    "POSTHOG_PERSONAL_API_KEY={KEY}0",
    "POSTHOG_PERSONAL_API_KEY=sha512-0{KEY}",
    "personalApiKey: '', apiKey: '{KEY}'",
    "personal_api_key: null, api_token: \"{KEY}\"",
    "{ apiKey: '{KEY}', personalApiKey: process.env.POSTHOG_PERSONAL_API_KEY }",
    "new PostHog('{KEY}', { personalApiKey: env.POSTHOG_PERSONAL_API_KEY })",
    "Posthog('{KEY}', personal_api_key=os.environ['POSTHOG_PERSONAL_API_KEY'])",
];

/// Names of 43 characters, as code has them beside the name of the key.
const NAMES: &[&str] = &[
    "personal_api_key = get_posthog_personal_api_key_for_background",
    "personalApiKey: getPostHogPersonalApiKeyFromSecretsManagers",
    "personalApiKey: requirePosthogPersonalApiKeyForTheServerRun(env)",
    "PERSONAL_API_KEY = POSTHOG_PERSONAL_API_KEY_FOR_FEATURE_FLAGGE",
    "personal_api_key: arn-aws-secretsmanager-us-east-1-posthog-key",
    "personal_api_key: https://vault.internal.example.com/v1/secret",
    "test_personal_api_key_is_never_sent_to_the_capture_endpoint_v2()",
    "personal_api_key=0123456789abcdef0123456789abcdef0123456789a",
];

fn key(seed: u64) -> String {
    String::from_utf8(Alphabet::UrlSafe.encode(&random_bytes(seed, 32))).unwrap()
}

fn is_right(hits: &[Hit], start: usize, key: &str) -> bool {
    let [hit] = hits else { return false };
    hit.shape == Shape::Whole
        && hit.kind.id == "personal-api-key"
        && hit.span == (start..start + 43)
        && hit.fingerprint == Fingerprint::of(b"", key.as_bytes())
}

#[test]
fn the_value_of_a_personal_key_name_is_found() {
    let detector = Detector::new();
    let missed: Vec<_> = PERSONAL
        .iter()
        .filter(|text| {
            let start = split(text).0.len();
            !(0..100).all(|seed| {
                is_right(
                    &detector.scan(text.replace("{KEY}", &key(seed)).as_bytes()),
                    start,
                    &key(seed),
                )
            })
        })
        .collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn the_value_of_another_name_is_not() {
    let detector = Detector::new();
    let found: Vec<_> = OTHERS
        .iter()
        .filter(|text| {
            (0..100).any(|seed| {
                !detector
                    .scan(text.replace("{KEY}", &key(seed)).as_bytes())
                    .is_empty()
            })
        })
        .collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_name_beside_a_personal_key_name_is_none() {
    let detector = Detector::new();
    let found: Vec<_> = NAMES
        .iter()
        .filter(|text| !detector.scan(text.as_bytes()).is_empty())
        .collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn no_random_key_is_taken_for_a_name() {
    let detector = Detector::new();
    let missed = (1000..51_000).filter(|seed| {
        let text = format!("POSTHOG_PERSONAL_API_KEY={}\n", key(*seed));
        !is_right(&detector.scan(text.as_bytes()), 25, &key(*seed))
    });
    assert_eq!(missed.count(), 0);
}
