#!/usr/bin/env node
// Starts the binary of this platform's package; what becomes of it becomes of this process.
"use strict";

const { spawn } = require("node:child_process");
const os = require("node:os");

// Nothing was scanned: a hook that gets this must block.
function giveUp(why, wayOut) {
  process.stderr.write(`phguard: nothing was approved: the program phguard cannot be started.\n`);
  process.stderr.write(`  why: ${why}\n  try: ${wayOut}\n`);
  process.exit(2);
}

function binary() {
  const platform = `phguard-${process.platform}-${process.arch}`;
  const file = process.platform === "win32" ? "phguard.exe" : "phguard";
  try {
    return require.resolve(`${platform}/bin/${file}`);
  } catch {
    return giveUp(
      `the package ${platform} is not installed`,
      "npm install without --omit=optional; where there is no such package, build phguard with cargo",
    );
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
  // A signal that this process ignores must not make a success of it.
  process.exitCode = 128 + os.constants.signals[signal];
  forwarded.forEach((name) => process.removeAllListeners(name));
  process.kill(process.pid, signal);
});
