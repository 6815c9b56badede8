//! The tables: language, quotes and place.

use super::Row;

pub const JAVASCRIPT: &[Row] = &[
    (
        "a1.js",
        "const k = 'KEY';\n",
        "const k = process.env.NAME;\n",
    ),
    ("a2.mjs", "f(\"KEY\", 1);\n", "f(process.env.NAME, 1);\n"),
    (
        "a3.cjs",
        "const h = { Authorization: 'Bearer KEY' };\n",
        "const h = { Authorization: `Bearer ${process.env.NAME}` };\n",
    ),
    (
        "a4.js",
        "const m = { 'KEY': 1, b: 2 };\n",
        "const m = { [process.env.NAME]: 1, b: 2 };\n",
    ),
    (
        "a5.js",
        "const t = `x ${y} KEY`;\n",
        "const t = `x ${y} ${process.env.NAME}`;\n",
    ),
    (
        "a6.js",
        "const t = `KEY`;\n",
        "const t = process.env.NAME;\n",
    ),
    (
        "a7.js",
        "const t = tag`KEY`;\n",
        "const t = tag`${process.env.NAME}`;\n",
    ),
    (
        "a8.js",
        "function f(k = 'KEY') {}\n",
        "function f(k = process.env.NAME) {}\n",
    ),
    (
        "a9.js",
        "const b = 'a`b ${c} \\' KEY';\n",
        "const b = `a\\`b \\${c} \\' ${process.env.NAME}`;\n",
    ),
    (
        "b1.js",
        "const r = /['\"`]/; const k = 'KEY';\n",
        "const r = /['\"`]/; const k = process.env.NAME;\n",
    ),
    (
        "b2.js",
        "function f(){return'KEY'}\n",
        "function f(){return process.env.NAME}\n",
    ),
    (
        "b3.js",
        "const t = `a ${f('KEY')} b`;\n",
        "const t = `a ${f(process.env.NAME)} b`;\n",
    ),
    (
        "b4.js",
        "const x = a ? 'KEY' : b;\n",
        "const x = a ? process.env.NAME : b;\n",
    ),
    ("b5.js", "// it's KEY\nf();\n", "// it's NAME\nf();\n"),
    (
        "b6.js",
        "/* ' */ f('KEY'.length);\n",
        "/* ' */ f(process.env.NAME.length);\n",
    ),
    (
        "b7.jsx",
        "const a = <A b=\"KEY\" />;\n",
        "const a = <A b={process.env.NAME} />;\n",
    ),
    (
        "b8.tsx",
        "const a = <A b c={1} key='x KEY'>don't</A>;\n",
        "const a = <A b c={1} key={`x ${process.env.NAME}`}>don't</A>;\n",
    ),
    (
        "b9.ts",
        "const k: string = 'KEY';\n",
        "const k: string = process.env.NAME!;\n",
    ),
    ("c1.ts", "type K = 'KEY';\n", "type K = 'KEY';\n"),
    (
        "c2.js",
        "'use client'\nconst k = 'KEY'\n",
        "'use client'\nconst k = 'KEY'\n",
    ),
    (
        "c3.js",
        "posthog.init('KEY', {})\n",
        "posthog.init('KEY', {})\n",
    ),
    ("c4.js", "const a = <p>KEY</p>\n", "const a = <p>KEY</p>\n"),
    (
        "C5.JS",
        "const k = 'KEY';\n",
        "const k = process.env.NAME;\n",
    ),
];

