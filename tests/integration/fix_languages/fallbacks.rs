//! A key as the fallback of a read: the read stays, and `.env` gets its variable.

use std::fs;

use super::{Row, check, fixed, text};
use crate::sandbox::Sandbox;
use crate::sandbox::keys::{key, phx};

pub const ALL: &[Row] = &[
    (
        "a1.js",
        "const k = process.env.PH_X || 'KEY';\n",
        "const k = process.env.PH_X;\n",
    ),
    (
        "a2.js",
        "f({ k: process.env['PH_X'] ?? \"KEY\" })\n",
        "f({ k: process.env['PH_X'] })\n",
    ),
    (
        "a3.mjs",
        "const k =\n  process.env.PH_A ||\n  process.env.PH_X ||\n  'KEY';\n",
        "const k =\n  process.env.PH_A ||\n  process.env.PH_X;\n",
    ),
    (
        "a4.js",
        "const { PH_X = 'KEY', PORT } = process.env;\n",
        "const { PH_X, PORT } = process.env;\n",
    ),
    (
        "a5.js",
        "const { PH_X: k = 'KEY' } = process.env\n",
        "const { PH_X: k } = process.env\n",
    ),
    (
        "a6.ts",
        "const k: string = process.env.PH_X ?? `KEY`;\n",
        "const k: string = process.env.PH_X!;\n",
    ),
    (
        "a7.ts",
        "const k = Deno.env.get(\"PH_X\") ?? \"KEY\";\n",
        "const k = Deno.env.get(\"PH_X\")!;\n",
    ),
    (
        "a8.tsx",
        "const a = <A b={process.env.PH_X || 'KEY'} />;\n",
        "const a = <A b={process.env.PH_X!} />;\n",
    ),
    (
        "a9.js",
        "const k = getEnv('PH_X', 'KEY');\n",
        "const k = getEnv('PH_X', '');\n",
    ),
    (
        "b1.js",
        "const k = process.env.PH_X ? process.env.PH_X : 'KEY';\n",
        "const k = process.env.PH_X;\n",
    ),
    (
        "b2.astro.ts",
        "const k = import.meta.env.PH_X || 'KEY'\n",
        "const k = import.meta.env.PH_X!\n",
    ),
    (
        "a1.py",
        "import os\nk = os.environ.get(\"PH_X\", \"KEY\")\n",
        "import os\nk = os.environ[\"PH_X\"]\n",
    ),
    (
        "a2.py",
        "import os\nk = os.getenv('PH_X', 'KEY').strip()\n",
        "import os\nk = os.environ['PH_X'].strip()\n",
    ),
    (
        "a3.py",
        "import os\nk = os.getenv('PH_X', default=\"KEY\")\n",
        "import os\nk = os.environ['PH_X']\n",
    ),
    (
        "a4.py",
        "import os\nk = os.getenv('PH_X') or 'KEY'\nf()\n",
        "import os\nk = os.environ['PH_X']\nf()\n",
    ),
    (
        "a5.py",
        "from os import environ, getenv\nk = environ.get('PH_X', 'KEY')\nj = getenv('PH_X', 'KEY')\n",
        "from os import environ, getenv\nk = environ['PH_X']\nj = getenv('PH_X')\n",
    ),
    (
        "a6.py",
        "import environ\nenv = environ.Env()\nk = env('PH_X', default='KEY')\nj = env.str(\"PH_X\", \"KEY\")\n",
        "import environ\nenv = environ.Env()\nk = env('PH_X')\nj = env.str(\"PH_X\")\n",
    ),
    (
        "a7.py",
        "from decouple import config\nk = config(\n    'PH_X',\n    default='KEY',\n)\n",
        "from decouple import config\nk = config(\n    'PH_X')\n",
    ),
    (
        "a8.py",
        "k = get_env(\"PH_X\", \"KEY\")\n",
        "k = get_env(\"PH_X\", \"\")\n",
    ),
    (
        "a1.rb",
        "k = ENV.fetch(\"PH_X\", \"KEY\")\n",
        "k = ENV.fetch(\"PH_X\")\n",
    ),
    (
        "a2.rb",
        "k = ENV.fetch('PH_X') { 'KEY' }\n",
        "k = ENV.fetch('PH_X')\n",
    ),
    (
        "a3.rb",
        "k = ENV['PH_X'] || 'KEY'\n",
        "k = ENV.fetch('PH_X')\n",
    ),
    ("a4.rb", "ENV['PH_X'] ||= 'KEY'\n", "ENV.fetch('PH_X')\n"),
    (
        "g1/a.go",
        "package a\n\nimport \"os\"\n\nfunc k() string {\n\tk := os.Getenv(\"PH_X\")\n\tif k == \"\" {\n\t\tk = \"KEY\"\n\t}\n\treturn k\n}\n",
        "package a\n\nimport \"os\"\n\nfunc k() string {\n\tk := os.Getenv(\"PH_X\")\n\treturn k\n}\n",
    ),
    (
        "g2/a.go",
        "package a\n\nfunc getEnv(a, b string) string { return a + b }\n\nvar k = getEnv(\"PH_X\", \"KEY\")\n",
        "package a\n\nfunc getEnv(a, b string) string { return a + b }\n\nvar k = getEnv(\"PH_X\", \"\")\n",
    ),
    (
        "a1.php",
        "<?php $k = getenv('PH_X') ?: 'KEY';\n",
        "<?php $k = getenv('PH_X');\n",
    ),
    (
        "a2.php",
        "<?php $k = $_ENV['PH_X'] ?? \"KEY\";\n",
        "<?php $k = $_ENV['PH_X'];\n",
    ),
    (
        "a3.php",
        "<?php return ['k' => env('PH_X', 'KEY'), 'h' => env('PH_H', 'x')];\n",
        "<?php return ['k' => env('PH_X'), 'h' => env('PH_H', 'x')];\n",
    ),
    (
        "a4.php",
        "<?php $k = getenv('PH_X') !== false ? getenv('PH_X') : 'KEY';\n",
        "<?php $k = getenv('PH_X');\n",
    ),
    (
        "A.java",
        "class A { String k = System.getenv().getOrDefault(\"PH_X\", \"KEY\"); }\n",
        "class A { String k = System.getenv(\"PH_X\"); }\n",
    ),
    (
        "B.java",
        "class B { String k = Optional.ofNullable(System.getenv(\"PH_X\")).orElse(\"KEY\"); }\n",
        "class B { String k = System.getenv(\"PH_X\"); }\n",
    ),
    (
        "C.java",
        "class C {\n  @Value(\"${PH_X:KEY}\")\n  String k;\n}\n",
        "class C {\n  @Value(\"${PH_X}\")\n  String k;\n}\n",
    ),
    (
        "D.java",
        "class D { String k = System.getenv(\"PH_X\") != null ? System.getenv(\"PH_X\") : \"KEY\"; }\n",
        "class D { String k = System.getenv(\"PH_X\"); }\n",
    ),
    (
        "E.java",
        "class E { String k = Objects.requireNonNullElse(System.getenv(\"PH_X\"), \"KEY\"); }\n",
        "class E { String k = System.getenv(\"PH_X\"); }\n",
    ),
    (
        "A.cs",
        "class A { string k = Environment.GetEnvironmentVariable(\"PH_X\") ?? \"KEY\"; }\n",
        "class A { string k = Environment.GetEnvironmentVariable(\"PH_X\"); }\n",
    ),
    (
        "a1.rs",
        "fn f() -> String { std::env::var(\"PH_X\").unwrap_or(\"KEY\".to_string()) }\n",
        "fn f() -> String { std::env::var(\"PH_X\").expect(\"PH_X is not set\") }\n",
    ),
    (
        "a2.rs",
        "use std::env;\nfn f() -> String { env::var(\"PH_X\").unwrap_or_else(|_| \"KEY\".into()) }\n",
        "use std::env;\nfn f() -> String { env::var(\"PH_X\").expect(\"PH_X is not set\") }\n",
    ),
    (
        "a3.rs",
        "fn f() -> String { std::env::var(\"PH_X\").unwrap_or_else(|_| String::from(\"KEY\")) }\n",
        "fn f() -> String { std::env::var(\"PH_X\").expect(\"PH_X is not set\") }\n",
    ),
    (
        "a1.exs",
        "k = System.get_env(\"PH_X\", \"KEY\")\n",
        "k = System.fetch_env!(\"PH_X\")\n",
    ),
    (
        "a2.exs",
        "k = System.get_env(\"PH_X\") || \"KEY\"\n",
        "k = System.fetch_env!(\"PH_X\")\n",
    ),
    ("a1.sh", "k=\"${PH_X:-KEY}\"\n", "k=\"${PH_X}\"\n"),
    ("a2.sh", ": \"${PH_X:=KEY}\"\n", ": \"${PH_X}\"\n"),
    ("a3.sh", "f ${PH_X-'KEY'}\n", "f ${PH_X}\n"),
    (
        "compose.yml",
        "environment:\n  K: ${PH_X:-KEY}\n",
        "environment:\n  K: ${PH_X}\n",
    ),
    (
        "Dockerfile",
        "FROM a\nARG PH_X=KEY\nENV K=${PH_X}\n",
        "FROM a\nARG PH_X\nENV K=${PH_X}\n",
    ),
    (
        "b/Dockerfile",
        "FROM a\nARG PH_X=\"KEY\"\nRUN f \"${PH_X:-KEY}\"\n",
        "FROM a\nARG PH_X\nRUN f \"${PH_X}\"\n",
    ),
    (
        "Makefile",
        "PH_X ?= KEY\nexport PH_X := KEY\nrun:\n\ttrue\n",
        "PH_X ?=\nexport PH_X ?=\nrun:\n\ttrue\n",
    ),
    (
        ".github/workflows/a.yml",
        "env:\n  K: ${{ secrets.PH_X || 'KEY' }}\n",
        "env:\n  K: ${{ secrets.PH_X }}\n",
    ),
    (
        "src/main/resources/application.properties",
        "a.b=${PH_X:KEY}\n",
        "a.b=${PH_X}\n",
    ),
    (
        "src/main/resources/application.yml",
        "a:\n  b: \"${PH_X:KEY}\"\n",
        "a:\n  b: \"${PH_X}\"\n",
    ),
    (
        "config/a.yml",
        "k: <%= ENV.fetch(\"PH_X\", \"KEY\") %>\nj: <%= ENV['PH_X'] || 'KEY' %>\n",
        "k: <%= ENV.fetch(\"PH_X\") %>\nj: <%= ENV.fetch('PH_X') %>\n",
    ),
];

