"use strict";

const { enableCompileCache } = require("node:module");
const { basename, dirname } = require("node:path");
const { pathToFileURL } = require("node:url");

/** The package, which is called as its command is. */
const NAME = basename(dirname(__dirname));

/** `node:sqlite` is what we want: its experimental warning tells a user of a command nothing. */
function silenceSqliteWarning() {
  const emit = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    if (!String(warning).startsWith("SQLite is an experimental feature")) emit.call(process, warning, ...rest);
  };
}

/** What is written to `stream` from now on goes nowhere, and each write succeeds. */
function discard(stream) {
  stream.write = (_chunk, encoding, callback) => {
    const done = typeof encoding === "function" ? encoding : callback;
    if (done !== undefined) process.nextTick(done);
    return true;
  };
}

/**
 * Output that cannot be written does not end the command: a run that it performs goes on and ends its journal. A reader
 * that leaves early (`tesserae show RUN | head`) is no fault; a full disk is one, which is said once and gives exit code
 * 1. Errors of standard error are nobody's: there is no place left to tell them.
 *
 * Returns a function that gives the exit code of the command, from that of its `main`.
 */
function outliveOutput() {
  let isLost = false;
  let isFailed = false;
  process.stderr.on("error", () => discard(process.stderr));
  process.stdout.on("error", (error) => {
    // Several writes may have been under way.
    if (isLost) return;
    isLost = true;
    discard(process.stdout);
    if (error.code === "EPIPE") return;
    isFailed = true;
    process.stderr.write(`${NAME}: standard output cannot be written: ${error.message}. The rest of it is lost.\n`);
    process.exitCode = process.exitCode || 1;
  });
  return (code) => (isFailed ? code || 1 : code);
}

/**
 * Imports a module that exports `main(argv): Promise<number>` and runs it with the arguments of the command line.
 * The number becomes the exit code. A `main` that throws is a defect: its message and stack are printed, the code is 1.
 */
async function load(file) {
  silenceSqliteWarning();
  const exitCode = outliveOutput();
  enableCompileCache();
  try {
    const { main } = await import(pathToFileURL(file).href);
    process.exitCode = exitCode(await main(process.argv.slice(2)));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  }
}

module.exports = { load };
