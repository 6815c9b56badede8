//! The wrong kind of key in the wrong place: a warning of `--files` and of doctor, never of the hook.

use phguard::misplaced::{Mistake, hidden_from_github, is_looked_at, warnings_in};

use crate::sandbox::Sandbox;
use crate::sandbox::keys::{phc, phx};

/// The mistakes that a file holds, with their lines.
fn mistakes(path: &str, content: &str) -> Vec<(usize, Mistake)> {
    let warnings = warnings_in(path.as_bytes(), content.as_bytes());
    warnings
        .iter()
        .map(|warning| (warning.line, warning.mistake))
        .collect()
}

#[track_caller]
fn is_told(path: &str, content: &str, mistake: Mistake) {
    let told = mistakes(path, content);
    assert!(
        told.iter().any(|(_, known)| *known == mistake),
        "{path}: {content}: {told:?}"
    );
}

#[track_caller]
fn is_silent(path: &str, content: &str) {
    assert_eq!(mistakes(path, content), [], "{path}: {content}");
}

/// Each framework's prefix, and the way in which its code reads a variable.
const FRAMEWORKS: [(&str, &str, &str); 21] = [
    ("a.ts", "NEXT_PUBLIC_", "process.env.NAME"),
    ("a.ts", "NEXT_PUBLIC_", "process.env['NAME']"),
    ("a.ts", "NEXT_PUBLIC_", "env(\"NAME\")"),
    ("a.vue", "VITE_", "import.meta.env.NAME"),
    ("a.tsx", "VITE_PUBLIC_", "import.meta.env['NAME']"),
    ("a.jsx", "REACT_APP_", "process.env.NAME"),
    ("a.vue", "NUXT_PUBLIC_", "process.env.NAME"),
    ("a.tsx", "EXPO_PUBLIC_", "process.env.NAME"),
    ("a.js", "GATSBY_", "process.env.NAME"),
    ("a.svelte", "PUBLIC_", "env.NAME"),
    ("a.astro", "PUBLIC_", "import.meta.env.NAME"),
    ("a.vue", "VUE_APP_", "process.env.NAME"),
    ("a.ts", "NG_APP_", "import.meta.env.NAME"),
    ("a.js", "STORYBOOK_", "process.env.NAME"),
    ("a.js", "MIX_", "process.env.NAME"),
    ("a.js", "RAZZLE_", "process.env.NAME"),
    ("a.js", "REDWOOD_ENV_", "process.env.NAME"),
    ("a.js", "NUXT_ENV_", "process.env.NAME"),
    ("a.js", "SNOWPACK_PUBLIC_", "import.meta.env.NAME"),
    ("a.ts", "PLASMO_PUBLIC_", "process.env.NAME"),
    ("a.ts", "TARO_APP_", "process.env.NAME"),
];