pub const PYTHON: &[Row] = &[
    (
        "a1.py",
        "k = 'KEY'\n",
        "import os\n\nk = os.environ['NAME']\n",
    ),
    (
        "a2.py",
        "\"\"\"Doc.\"\"\"\nimport sys\nk = \"KEY\"\n",
        "\"\"\"Doc.\"\"\"\nimport os\nimport sys\nk = os.environ[\"NAME\"]\n",
    ),
    (
        "a3.py",
        "import os\nh = {'Authorization': 'Bearer KEY'}\n",
        "import os\nh = {'Authorization': f'Bearer {os.environ[\"NAME\"]}'}\n",
    ),
    (
        "a4.py",
        "from __future__ import annotations\nf(key=\"KEY\")\n",
        "from __future__ import annotations\nimport os\nf(key=os.environ[\"NAME\"])\n",
    ),
    (
        "a5.py",
        "#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\nk = f\"{x} KEY\"\n",
        "#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\nimport os\n\nk = f\"{x} {os.environ['NAME']}\"\n",
    ),
    (
        "a6.py",
        "k = b'KEY'\n",
        "import os\n\nk = os.environ[\"NAME\"].encode()\n",
    ),
    (
        "a7.py",
        "k = rb'x KEY'\n",
        "import os\n\nk = rb'x ' + os.environ[\"NAME\"].encode()\n",
    ),
    (
        "a8.py",
        "k = ('a'\n     'KEY')\n",
        "import os\n\nk = ('a'\n     f'{os.environ[\"NAME\"]}')\n",
    ),
    (
        "a9.py",
        "k = r'\\d {x} KEY'\n",
        "import os\n\nk = rf'\\d {{x}} {os.environ[\"NAME\"]}'\n",
    ),
    (
        "b1.py",
        "q = \"\"\"\nx KEY\n\"\"\"\n",
        "import os\n\nq = f\"\"\"\nx {os.environ['NAME']}\n\"\"\"\n",
    ),
    (
        "b2.py",
        "def f(k='KEY'):\n    pass\n",
        "import os\n\n\ndef f(k=os.environ['NAME']):\n    pass\n",
    ),
    (
        "b3.py",
        "def f():\n    \"\"\"\n    KEY\n    \"\"\"\n",
        "def f():\n    \"\"\"\n    KEY\n    \"\"\"\n",
    ),
    (
        "b4.py",
        "a = 'x'\nk = 'KEY'\nb = 'y'\n",
        "import os\n\na = 'x'\nk = os.environ['NAME']\nb = 'y'\n",
    ),
    ("b5.py", "k = 1  # KEY\n", "k = 1  # NAME\n"),
    (
        "b6.py",
        "d = {'KEY': 1}\n",
        "import os\n\nd = {os.environ['NAME']: 1}\n",
    ),
    (
        "b7.py",
        "match x:\n    case 'KEY':\n        pass\n",
        "match x:\n    case 'KEY':\n        pass\n",
    ),
    (
        "b8.py",
        "k = u'KEY'\n",
        "import os\n\nk = os.environ['NAME']\n",
    ),
];

pub const RUBY: &[Row] = &[
    ("a1.rb", "K = 'KEY'\n", "K = ENV.fetch('NAME')\n"),
    ("a2.rb", "f(\"KEY\")\n", "f(ENV.fetch(\"NAME\"))\n"),
    (
        "a3.rb",
        "h = { 'A' => \"Bearer KEY\" }\n",
        "h = { 'A' => \"Bearer #{ENV.fetch(\"NAME\")}\" }\n",
    ),
    (
        "a4.rb",
        "puts 'say \"#{x}\" it\\'s KEY'\n",
        "puts \"say \\\"\\#{x}\\\" it's #{ENV.fetch(\"NAME\")}\"\n",
    ),
    (
        "a5.rb",
        "t = <<~T\n  it's KEY\nT\n",
        "t = <<~T\n  it's #{ENV.fetch(\"NAME\")}\nT\n",
    ),
    ("a6.rb", "t = <<~'T'\n  KEY\nT\n", "t = <<~'T'\n  KEY\nT\n"),
    (
        "a7.rb",
        "def f(k = 'KEY'); end\n",
        "def f(k = ENV.fetch('NAME')); end\n",
    ),
    ("a8.rb", "k = %w[KEY b]\n", "k = %w[KEY b]\n"),
    (
        "a9.rb",
        "h = { 'KEY' => 1 }\n",
        "h = { ENV.fetch('NAME') => 1 }\n",
    ),
    ("b1.rb", "h = { \"KEY\": 1 }\n", "h = { \"KEY\": 1 }\n"),
];

