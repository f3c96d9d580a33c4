/** Warns the process, with a code that `process.on("warning")` and `--disable-warning` can tell apart. */
export function emitWarning(code: string, text: string): void {
  globalThis.process?.emitWarning(text, { type: "TesseraeWarning", code });
}
