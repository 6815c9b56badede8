//! Projects as newcomers and agents write them: the commit is refused, `phguard fix` mends it, and
//! the next commit passes.

use super::{Row, check, text};
use crate::sandbox::Sandbox;

const NEXT: &[Row] = &[
    (
        "lib/posthog.ts",
        "import { PostHog } from 'posthog-node'\n\nexport const posthog = new PostHog('KEY', {\n  host: 'https://us.i.posthog.com',\n})\n",
        "import { PostHog } from 'posthog-node'\n\nexport const posthog = new PostHog(process.env.NAME!, {\n  host: 'https://us.i.posthog.com',\n})\n",
    ),
    (
        "app/api/insights/route.ts",
        "const TOKEN = process.env.PH_X || 'KEY'\n\nexport async function GET() {\n  return fetch(url, { headers: { Authorization: `Bearer ${TOKEN}` } })\n}\n",
        "const TOKEN = process.env.PH_X!\n\nexport async function GET() {\n  return fetch(url, { headers: { Authorization: `Bearer ${TOKEN}` } })\n}\n",
    ),
    (
        "app/page.tsx",
        "export default async function Page() {\n  const res = await fetch(url, {\n    headers: {\n      Authorization: 'Bearer KEY',\n    },\n  })\n  return <main className=\"p-4\">Don't panic, {await res.text()}</main>\n}\n",
        "export default async function Page() {\n  const res = await fetch(url, {\n    headers: {\n      Authorization: `Bearer ${process.env.NAME}`,\n    },\n  })\n  return <main className=\"p-4\">Don't panic, {await res.text()}</main>\n}\n",
    ),
    (
        "next.config.mjs",
        "export default {\n  env: {\n    NAME: 'KEY',\n  },\n}\n",
        "export default {\n  env: {\n    NAME: process.env.NAME,\n  },\n}\n",
    ),
];

const VITE: &[Row] = &[(
    "server/proxy.ts",
    "export default defineConfig({\n  server: { proxy: { '/api': { headers: { Authorization: \"Bearer KEY\" } } } },\n})\n",
    "export default defineConfig({\n  server: { proxy: { '/api': { headers: { Authorization: `Bearer ${process.env.NAME}` } } } },\n})\n",
)];

const EXPRESS: &[Row] = &[
    (
        "config/index.js",
        "module.exports = {\n  port: process.env.PORT || 3000,\n  apiKey: process.env.PH_X || 'KEY',\n};\n",
        "module.exports = {\n  port: process.env.PORT || 3000,\n  apiKey: process.env.PH_X,\n};\n",
    ),
    (
        "index.js",
        "const { data } = await axios.get('https://app.posthog.com/api/?personal_api_key=KEY');\n",
        "const { data } = await axios.get(`https://app.posthog.com/api/?personal_api_key=${process.env.NAME}`);\n",
    ),
];

const DJANGO: &[Row] = &[
    (
        "mysite/settings.py",
        "\"\"\"\nDjango settings for mysite project.\n\"\"\"\n\nimport os\nfrom pathlib import Path\n\nA = os.environ.get('PH_X', 'KEY')\nB = \"KEY\"\n",
        "\"\"\"\nDjango settings for mysite project.\n\"\"\"\n\nimport os\nfrom pathlib import Path\n\nA = os.environ['PH_X']\nB = os.environ[\"NAME\"]\n",
    ),
    (
        "analytics/client.py",
        "from posthog import Posthog\n\nposthog = Posthog(\n    project_api_key='phc_abc',\n    personal_api_key='KEY',\n)\n",
        "import os\nfrom posthog import Posthog\n\nposthog = Posthog(\n    project_api_key='phc_abc',\n    personal_api_key=os.environ['NAME'],\n)\n",
    ),
];

