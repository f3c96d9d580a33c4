import { isObject, type JsonObject } from "@tesserae/core";
import { activationOf, type DiGraphEdge } from "./di-graph.ts";

/** What began before its round was over, so that each node speaks once a round and once for one reason. */
export class EarlyNodes {
  /** Who was asked in this round. */
  readonly #asked = new Set<string>();
  /** For each node that began early, who was still speaking then. */
  readonly #before = new Map<string, ReadonlySet<string>>();

  newRound(names: readonly string[]): void {
    this.#asked.clear();
    this.#before.clear();
    for (const name of names) this.#asked.add(name);
  }

  mayBegin(name: string): boolean {
    return !this.#asked.has(name);
  }

  begin(names: readonly string[], speaking: readonly string[]): void {
    for (const name of names) {
      this.#asked.add(name);
      this.#before.set(name, new Set(speaking));
    }
  }

  /** True for an edge whose target began without waiting for its source. */
  comesAfter(source: string, edge: DiGraphEdge): boolean {
    return activationOf(edge) === "any" && this.#before.get(edge.target)?.has(source) === true;
  }

  /** Nothing between two rounds. */
  save(): JsonObject {
    if (this.#before.size === 0) return {};
    const before = Object.fromEntries(Array.from(this.#before, ([name, speaking]) => [name, [...speaking]]));
    return { early: { asked: [...this.#asked], before } };
  }

  load({ early }: JsonObject): void {
    this.newRound([]);
    if (!isObject(early)) return;
    const { asked, before } = early;
    if (Array.isArray(asked)) for (const name of asked) this.#asked.add(String(name));
    if (!isObject(before)) return;
    for (const [name, speaking] of Object.entries(before)) {
      if (Array.isArray(speaking)) this.#before.set(name, new Set(speaking.map(String)));
    }
  }
}