#[test]
fn the_fallback_of_a_read_is_dropped() {
    check(ALL);
    let sandbox = fixed(&[ALL]);
    let env = fs::read_to_string(sandbox.repo().join(".env")).unwrap();
    let expected = format!("PH_X={}\n", phx());
    assert!(env == expected, "`.env` has another variable");
}

/// These look like a fallback and are none: the key gets a variable of its own.
#[test]
fn a_value_that_is_more_than_a_fallback_stays() {
    check(&[
        (
            "a1.js",
            "const k = process.env.PH_X || 'Bearer KEY';\n",
            "const k = process.env.PH_X || `Bearer ${process.env.NAME}`;\n",
        ),
        (
            "a2.js",
            "const k = process.env.PH_X || 'KEY'.trim();\n",
            "const k = process.env.PH_X || process.env.NAME.trim();\n",
        ),
        (
            "a3.js",
            "const k = process.env.PH_X ? process.env.PH_Y : 'KEY';\n",
            "const k = process.env.PH_X ? process.env.PH_Y : process.env.NAME;\n",
        ),
        (
            "a4.js",
            "const { PH_X = 'KEY' } = options;\n",
            "const { PH_X = process.env.NAME } = options;\n",
        ),
        (
            "a1/a.go",
            "package a\n\nimport \"os\"\n\nvar _ = os.Setenv(\"PH_X\", \"KEY\")\n",
            "package a\n\nimport \"os\"\n\nvar _ = os.Setenv(\"PH_X\", os.Getenv(\"NAME\"))\n",
        ),
        (
            "a1.rb",
            "k = ENV['PH_X'] || 'KEY' + 'x'\n",
            "k = ENV['PH_X'] || ENV.fetch('NAME') + 'x'\n",
        ),
    ]);
}

#[test]
fn a_variable_with_another_value_is_no_place_for_the_key() {
    let sandbox = Sandbox::new();
    sandbox.write(".env", format!("PH_X={}\n", key(7)));
    sandbox.write(".gitignore", ".env\n");
    let program = text("const k = process.env.PH_X || 'KEY';\n");
    sandbox.stage("a.js", &program);
    let run = sandbox.phguard(["fix", "--yes"]).exits(1);
    assert!(
        run.stdout.contains("`.env` has another value"),
        "{}",
        run.stdout
    );
    let file = sandbox.repo().join("a.js");
    assert_eq!(fs::read_to_string(file).unwrap(), program);
}
