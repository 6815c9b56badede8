//! The texts in which keys travel. `{KEY}` is where the key goes.

/// A name for the failure message, and the text.
pub(crate) type Carrier = (&'static str, &'static str);

pub(crate) const CARRIERS: &[Carrier] = &[
    ("alone", "{KEY}"),
    (".env", "DEBUG=1\nPOSTHOG_PERSONAL_API_KEY={KEY}\nPORT=80\n"),
    (".env with quotes", "POSTHOG_API_KEY=\"{KEY}\"\n"),
    ("export", "export POSTHOG_CLI_TOKEN='{KEY}'"),
    ("Windows set", "set POSTHOG_API_KEY={KEY}\r\n"),
    ("PowerShell", "$env:POSTHOG_API_KEY = \"{KEY}\"\r\n"),
    (
        "JSON",
        "{\n  \"personalApiKey\": \"{KEY}\",\n  \"host\": \"https://eu.posthog.com\"\n}\n",
    ),
    (
        "JSON inside a JSON string",
        r#"{"body":"{\"token\":\"{KEY}\",\"id\":1}"}"#,
    ),
    (
        "JSON three deep",
        r#"{"a":"{\"b\":\"{\\\"token\\\":\\\"{KEY}\\\"}\"}"}"#,
    ),
    (
        "credentials.json",
        r#"{"host":"https://us.posthog.com","token":"{KEY}","env_id":"1"}"#,
    ),
    (
        "MCP settings",
        "\"headers\": {\"Authorization\": \"Bearer {KEY}\"}\n",
    ),
    ("YAML", "posthog:\n  secret_key: {KEY} # the server's\n"),
    ("YAML flow", "posthog: {secret_key: {KEY}, host: eu}\n"),
    (
        "docker-compose",
        "    environment:\n      - POSTHOG_SECRET_KEY={KEY}\n",
    ),
    (
        "GitHub Actions",
        "        env:\n          POSTHOG_CLI_API_KEY: '{KEY}'\n",
    ),
    (
        "Kubernetes stringData",
        "kind: Secret\nstringData:\n  key: {KEY}\n",
    ),
    (
        "Helm values",
        "posthog.secretKey={KEY},posthog.enabled=true",
    ),
    ("TOML", "[posthog]\nsecret_key = \"{KEY}\"\n"),
    (
        "Terraform",
        "provider \"posthog\" {\n  api_key = \"{KEY}\"\n}\n",
    ),
    ("INI", "[posthog]\nkey={KEY}\n; end\n"),
    (".properties", "posthog.secret-key: {KEY}\n"),
    ("XML element", "<SecretKey>{KEY}</SecretKey>"),
    (
        "XML attribute",
        "<add key=\"PostHog:SecretKey\" value=\"{KEY}\" />",
    ),
    ("plist", "<key>POSTHOG_KEY</key>\n<string>{KEY}</string>\n"),
    ("HTML", "<input type=hidden name=key value={KEY}><p>"),
    (
        "Markdown link",
        "see [flags](https://app.posthog.com/api/flags?token={KEY}) for",
    ),
    ("Markdown code", "Use `{KEY}` as the key."),
    ("Markdown table", "| key |\n|---|\n|{KEY}|\n"),
    (
        "curl",
        "curl -H \"Authorization: Bearer {KEY}\" https://us.posthog.com/api/users/@me/",
    ),
    ("curl -u", "curl -u {KEY}: https://us.posthog.com/api/\n"),
    (
        "URL query",
        "https://us.posthog.com/api/projects/?personal_api_key={KEY}&limit=1",
    ),
    (
        "URL path",
        "GET /api/keys/{KEY}/roll HTTP/1.1\r\nHost: us.posthog.com\r\n\r\n",
    ),
    ("URL user", "https://{KEY}@eu.posthog.com/api"),
    ("URL fragment", "https://eu.posthog.com/login#{KEY}#"),
    (
        "Python",
        "posthog = Posthog('x', personal_api_key='{KEY}')\n",
    ),
    ("Python bytes", "KEY = b\"{KEY}\"\n"),
    (
        "JavaScript",
        "const client = new PostHog(token, {secretKey:'{KEY}'})\n",
    ),
    ("TypeScript", "const KEY: string = \"{KEY}\" as const;\n"),
    ("template string", "const header = `Bearer ${x}{KEY}`;\n"),
    ("template tail", "fetch(`/api?key={KEY}${rest}`)\n"),
    (
        "Ruby",
        "PostHog::Client.new({ personal_api_key: %q({KEY}) })\n",
    ),
    (
        "Go",
        "client, _ := posthog.NewWithConfig(\"x\", posthog.Config{PersonalApiKey: `{KEY}`})\n",
    ),
    ("Rust", "const KEY: &str = r#\"{KEY}\"#;\n"),
    (
        "PHP",
        "PostHog::init('x', ['personal_api_key' => '{KEY}']);\n",
    ),
    ("Elixir", "config :posthog, secret_key: ~s({KEY})\n"),
    ("C#", "options.SecretKey = @\"{KEY}\";\n"),
    ("Swift interpolation", "\"Bearer \\({KEY})\""),
    ("Lisp", "(setq posthog-key '{KEY})\n"),
    (
        "HAR",
        r#"{"name":"authorization","value":"Bearer {KEY}"},{"name":"accept","value":"*/*"}"#,
    ),
    (
        "Jupyter",
        "   \"source\": [\n    \"client = Posthog('{KEY}')\\n\",\n    \"client.flush()\"\n   ]\n",
    ),
    (
        "source map",
        r#"{"version":3,"sourcesContent":["const k=\"{KEY}\";\nexport default k"],"mappings":"AAAA"}"#,
    ),
    (
        "minified",
        "!function(e){var t=\"{KEY}\",n=e(1);e.exports=t+n}([function(){}]);",
    ),
    (
        "shell history",
        ": 1756000000:0;posthog-cli login --token {KEY}\n",
    ),
    ("SQL", "INSERT INTO config VALUES (1,'{KEY}',NULL);\n"),
    ("CSV", "id,key,name\n1,{KEY},ci\n"),
    ("TSV", "1\t{KEY}\tci\n"),
    (
        "log",
        "2026-09-01T10:00:00Z INFO auth: key={KEY}: accepted\n",
    ),
    ("log in brackets", "[worker-1] [{KEY}] accepted\n"),
    (
        "diff",
        "--- a/.env\n+++ b/.env\n@@ -1 +1 @@\n-KEY=\n+KEY={KEY}\n",
    ),
    (
        "diff of the bare line",
        "@@ -0,0 +1 @@\n+{KEY}\n\\ No newline at end of file\n",
    ),
    (
        "Dockerfile",
        "FROM node\nENV POSTHOG_SECRET_KEY {KEY}\nRUN make\n",
    ),
    ("Makefile", "deploy:\n\tKEY={KEY} ./deploy\n"),
    ("snake case", "foo_{KEY}_bar"),
    ("kebab case", "backup-{KEY}-2026.tar"),
    ("file name", "dumps/{KEY}.json"),
    ("LaTeX", "\\texttt{{KEY}}\\\\\n"),
    ("C comment", "/*{KEY}*/"),
    ("regular expression", "^{KEY}$"),
    ("German prose", "der Schlüssel „{KEY}“ gehört uns"),
    ("Chinese prose", "密钥是{KEY}。"),
    ("glued letters", "é{KEY}é"),
    ("binary", "\u{0}\u{1}\u{0}{KEY}\u{0}\u{7f}"),
];

/// Escapes that end in a letter or digit: what stands left of the key belongs to the escape.
pub(crate) const LEFT_ESCAPES: &[&str] = &[
    "\\n", "\\t", "\\r\\n", "%20", "%3D", "%3d", "%22", "%0A", "\\x22", "\\u0022", "\\u003d",
    "\\u003D",
];

/// The text of a carrier before the key and behind it.
pub(crate) fn split(text: &'static str) -> (&'static str, &'static str) {
    text.split_once("{KEY}")
        .expect("a carrier has a place for the key")
}

#[test]
fn a_carrier_has_one_place_for_the_key_and_a_name_of_its_own() {
    for (i, (name, text)) in CARRIERS.iter().enumerate() {
        assert_eq!(text.matches("{KEY}").count(), 1, "{name}");
        assert!(
            CARRIERS[i + 1..].iter().all(|(other, _)| other != name),
            "{name}"
        );
    }
}
