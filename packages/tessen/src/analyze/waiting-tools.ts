/** So many requests for tools are remembered: the latest. */
const MOST = 10_000;

/** A tool that a model asked for. */
export interface AskedTool {
  readonly name: string;
  /** When the answer was there that asked for it, in Unix seconds. */
  readonly since: number;
}

/** Tools that models asked for, and whose results were not seen yet. Every later request repeats a result. */
export class WaitingTools {
  readonly #asked = new Map<string, AskedTool>();

  /** Takes what was asked for under an id; one without an id cannot be found again. */
  add(session: string, id: string, tool: AskedTool): void {
    if (id === "") return;
    this.#asked.set(keyOf(session, id), tool);
    if (this.#asked.size <= MOST) return;
    for (const oldest of this.#asked.keys()) {
      this.#asked.delete(oldest);
      break;
    }
  }

  /** What was asked for under an id, once. */
  take(session: string, id: string): AskedTool | undefined {
    if (id === "" || this.#asked.size === 0) return undefined;
    const key = keyOf(session, id);
    const tool = this.#asked.get(key);
    if (tool !== undefined) this.#asked.delete(key);
    return tool;
  }
}

function keyOf(session: string, id: string): string {
  return `${session} ${id}`;
}