const FLASK: &[Row] = &[
    (
        "app.py",
        "from flask import Flask\n\napp = Flask(__name__)\napp.config['K'] = 'KEY'\n",
        "import os\nfrom flask import Flask\n\napp = Flask(__name__)\napp.config['K'] = os.environ['NAME']\n",
    ),
    (
        "config.py",
        "class Config:\n    K: str = \"KEY\"\n",
        "import os\n\n\nclass Config:\n    K: str = os.environ[\"NAME\"]\n",
    ),
    (
        "Procfile",
        "web: K=KEY gunicorn app:app\n",
        "web: K=\"${NAME}\" gunicorn app:app\n",
    ),
];

const RAILS: &[Row] = &[
    (
        "config/initializers/posthog.rb",
        "$posthog = PostHog::Client.new({\n  api_key: ENV.fetch('PH_X', 'KEY'),\n  personal_api_key: \"KEY\"\n})\n",
        "$posthog = PostHog::Client.new({\n  api_key: ENV.fetch('PH_X'),\n  personal_api_key: ENV.fetch(\"NAME\")\n})\n",
    ),
    (
        "app/services/insights.rb",
        "class Insights\n  TOKEN = 'KEY'.freeze\n\n  def headers\n    { 'Authorization' => \"Bearer KEY\" }\n  end\nend\n",
        "class Insights\n  TOKEN = ENV.fetch('NAME').freeze\n\n  def headers\n    { 'Authorization' => \"Bearer #{ENV.fetch(\"NAME\")}\" }\n  end\nend\n",
    ),
    (
        "config/secrets.yml",
        "development:\n  posthog: KEY\n",
        "development:\n  posthog: <%= ENV.fetch(\"NAME\") %>\n",
    ),
];

const LARAVEL: &[Row] = &[
    (
        "config/services.php",
        "<?php\n\nreturn [\n    'posthog' => [\n        'key' => env('PH_X', 'KEY'),\n        'secret' => 'KEY',\n    ],\n];\n",
        "<?php\n\nreturn [\n    'posthog' => [\n        'key' => env('PH_X'),\n        'secret' => env('NAME'),\n    ],\n];\n",
    ),
    (
        "app/Http/Controllers/InsightController.php",
        "<?php\n\nclass InsightController\n{\n    public function index()\n    {\n        return Http::withHeaders([\n            'Authorization' => 'Bearer KEY',\n        ])->get('https://us.posthog.com/api');\n    }\n}\n",
        "<?php\n\nclass InsightController\n{\n    public function index()\n    {\n        return Http::withHeaders([\n            'Authorization' => 'Bearer ' . getenv('NAME'),\n        ])->get('https://us.posthog.com/api');\n    }\n}\n",
    ),
    (".env.example", "A=1\nNAME=\"KEY\"\n", "A=1\nNAME=\"\"\n"),
];

const GO: &[Row] = &[
    (
        "main.go",
        "package main\n\nimport (\n\t\"fmt\"\n\t\"net/http\"\n)\n\nconst apiKey = \"KEY\"\n\nfunc main() {\n\treq, _ := http.NewRequest(\"GET\", \"https://us.posthog.com\", nil)\n\treq.Header.Set(\"Authorization\", \"Bearer KEY\")\n\tfmt.Println(req, apiKey)\n}\n",
        "package main\n\nimport (\n\t\"fmt\"\n\t\"net/http\"\n\t\"os\"\n)\n\nvar apiKey = os.Getenv(\"NAME\")\n\nfunc main() {\n\treq, _ := http.NewRequest(\"GET\", \"https://us.posthog.com\", nil)\n\treq.Header.Set(\"Authorization\", \"Bearer \" + os.Getenv(\"NAME\"))\n\tfmt.Println(req, apiKey)\n}\n",
    ),
    (
        "client/client.go",
        "package client\n\nconst (\n\thost = \"https://us.i.posthog.com\"\n\tkey  = \"KEY\"\n)\n",
        "package client\n\nimport \"os\"\n\nconst (\n\thost = \"https://us.i.posthog.com\"\n)\n\nvar key = os.Getenv(\"NAME\")\n",
    ),
    (
        "values/values.go",
        "package values\n\nconst (\n\tkey = \"KEY\"\n\tsame\n)\n",
        "package values\n\nconst (\n\tkey = \"KEY\"\n\tsame\n)\n",
    ),
    (
        "Makefile",
        "run:\n\tK=KEY go run .\n",
        "run:\n\tK=$(NAME) go run .\n",
    ),
];