#[test]
fn a_secret_in_a_public_variable_is_told_in_every_framework() {
    for (path, prefix, read) in FRAMEWORKS {
        for secret in [
            "POSTHOG_PERSONAL_API_KEY",
            "POSTHOG_SECRET_KEY",
            "POSTHOG_PROJECT_SECRET_API_KEY",
        ] {
            let value = read.replace("NAME", &format!("{prefix}{secret}"));
            is_told(path, &format!("const key = {value}\n"), Mistake::PublicName);
        }
        // The name is harmless, the field is not.
        let value = read.replace("NAME", &format!("{prefix}POSTHOG_KEY"));
        for field in [
            "personalApiKey: VALUE",
            "personal_api_key = VALUE",
            "\"secretKey\": VALUE,",
            "personalApiKey:\n  VALUE",
        ] {
            let text = format!(
                "new PostHog(token, {{ {} }})\n",
                field.replace("VALUE", &value)
            );
            is_told(path, &text, Mistake::PublicName);
        }
        // The project token belongs there.
        is_silent(path, &format!("posthog.init({value}, {{ api_host: x }})\n"));
        is_silent(
            path,
            &format!(
                "new PostHog({value}, {{ personalApiKey: process.env.POSTHOG_PERSONAL_API_KEY }})\n"
            ),
        );
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn a_secret_that_a_file_of_variables_or_a_workflow_makes_public_is_told() {
    let name = "POSTHOG_PERSONAL_API_KEY";
    for (path, text) in [
        (
            ".github/workflows/a.yml",
            format!("  NEXT_PUBLIC_{name}: ${{{{ secrets.X }}}}\n"),
        ),
        (
            ".github/workflows/a.yml",
            format!("  NEXT_PUBLIC_POSTHOG_KEY: ${{{{ secrets.{name} }}}}\n"),
        ),
        (".env", format!("VITE_POSTHOG_KEY=${name}\n")),
        ("Dockerfile", format!("ARG NEXT_PUBLIC_{name}\n")),
        (
            "a.svelte",
            format!("import {{ PUBLIC_{name} }} from '$env/static/public'\n"),
        ),
        (
            "next.config.js",
            format!("module.exports = {{\n  env: {{\n    {name}: process.env.{name},\n  }},\n}}\n"),
        ),
        (
            "next.config.ts",
            format!("publicRuntimeConfig: {{ key: process.env.{name} }}\n"),
        ),
        (
            "nuxt.config.ts",
            "runtimeConfig: {\n  public: {\n    posthogPersonalApiKey: ''\n  }\n}\n".into(),
        ),
        (
            "app.config.ts",
            format!("extra: {{ posthog: process.env.{name} }}\n"),
        ),
        (
            "vite.config.ts",
            format!("define: {{ 'process.env.{name}': x }}\n"),
        ),
        (
            "vite.config.ts",
            format!("define: {{ \"import.meta.env.{name}\" : x }}\n"),
        ),
        (
            "vite.config.ts",
            "envPrefix: ['VITE_', 'POSTHOG_'],\n".into(),
        ),
        (
            "webpack.config.js",
            format!("new webpack.EnvironmentPlugin(['{name}'])\n"),
        ),
        (
            "src/environments/environment.prod.ts",
            "posthogPersonalApiKey: 'x',\n".into(),
        ),
    ] {
        is_told(path, &text, Mistake::PublicName);
    }
    for (path, text) in [
        (
            ".github/workflows/a.yml",
            format!("  {name}: ${{{{ secrets.{name} }}}}\n"),
        ),
        (
            "next.config.js",
            format!("env: {{ A: 1 }},\nserver: process.env.{name}\n"),
        ),
        (
            "nuxt.config.ts",
            format!(
                "runtimeConfig: {{ posthogPersonalApiKey: process.env.{name}, public: {{ a: 1 }} }}\n"
            ),
        ),
        ("a.ts", format!("// never NEXT_PUBLIC_{name}\n")),
        (
            "a.ts",
            format!("const a = NEXT_PUBLIC_{name} // phguard:allow\n"),
        ),
        (
            "a.ts",
            "secretKey: process.env.NEXT_PUBLIC_STRIPE_KEY // of posthog\n".into(),
        ),
        (
            "a.ts",
            format!("if (personalApiKey === process.env.{name}) posthog()\n"),
        ),
        (
            "a.ts",
            "NEXT_PUBLIC_POSTHOG_HOST NEXT_PUBLIC_POSTHOG_PERSONAL_ID\n".into(),
        ),
    ] {
        is_silent(path, &text);
    }
}

#[test]
fn a_project_token_where_a_secret_belongs_is_told() {
    let token = phc();
    for text in [
        format!("POSTHOG_PERSONAL_API_KEY={token}\n"),
        format!("export POSTHOG_PERSONAL_API_KEY=\"{token}\"\n"),
        format!("POSTHOG_PERSONAL_API_KEY: {token}\n"),
        format!("\"POSTHOG_CLI_TOKEN\": \"{token}\",\n"),
        format!("new PostHog(a, {{ personalApiKey: '{token}' }})\n"),
        format!("Posthog('x', personal_api_key='{token}')\n"),
        format!("os.environ['POSTHOG_PERSONAL_API_KEY'] = '{token}'\n"),
        format!("getenv('POSTHOG_PERSONAL_API_KEY', '{token}')\n"),
        format!("${{POSTHOG_PERSONAL_API_KEY:-{token}}}\n"),
        format!("- name: POSTHOG_PERSONAL_API_KEY\n  value: {token}\n"),
        format!(
            "# posthog\ncurl -H 'Authorization: Bearer {token}' \\\n  https://us.posthog.com/api/projects/1/insights/\n"
        ),
    ] {
        is_told("a.yml", &text, Mistake::TokenForSecret);
    }
    for text in [
        format!("POSTHOG_API_KEY={token}\n"),
        format!("NEXT_PUBLIC_POSTHOG_KEY={token}\nPOSTHOG_PERSONAL_API_KEY=\n"),
        format!("POSTHOG_PERSONAL_API_KEY=x POSTHOG_KEY={token}\n"),
        "POSTHOG_PERSONAL_API_KEY=phc_your_key\n".to_owned(),
        // The endpoint of logs takes the project token.
        format!("posthog: Authorization: Bearer {token} https://us.i.posthog.com/i/v1/logs\n"),
    ] {
        is_silent("a.yml", &text);
    }
}

#[test]
fn a_secret_where_the_project_token_belongs_is_told() {
    let name = "POSTHOG_PERSONAL_API_KEY";
    for text in [
        format!("posthog.init(process.env.{name}!, {{}})\n"),
        format!("posthog.init(\n  process.env.{name},\n  {{}})\n"),
        format!("new PostHog(process.env.{name})\n"),
        format!("client = Posthog(os.environ['{name}'], host='x')\n"),
        format!("posthog.New(os.Getenv(\"{name}\"))\n"),
        format!("<PostHogProvider apiKey={{process.env.{name}}}>\n"),
        format!("POSTHOG_PROJECT_API_KEY: ${{{{ secrets.{name} }}}}\n"),
        format!("POSTHOG_PROJECT_API_KEY={}\n", phx()),
        format!("// posthog\nprojectApiKey: '{}'\n", phx()),
        format!("posthog.init('{}')\n", phx()),
    ] {
        is_told("a.tsx", &text, Mistake::SecretForToken);
        let said = warnings_in(b"a.tsx", text.as_bytes());
        assert!(!said[0].text.contains(&phx()), "{}", said[0].text);
    }
    for text in [
        format!("new PostHog(token, {{ personalApiKey: process.env.{name} }})\n"),
        format!("Posthog(personal_api_key=os.environ['{name}'])\n"),
        format!("new PostHog({{ personalApiKey: process.env.{name} }})\n"),
        "posthog.init(process.env.NEXT_PUBLIC_POSTHOG_KEY)\n".to_owned(),
    ] {
        is_silent("a.tsx", &text);
    }
}

#[test]
fn scopes_for_everything_are_told() {
    for (path, text) in [
        ("posthog/key.json", "{\"scopes\": [\"*\"]}"),
        ("a.ts", "// posthog\ncreate({ scopes: ['*'] })"),
        ("posthog.tf", "scopes = [\"*\"]"),
        ("posthog.yml", "scopes:\n  - \"*\"\n"),
        ("posthog.json", "\"scopes\": [\n  \"*\"\n]"),
        ("posthog.py", "key(scopes=[\"*\"])"),
    ] {
        is_told(path, text, Mistake::AllScopes);
    }
    for (path, text) in [
        ("other.json", "{\"scopes\": [\"*\"]}"),
        (
            "posthog.json",
            "{\"scopes\": [\"insight:read\"], \"x\": \"*\"}",
        ),
        ("posthog.ts", "scopes.includes('*')"),
    ] {
        is_silent(path, text);
    }
}

#[test]
fn a_comment_is_no_mistake_wherever_it_stands() {
    let name = "NEXT_PUBLIC_POSTHOG_PERSONAL_API_KEY";
    let token = phc();
    for (path, text) in [
        ("a.ts", format!("go() // never process.env.{name}\n")),
        ("a.ts", format!("go(/* {name} */)\n")),
        ("a.ts", format!("/*\n never\n process.env.{name}\n*/\n")),
        ("a.vue", format!("<!--\n {name}\n-->\n")),
        ("a.py", format!("go()  # never {name}\n")),
        (
            "a.py",
            format!("def go():\n    \"\"\"Takes\n    {name}.\n    \"\"\"\n"),
        ),
        (".env", format!("#POSTHOG_PERSONAL_API_KEY={token}\n")),
        (".env", format!("A=1 # POSTHOG_PERSONAL_API_KEY={token}\n")),
        ("a.yml", "a: b # posthog scopes: [\"*\"]\n".to_owned()),
        ("posthog.tf", "a = b // scopes = [\"*\"]\n".to_owned()),
        (
            "a.ts",
            "posthog.init(\n  token, // POSTHOG_PERSONAL_API_KEY\n)\n".to_owned(),
        ),
    ] {
        is_silent(path, &text);
    }
    for (path, text) in [
        ("a.ts", format!("go('https://a', process.env.{name})\n")),
        ("a.ts", format!("go('/*', process.env.{name}) // '*/'\n")),
        ("a.ts", format!("/* a */ go(process.env.{name})\n")),
        ("a.ts", format!("#key = process.env.{name}\n")),
        ("a.tsx", format!("<p>don't {{process.env.{name}}}</p>\n")),
        ("a.sh", format!("curl https://a/* ${name} */\n")),
        ("a.py", format!("x = '#' + os.environ['{name}']\n")),
        ("a.ts", format!("/* not closed\ngo(process.env.{name})\n")),
    ] {
        is_told(path, &text, Mistake::PublicName);
    }
}

#[test]
fn prose_and_data_are_not_looked_at() {
    for path in [
        "README.md",
        "a.txt",
        "a.png",
        "Cargo.lock",
        "a.csv",
        "a.html",
        "noending",
    ] {
        assert!(!is_looked_at(path.as_bytes()), "{path}");
    }
    for path in [
        "a.ts",
        "x/.env.local",
        "deploy.env",
        "Dockerfile.prod",
        ".envrc",
        "a.yml",
    ] {
        assert!(is_looked_at(path.as_bytes()), "{path}");
    }
    let hidden = hidden_from_github(b"x", b"paths-ignore: ['**']", &[b"a.ts".to_vec()]);
    assert_eq!(hidden.len(), 1);
}

#[test]
fn hostile_text_ends_no_search() {
    let name = format!("NEXT_PUBLIC_POSTHOG_SECRET_{}", phx());
    let deep = "posthog env: {".repeat(1000);
    let closed = "posthog env: { } } } }\n".repeat(1000);
    for text in [
        &name,
        &deep,
        &closed,
        "posthog.init(",
        "é posthog personalApiKey:é",
        "POSTHOG_PERSONAL_API_KEY",
    ] {
        for path in [
            "next.config.js",
            &format!("{}.ts", phx()),
            "environment.ts",
            "posthog.yml",
        ] {
            for warning in warnings_in(path.as_bytes(), text.as_bytes()) {
                let said = format!("{warning:?} {}", String::from_utf8_lossy(&warning.path));
                assert!(!said.contains(&phx()[8..40]), "{said}");
            }
        }
    }
    let bytes: Vec<u8> = (0..=255).cycle().take(5000).collect();
    assert_eq!(
        warnings_in(b"a.ts", &[b"posthog", &bytes[1..]].concat()),
        []
    );
}

/// A repository with one mistake of each kind and no secret key in any file.
fn with_mistakes() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.stage(
        "b.ts",
        "posthog({ personalApiKey: process.env.NEXT_PUBLIC_POSTHOG_KEY })\n",
    );
    sandbox.stage(
        "deploy.env",
        format!("POSTHOG_PERSONAL_API_KEY={}\n", phc()),
    );
    sandbox.stage(".github/secret_scanning.yml", "paths-ignore:\n  - '*.ts'\n");
    sandbox
}

#[test]
fn files_warns_without_another_verdict_and_the_hook_is_silent() {
    let sandbox = with_mistakes();
    let places = ["b.ts:1", "deploy.env:1", ".github/secret_scanning.yml:2"];
    let run = sandbox.phguard(["--files", "."]).exits(0);
    for place in places {
        assert!(run.stdout.contains(place), "{place}: {}", run.stdout);
    }
    let run = sandbox
        .phguard(["--files", ".", "--format", "json"])
        .exits(0);
    for mistake in ["public-name", "token-for-secret", "hidden-from-github"] {
        assert!(run.stdout.contains(mistake), "{mistake}: {}", run.stdout);
    }
    let run = sandbox
        .phguard(["--files", ".", "--format", "github"])
        .exits(0);
    assert_eq!(
        run.stdout.matches("::warning file=").count(),
        3,
        "{}",
        run.stdout
    );
    let run = sandbox
        .phguard(["--files", ".", "--format", "sarif"])
        .exits(0);
    assert_eq!(
        run.stdout.matches("\"level\":\"warning\"").count(),
        3,
        "{}",
        run.stdout
    );
    for arguments in [
        &["--staged"][..],
        &["hook", "pre-commit"],
        &["hook", "pre-commit", "b.ts"],
        &["--range", "HEAD"],
    ] {
        sandbox.git(["commit", "-q", "--no-verify", "--allow-empty", "-m", "x"]);
        let run = sandbox.phguard(arguments).exits(0);
        assert!(
            !run.stdout.contains("b.ts:1"),
            "{arguments:?}: {}",
            run.stdout
        );
    }
    sandbox.write(
        ".phguard.toml",
        "[allow]\npaths = [\"b.ts\", \"deploy.env\", \".github/\"]\n",
    );
    let run = sandbox.phguard(["--files", "."]).exits(0);
    assert!(!run.stdout.contains("b.ts:1"), "{}", run.stdout);
}

#[test]
fn doctor_calls_wrong_what_could_leak_and_mentions_the_rest() {
    let sandbox = with_mistakes();
    let run = sandbox.phguard(["doctor"]);
    for line in [
        "✗ b.ts:1: ",
        "- deploy.env:1: ",
        "✗ .github/secret_scanning.yml:2: ",
    ] {
        assert!(run.stdout.contains(line), "{line}: {}", run.stdout);
    }
}

#[test]
fn one_key_for_several_environments_is_told() {
    let sandbox = Sandbox::new();
    for environment in ["dev", "staging", "production"] {
        sandbox.write(format!(".env.{environment}"), format!("K={}\n", phx()));
    }
    let run = sandbox.phguard(["--files", ".", "--no-ignore"]).exits(1);
    let text = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("is the key of 3 environments (development, production, staging)"),
        "{text}"
    );
    let run = sandbox.phguard(["--files", ".env.dev"]).exits(1);
    assert!(!run.stdout.contains("environments"), "{}", run.stdout);
}
