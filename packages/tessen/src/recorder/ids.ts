import { randomBytes } from "node:crypto";

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Makes the ids of one process: random at the front, counted at the back, so that one costs an addition. */
export class IdSource {
  readonly #event = `evt_${hex(8)}`;
  readonly #span = hex(3);
  #events = 0;
  #spans = 0;

  /** The id of an event: `evt_` and 24 hex digits. */
  nextEventId(): string {
    this.#events += 1;
    return this.#event + this.#events.toString(16).padStart(8, "0");
  }

  /** The id of a span: 16 hex digits. */
  nextSpanId(): string {
    this.#spans += 1;
    return this.#span + this.#spans.toString(16).padStart(10, "0");
  }
}

/** The id of a session: `sess_` and 16 hex digits. */
export function newSessionId(): string {
  return `sess_${hex(8)}`;
}

function hex(bytes: number): string {
  let text = "";
  for (const byte of randomBytes(bytes)) text += HEX[byte] ?? "";
  return text;
}