pub const COMPILED: &[Row] = &[
    (
        "a1/a.go",
        "package a\n\nvar k = \"KEY\"\n",
        "package a\n\nimport \"os\"\n\nvar k = os.Getenv(\"NAME\")\n",
    ),
    (
        "a2/a.go",
        "package a\n\nimport (\n\t\"fmt\"\n\t\"strings\"\n)\n\nvar k = fmt.Sprint(`KEY`, strings.ToUpper(\"a\"))\n",
        "package a\n\nimport (\n\t\"fmt\"\n\t\"os\"\n\t\"strings\"\n)\n\nvar k = fmt.Sprint(os.Getenv(\"NAME\"), strings.ToUpper(\"a\"))\n",
    ),
    (
        "a3/a.go",
        "package a\n\nimport \"os\"\n\nvar k = len(\"Bearer KEY\")\nvar _ = os.Args\n",
        "package a\n\nimport \"os\"\n\nvar k = len(\"Bearer \" + os.Getenv(\"NAME\"))\nvar _ = os.Args\n",
    ),
    (
        "a4/a.go",
        "package a\n\nimport \"fmt\"\n\nconst k = \"KEY\"\n\nvar _ = fmt.Sprint(k)\n",
        "package a\n\nimport \"os\"\nimport \"fmt\"\n\nvar k = os.Getenv(\"NAME\")\n\nvar _ = fmt.Sprint(k)\n",
    ),
    (
        "a5/a.go",
        "package a\n\nconst (\n\ta = 1\n\tk = \"KEY\"\n)\n\nvar b = k\n",
        "package a\n\nimport \"os\"\n\nconst (\n\ta = 1\n)\n\nvar k = os.Getenv(\"NAME\")\n\nvar b = k\n",
    ),
    (
        "a6/a.go",
        "package a\n\nvar m = map[string]rune{\"KEY\": '\"'}\n",
        "package a\n\nimport \"os\"\n\nvar m = map[string]rune{os.Getenv(\"NAME\"): '\"'}\n",
    ),
    (
        "A.java",
        "class A { String k = \"KEY\"; }\n",
        "class A { String k = System.getenv(\"NAME\"); }\n",
    ),
    (
        "B.java",
        "class B { int n = \"Bearer KEY\".length(); }\n",
        "class B { int n = (\"Bearer \" + System.getenv(\"NAME\")).length(); }\n",
    ),
    (
        "C.java",
        "@V(\"KEY\") class C {}\n",
        "@V(\"KEY\") class C {}\n",
    ),
    (
        "A.cs",
        "class A { string k = \"KEY\"; }\n",
        "class A { string k = System.Environment.GetEnvironmentVariable(\"NAME\"); }\n",
    ),
    (
        "B.cs",
        "class B {\n  private const string K = \"KEY\";\n}\n",
        "class B {\n  private static readonly string K = System.Environment.GetEnvironmentVariable(\"NAME\");\n}\n",
    ),
    (
        "C.cs",
        "var k = $\"{x} KEY\";\n",
        "var k = $\"{x} \" + System.Environment.GetEnvironmentVariable(\"NAME\");\n",
    ),
    (
        "D.cs",
        "var k = @\"a\"\"b KEY\";\n",
        "var k = @\"a\"\"b \" + System.Environment.GetEnvironmentVariable(\"NAME\");\n",
    ),
    (
        "E.cs",
        "void F(string k = \"KEY\") {}\n",
        "void F(string k = \"KEY\") {}\n",
    ),
    (
        "a1.rs",
        "fn g<'a>(_: char, _: &'a str) {}\npub fn f() { g('\"', \"KEY\"); }\n",
        "fn g<'a>(_: char, _: &'a str) {}\npub fn f() { g('\"', &std::env::var(\"NAME\").expect(\"NAME is not set\")); }\n",
    ),
    (
        "a2.rs",
        "pub fn f() -> String { \"Bearer {} KEY\".to_string() }\n",
        "pub fn f() -> String { format!(\"Bearer {{}} {}\", std::env::var(\"NAME\").expect(\"NAME is not set\")).to_string() }\n",
    ),
    (
        "a3.rs",
        "const K: &str = \"KEY\";\n",
        "const K: &str = \"KEY\";\n",
    ),
    ("a4.rs", "println!(\"KEY\");\n", "println!(\"KEY\");\n"),
    ("a1.ex", "@k \"KEY\"\n", "@k System.fetch_env!(\"NAME\")\n"),
    (
        "a2.exs",
        "h = [{\"a\", \"Bearer KEY\"}]\n",
        "h = [{\"a\", \"Bearer #{System.fetch_env!(\"NAME\")}\"}]\n",
    ),
    ("a3.ex", "x = ~s(\"KEY\")\n", "x = ~s(\"KEY\")\n"),
];

