import type { RunContext } from "@tesserae/core";

/** A context of a run whose work ends with the run, however that ended. */
export interface BoundedContext {
  readonly context: RunContext;
  /** The run is over: who still works is aborted. */
  end(): void;
}

/** The context with a signal of its own, which aborts with the given one and at the end of the run. */
export function boundedContext(outer: RunContext): BoundedContext {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(outer.signal?.reason);
  if (outer.signal?.aborted === true) onAbort();
  else outer.signal?.addEventListener("abort", onAbort, { once: true });
  return {
    context: outer.withSignal(controller.signal),
    end: () => {
      outer.signal?.removeEventListener("abort", onAbort);
      controller.abort();
    },
  };
}
