/** What tessen does at a hook of the host's; counted by these names when it fails. */
export type HookKind =
  | "sdk"
  | "response"
  | "stream"
  | "http"
  | "framework"
  | "record"
  | "discovery"
  | "exit"
  | "call_site";

/**
 * Runs what hooks do so that nothing of it reaches the host: a failure is counted, and told once for each kind on
 * standard error.
 */
export class Guard {
  readonly failures: Partial<Record<HookKind, number>> = {};
  readonly #told = new Set<string>();

  /** Runs the work; `undefined` when it failed. */
  run<T>(kind: HookKind, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.failed(kind, error);
      return undefined;
    }
  }

  /** Counts a failure. */
  failed(kind: HookKind, error: unknown): void {
    this.failures[kind] = (this.failures[kind] ?? 0) + 1;
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.tell(kind, `a ${kind} hook failed (${text}). The program is not affected; some calls may be missing.`);
  }

  /** Tells the user of each kind of trouble once. */
  tell(kind: string, message: string): void {
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    try {
      process.stderr.write(`tessen: ${message.replaceAll(/\s+/g, " ").slice(0, 500)}\n`);
    } catch {
      // Standard error is closed: nobody is there to be told.
    }
  }
}