const SPRING: &[Row] = &[
    (
        "src/main/resources/application.properties",
        "# KEY\na.name=demo\na.key=KEY\n",
        "# NAME\na.name=demo\na.key=${NAME}\n",
    ),
    (
        "src/main/resources/application-dev.yml",
        "posthog:\n  api-key: KEY\n",
        "posthog:\n  api-key: ${NAME}\n",
    ),
    (
        "src/main/java/Client.java",
        "class Client {\n    private static final String TOKEN = \"KEY\";\n\n    @Value(\"${PH_X:KEY}\")\n    private String other;\n\n    void call() {\n        request.header(\"Authorization\", \"Bearer KEY\");\n    }\n}\n",
        "class Client {\n    private static final String TOKEN = System.getenv(\"NAME\");\n\n    @Value(\"${PH_X}\")\n    private String other;\n\n    void call() {\n        request.header(\"Authorization\", \"Bearer \" + System.getenv(\"NAME\"));\n    }\n}\n",
    ),
];

const INFRASTRUCTURE: &[Row] = &[
    (
        ".github/workflows/deploy.yml",
        "jobs:\n  deploy:\n    env:\n      K: KEY\n    steps:\n      - run: |\n          curl -H \"Authorization: Bearer KEY\" https://us.posthog.com\n      - uses: a/b@v1\n        with:\n          key: 'KEY'\n",
        "jobs:\n  deploy:\n    env:\n      K: ${{ secrets.NAME }}\n    steps:\n      - run: |\n          curl -H \"Authorization: Bearer ${{ secrets.NAME }}\" https://us.posthog.com\n      - uses: a/b@v1\n        with:\n          key: '${{ secrets.NAME }}'\n",
    ),
    (
        "docker-compose.yml",
        "services:\n  web:\n    environment:\n      - K=KEY\n    command: [\"run\", \"--key\", \"KEY\"]\n",
        "services:\n  web:\n    environment:\n      - K=${NAME}\n    command: [\"run\", \"--key\", \"${NAME}\"]\n",
    ),
    (
        "deploy.sh",
        "#!/bin/sh\nset -eu\nK=\"${PH_X:-KEY}\"\ncurl -H 'Authorization: Bearer KEY' https://us.posthog.com\n",
        "#!/bin/sh\nset -eu\nK=\"${PH_X}\"\ncurl -H \"Authorization: Bearer ${NAME}\" https://us.posthog.com\n",
    ),
    (
        "main.tf",
        "provider \"posthog\" {\n  api_key = \"KEY\"\n}\n",
        "provider \"posthog\" {\n  api_key = var.posthog_personal_api_key\n}\n\nvariable \"posthog_personal_api_key\" {\n  type      = string\n  sensitive = true\n}\n",
    ),
];

/// Every project, one after the other.
pub const ALL: [&[Row]; 10] = [
    NEXT,
    VITE,
    EXPRESS,
    DJANGO,
    FLASK,
    RAILS,
    LARAVEL,
    GO,
    SPRING,
    INFRASTRUCTURE,
];

#[test]
fn every_project_gets_what_a_person_would_write() {
    for project in ALL {
        check(project);
    }
}

#[test]
fn every_project_is_committed_after_the_fix() {
    for project in ALL {
        let sandbox = Sandbox::with_hook();
        for (file, before, after) in project {
            if before != after {
                sandbox.stage(file, text(before));
            }
        }
        let message = sandbox.commit().exits(1).stderr;
        assert!(message.ends_with("\n  phguard fix\n"), "{message}");
        sandbox.phguard(["fix", "--yes"]).exits(0);
        sandbox.commit().exits(0);
    }
}