pub const PHP: &[Row] = &[
    (
        "a1.php",
        "<?php $k = 'KEY';\n",
        "<?php $k = getenv('NAME');\n",
    ),
    (
        "a2.php",
        "<p>it's</p><?php f(\"Bearer $x KEY\"); ?>\n",
        "<p>it's</p><?php f(\"Bearer $x \" . getenv('NAME')); ?>\n",
    ),
    (
        "a3.php",
        "<?php\n# it's\n$a = ['Authorization' => 'Bearer KEY'];\n",
        "<?php\n# it's\n$a = ['Authorization' => 'Bearer ' . getenv('NAME')];\n",
    ),
    (
        "a4.php",
        "<?php const K = 'KEY';\n",
        "<?php const K = 'KEY';\n",
    ),
    (
        "a5.php",
        "<?php function f($k = 'KEY') {}\n",
        "<?php function f($k = 'KEY') {}\n",
    ),
    (
        "a6.php",
        "<?php function f() { return g('KEY'); }\n",
        "<?php function f() { return g(getenv('NAME')); }\n",
    ),
    (
        "a7.php",
        "<p title='KEY'>\n<?php f(); ?>\n",
        "<p title='KEY'>\n<?php f(); ?>\n",
    ),
    (
        "a8.php",
        "<?php $a = ['KEY' => 1];\n",
        "<?php $a = [getenv('NAME') => 1];\n",
    ),
];

pub const SCRIPTS: &[Row] = &[
    (
        "a1.sh",
        "curl -H \"Authorization: Bearer KEY\" x\n",
        "curl -H \"Authorization: Bearer ${NAME}\" x\n",
    ),
    ("a2.sh", "export K=KEY\n", "export K=\"${NAME}\"\n"),
    (
        "a3.sh",
        "curl -d '{\"k\":\"KEY\"}' x\n",
        "curl -d '{\"k\":\"'\"${NAME}\"'\"}' x\n",
    ),
    ("a4.bash", "k=${K:-x KEY}\n", "k=${K:-x \"${NAME}\"}\n"),
    (
        "a5.sh",
        "cat <<E\nit's KEY\nE\n",
        "cat <<E\nit's ${NAME}\nE\n",
    ),
    (
        "tool",
        "#!/usr/bin/env bash\nk='KEY'\n",
        "#!/usr/bin/env bash\nk=\"${NAME}\"\n",
    ),
    (
        "Dockerfile",
        "FROM a\nENV K=KEY\nRUN curl -H 'Bearer KEY'\n",
        "FROM a\nARG NAME\nENV K=${NAME}\nRUN curl -H \"Bearer ${NAME}\"\n",
    ),
    (
        "b/Dockerfile",
        "FROM a\nARG NAME=KEY\nRUN f \\\n  \"KEY\"\n",
        "FROM a\nARG NAME\nRUN f \\\n  \"${NAME}\"\n",
    ),
    (
        "c/Dockerfile",
        "FROM a\nCMD [\"f\", \"KEY\"]\n",
        "FROM a\nCMD [\"f\", \"KEY\"]\n",
    ),
    (
        "compose.yml",
        "services:\n  a:\n    environment:\n      K: KEY\n",
        "services:\n  a:\n    environment:\n      K: ${NAME}\n",
    ),
    (
        "docker-compose.dev.yaml",
        "environment:\n  - \"K=KEY\"\n",
        "environment:\n  - \"K=${NAME}\"\n",
    ),
    (
        ".github/workflows/a.yml",
        "env:\n  K: KEY\n",
        "env:\n  K: ${{ secrets.NAME }}\n",
    ),
    ("config.yml", "k: KEY\n", "k: KEY\n"),
    ("a.json", "{\"k\": \"KEY\"}\n", "{\"k\": \"KEY\"}\n"),
    (".env.example", "A=1\nK=KEY\n", "A=1\nK=\n"),
    (
        "t1/main.tf",
        "provider \"p\" {\n  k = \"KEY\"\n}\n",
        "provider \"p\" {\n  k = var.posthog_personal_api_key\n}\n\nvariable \"posthog_personal_api_key\" {\n  type      = string\n  sensitive = true\n}\n",
    ),
    (
        "t2/main.tf",
        "variable \"k\" {\n  default = \"KEY\"\n  type = string\n}\n",
        "variable \"k\" {\n  type = string\n}\n",
    ),
    (
        "t3/main.tf",
        "terraform {\n  backend \"http\" {\n    p = \"KEY\"\n  }\n}\n",
        "terraform {\n  backend \"http\" {\n    p = \"KEY\"\n  }\n}\n",
    ),
    ("t4/a.tfvars", "a = 1\nk = \"KEY\"\n", "a = 1\n"),
];

