import { CancelledError } from "../errors/kinds.ts";
import { isObject, type Json } from "../json.ts";
import type { SignalEntry } from "./entries.ts";
import type { Recording } from "./recording.ts";

/**
 * Where an abort came, in items of the result: how many were shown is written with it, and a replay shows as many. So
 * its result is the same, however fast its strands are.
 */
export class AbortPlace {
  #shown = 0;
  #atAbort: number | undefined;

  /** @param replayed the record that a replay follows; a run that goes on by itself has none. */
  constructor(replayed: Recording | undefined) {
    const abort = replayed?.order.find(({ entry, dropped }) => !dropped && isAbort(entry));
    if (abort !== undefined && abort.entry.e === "signal") this.#atAbort = shownIn(abort.entry.value);
  }

  /** An item is about to be shown; gives what rejects when the run was aborted before it. */
  showing(signal: AbortSignal): Promise<never> | undefined {
    if (this.#atAbort === undefined || this.#shown < this.#atAbort) {
      this.#shown += 1;
      return undefined;
    }
    const aborted = new Promise<never>((_, reject) => {
      const abort = (): void => reject(new CancelledError(undefined, { cause: signal.reason }));
      if (signal.aborted) abort();
      else signal.addEventListener("abort", abort, { once: true });
    });
    // Who shows items need not wait for them.
    aborted.catch(() => undefined);
    return aborted;
  }

  /** The abort takes its place: nothing more is shown. Gives what is written of it. */
  take(): number {
    this.#atAbort = this.#shown;
    return this.#shown;
  }

  /** True when as much was shown as when this came from outside. */
  isReached(entry: SignalEntry): boolean {
    return entry.k !== "abort" || this.#shown >= (shownIn(entry.value) ?? 0);
  }
}

function isAbort(entry: { readonly e: string; readonly k?: string }): boolean {
  return entry.e === "signal" && entry.k === "abort";
}

/** An abort that came before the run had begun does not say, nor does one of a journal that was written before. */
function shownIn(value: Json): number | undefined {
  const shown = isObject(value) ? value["shown"] : undefined;
  return typeof shown === "number" ? shown : undefined;
}
