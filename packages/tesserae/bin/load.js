"use strict";

const { enableCompileCache } = require("node:module");
const { pathToFileURL } = require("node:url");

/** `node:sqlite` is what we want: its experimental warning tells a user of a command nothing. */
function silenceSqliteWarning() {
  const emit = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    if (!String(warning).startsWith("SQLite is an experimental feature")) emit.call(process, warning, ...rest);
  };
}

/** A reader that leaves early (`tesserae show RUN | head`) ends the command quietly. */
function endWhenReaderLeaves() {
  process.stdout.on("error", (error) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
}

/**
 * Imports a module that exports `main(argv): Promise<number>` and runs it with the arguments of the command line.
 * The number becomes the exit code. A `main` that throws is a defect: its message and stack are printed, the code is 1.
 */
async function load(file) {
  silenceSqliteWarning();
  endWhenReaderLeaves();
  enableCompileCache();
  try {
    const { main } = await import(pathToFileURL(file).href);
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  }
}

module.exports = { load };
