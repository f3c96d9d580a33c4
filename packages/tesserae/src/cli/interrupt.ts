import { EXIT } from "./exit-codes.ts";
import { tell } from "./terminal.ts";

/** What Ctrl-C does to a run. */
export interface Interrupt {
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** The exit code that the signal asks for; `undefined` when none came. */
  exitCode(): number | undefined;
  /** Leaves Ctrl-C to Node again, unless one came: the next one still leaves at once, with the same exit code. */
  release(): void;
}

/** Exit codes are 128 and the number of the signal. */
const CODES = { SIGINT: EXIT.interrupted, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * The first Ctrl-C (or SIGTERM, or a closed terminal) aborts the run, which then ends its journal; the second one leaves
 * at once.
 */
export function watchInterrupt(): Interrupt {
  const controller = new AbortController();
  let code: number | undefined;
  const handlers = Object.entries(CODES).map(([name, exitCode]) => {
    const handler = (): void => {
      if (code !== undefined) process.exit(code);
      code = exitCode;
      tell("\nInterrupted: ending the run. Press Ctrl-C again to leave at once.");
      controller.abort();
    };
    process.on(name, handler);
    return [name, handler] as const;
  });
  return {
    signal: controller.signal,
    exitCode: () => code,
    release: () => {
      if (code !== undefined) return;
      for (const [name, handler] of handlers) process.off(name, handler);
    },
  };
}
