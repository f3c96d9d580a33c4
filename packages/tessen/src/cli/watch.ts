import { setTimeout as delay } from "node:timers/promises";

/** Waits so many milliseconds, or until the signal aborts. */
export async function untilAborted(signal: AbortSignal, milliseconds: number): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch {
    // Aborted: the caller looks at the signal.
  }
}

/** Arguments in which an option may stand without its value: it gets the one that is meant then. */
export function withOptionalValue(args: readonly string[], option: string, value: string): string[] {
  return args.map((argument, place) => {
    const next = args[place + 1];
    return argument === option && (next === undefined || next.startsWith("-")) ? `${option}=${value}` : argument;
  });
}
