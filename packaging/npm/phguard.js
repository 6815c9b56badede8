#!/usr/bin/env node
// Starts the binary of this platform's package, and ends as it does.
"use strict";

const { spawn } = require("node:child_process");
const os = require("node:os");

// Nothing was scanned: a hook that gets this must block.
function giveUp(why, hint) {
  process.stderr.write(`phguard: nothing was approved: the program phguard cannot be started.\n`);
  process.stderr.write(`  why: ${why}\n  try: ${hint}\n`);
  process.exit(2);
}

// The packages of the platforms are the optional dependencies of this one.
function binary() {
  const platform = `${process.platform}-${process.arch}`;
  const packages = Object.keys(require("../package.json").optionalDependencies);
  const name = packages.find((name) => name.endsWith(`/phguard-${platform}`));
  if (name === undefined) {
    giveUp(`there is no package for ${platform}`, "cargo install --locked phguard");
  }
  const file = process.platform === "win32" ? "phguard.exe" : "phguard";
  try {
    return require.resolve(`${name}/bin/${file}`);
  } catch {
    return giveUp(`the package ${name} is not installed`, "npm install without --omit=optional");
  }
}

const program = binary();
const forwarded = ["SIGINT", "SIGTERM", "SIGHUP"];
for (const signal of forwarded) {
  process.on(signal, () => child.kill(signal));
}
const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
child.on("error", (error) => giveUp(error.message, "npm rebuild, or install the package again"));
child.on("exit", (code, signal) => {
  if (signal === null) {
    process.exit(code);
  }
  // On Windows a process that ends itself by a signal exits with 1, which means that a key was found.
  if (process.platform === "win32") {
    process.exit(2);
  }
  // A signal that this process ignores must not make a success of it.
  process.exitCode = 128 + os.constants.signals[signal];
  forwarded.forEach((name) => process.removeAllListeners(name));
  process.kill(process.pid, signal);
});