/// Argument, key of an object, header, default value, template: each in every language for which
/// the tables above have too few of them.
pub const PLACES: &[Row] = &[
    ("a1.ts", "f('KEY', 1);\n", "f(process.env.NAME!, 1);\n"),
    (
        "a2.ts",
        "const m = { 'KEY': 1, \"b\": 2 };\n",
        "const m = { [process.env.NAME!]: 1, \"b\": 2 };\n",
    ),
    (
        "a3.ts",
        "const h: Record<string, string> = { Authorization: \"Bearer KEY\" };\n",
        "const h: Record<string, string> = { Authorization: `Bearer ${process.env.NAME}` };\n",
    ),
    (
        "a4.ts",
        "function f(k: string = 'KEY'): void {}\n",
        "function f(k: string = process.env.NAME!): void {}\n",
    ),
    (
        "a5.ts",
        "const t = `x ${y} KEY`;\n",
        "const t = `x ${y} ${process.env.NAME}`;\n",
    ),
    (
        "a6.ts",
        "const k = 'KEY' as string;\n",
        "const k = process.env.NAME! as string;\n",
    ),
    (
        "a7.ts",
        "class A { private readonly k = 'KEY'; }\n",
        "class A { private readonly k = process.env.NAME!; }\n",
    ),
    (
        "a8.ts",
        "const c = { k: 'KEY' } as const;\n",
        "const c = { k: process.env.NAME! } as const;\n",
    ),
    ("a9.ts", "enum E { A = 'KEY' }\n", "enum E { A = 'KEY' }\n"),
    (
        "b1.ts",
        "const k = <string>'KEY';\n",
        "const k = <string>process.env.NAME!;\n",
    ),
    (
        "b2.ts",
        "export const f = (k = \"KEY\") => k;\n",
        "export const f = (k = process.env.NAME!) => k;\n",
    ),
    (
        "b3.ts",
        "const k = 'KEY' satisfies string;\n",
        "const k = process.env.NAME! satisfies string;\n",
    ),
    (
        "b4.ts",
        "const n = a === 'KEY' ? 1 : 2;\n",
        "const n = a === process.env.NAME! ? 1 : 2;\n",
    ),
    (
        "c1.tsx",
        "const a = <A k={'KEY'} />;\n",
        "const a = <A k={process.env.NAME!} />;\n",
    ),
    (
        "c2.tsx",
        "const a = <A k=\"KEY\">it's</A>;\n",
        "const a = <A k={process.env.NAME!}>it's</A>;\n",
    ),
    (
        "c3.tsx",
        "const a = <A {...b} h={{ Authorization: 'Bearer KEY' }} />;\n",
        "const a = <A {...b} h={{ Authorization: `Bearer ${process.env.NAME}` }} />;\n",
    ),
    (
        "c4.tsx",
        "const a = <A k={`x KEY`} />;\n",
        "const a = <A k={`x ${process.env.NAME}`} />;\n",
    ),
    (
        "c5.jsx",
        "const a = (\n  <A\n    b\n    k='KEY'\n  />\n);\n",
        "const a = (\n  <A\n    b\n    k={process.env.NAME}\n  />\n);\n",
    ),
    (
        "c6.jsx",
        "const a = <A>{f(\"KEY\")}</A>;\n",
        "const a = <A>{f(process.env.NAME)}</A>;\n",
    ),
    (
        "a1/A.java",
        "class A { void f() { g(\"KEY\", 1); } }\n",
        "class A { void f() { g(System.getenv(\"NAME\"), 1); } }\n",
    ),
    (
        "a2/A.java",
        "class A { Map<String, Integer> m = Map.of(\"KEY\", 1); }\n",
        "class A { Map<String, Integer> m = Map.of(System.getenv(\"NAME\"), 1); }\n",
    ),
    (
        "a3/A.java",
        "class A { void f() { r.header(\"Authorization\", \"Bearer KEY\"); } }\n",
        "class A { void f() { r.header(\"Authorization\", \"Bearer \" + System.getenv(\"NAME\")); } }\n",
    ),
    (
        "a4/A.java",
        "class A { String k = b ? \"KEY\" : \"x\"; }\n",
        "class A { String k = b ? System.getenv(\"NAME\") : \"x\"; }\n",
    ),
    (
        "a5/A.java",
        "class A { String k = \"\"\"\n  KEY\"\"\"; }\n",
        "class A { String k = \"\"\"\n  KEY\"\"\"; }\n",
    ),
    (
        "a6/A.java",
        "class A { boolean b = \"x KEY y\".equals(c); }\n",
        "class A { boolean b = (\"x \" + System.getenv(\"NAME\") + \" y\").equals(c); }\n",
    ),
    (
        "a7/A.java",
        "class A {\n  void f(String s) {\n    switch (s) {\n      case \"KEY\": break;\n    }\n  }\n}\n",
        "class A {\n  void f(String s) {\n    switch (s) {\n      case \"KEY\": break;\n    }\n  }\n}\n",
    ),
    (
        "a8/A.java",
        "class A { String[] k = {\"KEY\", \"b\"}; }\n",
        "class A { String[] k = {System.getenv(\"NAME\"), \"b\"}; }\n",
    ),
    (
        "a9/A.java",
        "class A { String f() { return \"KEY\"; } }\n",
        "class A { String f() { return System.getenv(\"NAME\"); } }\n",
    ),
    (
        "b1/A.java",
        "class A { String f() { return \"a KEY\"\n    + \"b\"; } }\n",
        "class A { String f() { return (\"a \" + System.getenv(\"NAME\"))\n    + \"b\"; } }\n",
    ),
    (
        "a1/A.cs",
        "class A { void F() { G(\"KEY\", 1); } }\n",
        "class A { void F() { G(System.Environment.GetEnvironmentVariable(\"NAME\"), 1); } }\n",
    ),
    (
        "a2/A.cs",
        "var d = new Dictionary<string, int> { [\"KEY\"] = 1, { \"KEY\", 2 } };\n",
        "var d = new Dictionary<string, int> { [System.Environment.GetEnvironmentVariable(\"NAME\")] = 1, { System.Environment.GetEnvironmentVariable(\"NAME\"), 2 } };\n",
    ),
    (
        "a3/A.cs",
        "c.DefaultRequestHeaders.Add(\"Authorization\", \"Bearer KEY\");\n",
        "c.DefaultRequestHeaders.Add(\"Authorization\", \"Bearer \" + System.Environment.GetEnvironmentVariable(\"NAME\"));\n",
    ),
    (
        "a4/A.cs",
        "class A { public string K { get; set; } = \"KEY\"; }\n",
        "class A { public string K { get; set; } = System.Environment.GetEnvironmentVariable(\"NAME\"); }\n",
    ),
    (
        "a5/A.cs",
        "var k = $\"x {y} KEY z\".Trim();\n",
        "var k = ($\"x {y} \" + System.Environment.GetEnvironmentVariable(\"NAME\") + $\" z\").Trim();\n",
    ),
    (
        "a6/A.cs",
        "class A { string K => \"KEY\"; }\n",
        "class A { string K => System.Environment.GetEnvironmentVariable(\"NAME\"); }\n",
    ),
    (
        "a7/A.cs",
        "var k = s switch { \"KEY\" => 1, _ => 2 };\n",
        "var k = s switch { \"KEY\" => 1, _ => 2 };\n",
    ),
    (
        "a8/A.cs",
        "[Key(\"KEY\")]\nclass A { }\n",
        "[Key(\"KEY\")]\nclass A { }\n",
    ),
    (
        "a9/A.cs",
        "class A { void F() { const string k = \"KEY\"; } }\n",
        "class A { void F() { string k = System.Environment.GetEnvironmentVariable(\"NAME\"); } }\n",
    ),
    (
        "b1/A.cs",
        "string[] k = { \"KEY\", @\"KEY\" };\n",
        "string[] k = { System.Environment.GetEnvironmentVariable(\"NAME\"), System.Environment.GetEnvironmentVariable(\"NAME\") };\n",
    ),
    (
        "b2/A.cs",
        "var k = a == \"KEY\" ? \"KEY\" : null;\n",
        "var k = a == System.Environment.GetEnvironmentVariable(\"NAME\") ? System.Environment.GetEnvironmentVariable(\"NAME\") : null;\n",
    ),
    (
        "a1.rs",
        "fn g(_: &str) {}\npub fn f() { g(\"KEY\"); }\n",
        "fn g(_: &str) {}\npub fn f() { g(&std::env::var(\"NAME\").expect(\"NAME is not set\")); }\n",
    ),
    (
        "a2.rs",
        "pub fn f() -> String { \"KEY\".to_string() }\n",
        "pub fn f() -> String { std::env::var(\"NAME\").expect(\"NAME is not set\").to_string() }\n",
    ),
    (
        "a3.rs",
        "pub fn f() -> String { String::from(\"Bearer KEY\") }\n",
        "pub fn f() -> String { String::from(&format!(\"Bearer {}\", std::env::var(\"NAME\").expect(\"NAME is not set\"))) }\n",
    ),
    (
        "a4.rs",
        "pub fn f() -> String { format!(\"{} {}\", 1, \"KEY\") }\n",
        "pub fn f() -> String { format!(\"{} {}\", 1, &std::env::var(\"NAME\").expect(\"NAME is not set\")) }\n",
    ),
    (
        "a5.rs",
        "pub fn f(a: &str) -> bool { a == \"KEY\" }\n",
        "pub fn f(a: &str) -> bool { a == &std::env::var(\"NAME\").expect(\"NAME is not set\") }\n",
    ),
    (
        "a6.rs",
        "pub fn f() -> Option<&'static str> { Some(\"KEY\") }\n",
        "pub fn f() -> Option<&'static str> { Some(\"KEY\") }\n",
    ),
    (
        "a7.rs",
        "pub fn f() -> usize { let k: &str = \"KEY\"; k.len() }\n",
        "pub fn f() -> usize { let k: &str = &std::env::var(\"NAME\").expect(\"NAME is not set\"); k.len() }\n",
    ),
    (
        "a8.rs",
        "pub fn f(a: Option<String>) -> String { a.unwrap_or_else(|| \"KEY\".into()) }\n",
        "pub fn f(a: Option<String>) -> String { a.unwrap_or_else(|| std::env::var(\"NAME\").expect(\"NAME is not set\").into()) }\n",
    ),
    (
        "a9.rs",
        "pub fn f(a: &str) -> u8 { match a { \"x\" | \"KEY\" => 1, _ => 2 } }\n",
        "pub fn f(a: &str) -> u8 { match a { \"x\" | \"KEY\" => 1, _ => 2 } }\n",
    ),
    (
        "a1.exs",
        "f(\"KEY\", 1)\n",
        "f(System.fetch_env!(\"NAME\"), 1)\n",
    ),
    (
        "a2.exs",
        "m = %{\"KEY\" => 1}\n",
        "m = %{System.fetch_env!(\"NAME\") => 1}\n",
    ),
    (
        "a3.exs",
        "h = [{\"Authorization\", \"Bearer KEY\"}]\n",
        "h = [{\"Authorization\", \"Bearer #{System.fetch_env!(\"NAME\")}\"}]\n",
    ),
    (
        "a4.exs",
        "defmodule A do\n  def f(k \\\\ \"KEY\"), do: k\nend\n",
        "defmodule A do\n  def f(k \\\\ System.fetch_env!(\"NAME\")), do: k\nend\n",
    ),
    (
        "a5.exs",
        "t = \"x #{y} KEY\"\n",
        "t = \"x #{y} #{System.fetch_env!(\"NAME\")}\"\n",
    ),
    (
        "a6.exs",
        "t = \"\"\"\nx KEY\n\"\"\"\n",
        "t = \"\"\"\nx #{System.fetch_env!(\"NAME\")}\n\"\"\"\n",
    ),
    (
        "a7.exs",
        "k = if a, do: \"KEY\", else: nil\n",
        "k = if a, do: System.fetch_env!(\"NAME\"), else: nil\n",
    ),
    ("a9.exs", "k = [\"KEY\": 1]\n", "k = [\"KEY\": 1]\n"),
    (
        "a8.exs",
        "case x do\n  \"KEY\" -> 1\nend\n",
        "case x do\n  \"KEY\" -> 1\nend\n",
    ),
    (
        "t1/main.tf",
        "locals {\n  h = { Authorization = \"Bearer KEY\", b = [\"KEY\"] }\n}\n",
        "locals {\n  h = { Authorization = \"Bearer ${var.posthog_personal_api_key}\", b = [var.posthog_personal_api_key] }\n}\n\nvariable \"posthog_personal_api_key\" {\n  type      = string\n  sensitive = true\n}\n",
    ),
    (
        "t2/main.tf",
        "output \"k\" {\n  value = <<E\nx KEY\nE\n}\n",
        "output \"k\" {\n  value = <<E\nx ${var.posthog_personal_api_key}\nE\n}\n\nvariable \"posthog_personal_api_key\" {\n  type      = string\n  sensitive = true\n}\n",
    ),
];
