/** Warns the process, once for each subject: what goes wrong with every message is worth one line. */
export class WarnOnce {
  readonly #told = new Set<unknown>();

  warn(subject: unknown, code: string, text: string): void {
    if (this.#told.has(subject)) return;
    this.#told.add(subject);
    emitWarning(code, text);
  }
}

/** Warns the process, with a code that `process.on("warning")` and `--disable-warning` can tell apart. */
export function emitWarning(code: string, text: string): void {
  globalThis.process?.emitWarning(text, { type: "TesseraeWarning", code });
}
