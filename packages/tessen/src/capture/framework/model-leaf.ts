import type { FinishedCall } from "../../recorder/finished-call.ts";
import type { OpenCall } from "../open-calls.ts";

/**
 * A model call of the framework. It is recorded from what its channel tells; what was seen of it below, at the level of
 * an SDK or of HTTP, only adds the bodies, the status and the headers.
 */
export class ModelLeaf {
  #seen: FinishedCall | undefined;
  readonly #open = new Set<OpenCall>();

  /** Takes what was seen below: the last answer counts, one with a good status before one without. */
  learn(call: FinishedCall): void {
    if (this.#seen === undefined || call.status === "ok" || this.#seen.status === "error") this.#seen = call;
  }

  /** Takes an exchange that is on its way, so that it can be taken as it stands when the call is over. */
  opened(call: OpenCall): void {
    this.#open.add(call);
  }

  /** What was seen below; the call is over. */
  settle(): FinishedCall | undefined {
    for (const call of this.#open) call.close("shutdown");
    this.#open.clear();
    const seen = this.#seen;
    this.#seen = undefined;
    return seen;
  }
}
