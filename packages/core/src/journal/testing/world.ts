/** What a workload touches: it counts what was done to it, and answers late. */
export class World {
  /** How often each effect was performed, by its idempotency key and name. */
  readonly performed: Map<string, number> = new Map();
  /** Nothing reaches the world of a process that was killed. */
  dead = false;
  readonly #latency: (name: string) => number;

  /** @param latency how many turns of the event loop an effect takes. */
  constructor(latency: (name: string) => number = () => 0) {
    this.#latency = latency;
  }

  get total(): number {
    let total = 0;
    for (const count of this.performed.values()) total += count;
    return total;
  }

  async touch(key: string, name: string, signal: AbortSignal | undefined): Promise<void> {
    if (this.dead) return new Promise(() => undefined);
    const id = `${name} ${key}`;
    this.performed.set(id, (this.performed.get(id) ?? 0) + 1);
    await this.pass(name, signal);
  }

  /** Lets time pass. */
  async pass(name: string, signal?: AbortSignal): Promise<void> {
    for (let left = this.#latency(name); left > 0; left -= 1) {
      if (signal?.aborted === true) throw new DOMException("aborted", "AbortError");
      await turn();
    }
    if (signal?.aborted === true) throw new DOMException("aborted", "AbortError");
  }
}

/** One turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Lets the event loop turn so often that whatever can happen has happened. */
export async function settled(turns = 50): Promise<void> {
  for (let left = turns; left > 0; left -= 1) await turn();
}
