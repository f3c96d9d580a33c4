import type { ModelPayload } from "@tesserae/wire/channels";
import type { FinishedCall, Place } from "../../recorder/finished-call.ts";
import { NO_ANSWER } from "../failure.ts";
import type { OpenCall } from "../open-calls.ts";
import type { Session } from "../session.ts";
import { finishedModelCall } from "./finished-model-call.ts";
import type { ModelLeaf } from "./model-leaf.ts";

/** A model call of the framework until it is over. What is open when the program ends is recorded as it stands. */
export class OpenModelCall implements OpenCall {
  /** However long an answer takes, it is waited for. */
  readonly lastActivity: number = Infinity;
  readonly #session: Session;
  readonly #payload: ModelPayload;
  readonly #place: Place;
  readonly #leaf: ModelLeaf | undefined;

  constructor(session: Session, payload: ModelPayload, place: Place, leaf: ModelLeaf | undefined) {
    this.#session = session;
    this.#payload = payload;
    this.#place = place;
    this.#leaf = leaf;
    session.open.add(this);
  }

  /** The framework says that it is over. */
  over(): void {
    this.#session.open.delete(this);
  }

  close(): void {
    this.over();
    this.#session.guard.run("framework", () => this.#session.recorder.request(this.#asItStands()));
  }

  #asItStands(): FinishedCall {
    const seen = this.#leaf?.settle();
    const payload = { ...this.#payload, durationMs: Date.now() - this.#payload.startedAt };
    if (seen?.response !== undefined) {
      // A part of an answer.
      return { ...finishedModelCall(payload, this.#place, seen), streamEnd: seen.streamEnd ?? "shutdown" };
    }
    const { type, msg } = NO_ANSWER;
    const error = { name: type, code: "ERR_ABORTED", message: msg };
    return finishedModelCall({ ...payload, error }, this.#place, seen);
  }
}
