import { RuntimeError, canonicalJson, sha256Hex, toJson, type JsonObject } from "@tesserae/core";

/** What a team's members touch: it counts what is done to it, and answers late, always the same to the same question. */
export class World {
  /** How often each thing was asked of the world. */
  readonly performed: Map<string, number> = new Map();
  /** Nothing reaches the world of a process that was killed. */
  dead = false;
  readonly #latencies: readonly number[];
  #asked = 0;

  /** @param latencies how many turns of the event loop the answers take, one after the other, over and over. */
  constructor(latencies: readonly number[] = [0]) {
    this.#latencies = latencies;
  }

  get total(): number {
    return [...this.performed.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Counts a question, waits, and gives a number that depends on the question alone. */
  async ask(kind: string, question: unknown, signal?: AbortSignal): Promise<number> {
    // In one order of keys: what a journal gives back may have another one.
    const key = `${kind} ${canonicalJson(toJson(question))}`;
    if (this.dead) return new Promise(() => undefined);
    this.performed.set(key, (this.performed.get(key) ?? 0) + 1);
    const latency = this.#latencies[this.#asked % this.#latencies.length] ?? 0;
    this.#asked += 1;
    for (let left = latency; left > 0; left -= 1) {
      await turn();
      if (signal?.aborted === true) throw new RuntimeError("The world was told to stop.", { code: "ERR_ABORTED" });
    }
    // A dead process hears no answer either.
    return this.dead ? new Promise(() => undefined) : Number.parseInt(sha256Hex(key).slice(0, 6), 16);
  }
}

/** One turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** A message as JSON without what a second run may make anew: its id and its time. */
export function timeless(message: JsonObject): JsonObject {
  return JSON.parse(
    JSON.stringify(message, (key, value: unknown) =>
      key === "id" || key === "created_at" || key === "full_message_id" || key === "request_id" ? undefined : value,
    ),
  );
}
