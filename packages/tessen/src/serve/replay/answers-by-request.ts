import { hash } from "node:crypto";
import { canonicalJson } from "../canonical-json.ts";
import { differenceOf } from "./difference.ts";

interface Known<Answer> {
  readonly name: string;
  readonly body: unknown;
  readonly answers: Answer[];
  /** How many of the answers were given. */
  given: number;
}

/** Answers that are found by a request with an equal body. */
export class AnswersByRequest<Answer> {
  readonly #what: string;
  readonly #routes = new Map<string, Map<string, Known<Answer>>>();

  /** `what` names a known request in sentences for people. */
  constructor(what: string) {
    this.#what = what;
  }

  add(route: string, body: unknown, name: string, answer: Answer): void {
    let bodies = this.#routes.get(route);
    if (bodies === undefined) this.#routes.set(route, (bodies = new Map()));
    const key = keyOf(body);
    const known = bodies.get(key);
    if (known === undefined) bodies.set(key, { name, body, answers: [answer], given: 0 });
    else known.answers.push(answer);
  }

  /** The answer. Where the same request is known several times, the next one, and the last one from then on. */
  take(route: string, body: unknown): Answer | undefined {
    const known = this.#routes.get(route)?.get(keyOf(body));
    if (known === undefined) return undefined;
    const answer = known.answers[known.given];
    known.given = Math.min(known.given + 1, known.answers.length - 1);
    return answer;
  }

  /** A sentence about the known request that differs least. */
  nearest(route: string, body: unknown): string | undefined {
    let best: { readonly name: string; readonly count: number; readonly first: string } | undefined;
    for (const known of this.#routes.get(route)?.values() ?? []) {
      const { count, first } = differenceOf(body, known.body, best?.count);
      if (best === undefined || count < best.count) best = { name: known.name, count, first };
    }
    if (best === undefined) return undefined;
    const others = best.count > 1 ? ` and ${best.count - 1} more ${best.count === 2 ? "place" : "places"}` : "";
    return `Nearest is the ${this.#what} ${best.name}, which differs at ${best.first}${others}.`;
  }
}

function keyOf(body: unknown): string {
  return hash("sha256", canonicalJson(body));
}
