import { LookedThrough } from "../../redact/looked-through.ts";
import type { Redactor } from "../../redact/redactor.ts";
import type { LogBody } from "../log-record.ts";
import { capParts, needsCaps, type LineCaps, type LinePart } from "./cap-parts.ts";
import { withMarks } from "./head-marks.ts";

/**
 * Makes the line of an event: the head's text and the bodies' texts side by side, without reading them. Only where a
 * rule or a cap has something to do is more done, part by part.
 */
export class LineComposer {
  readonly #redactor: Redactor;
  readonly #requests: Pick<Redactor, "mayMatch">;
  readonly #caps: LineCaps;

  constructor(redactor: Redactor, caps: LineCaps) {
    const { boundary } = redactor;
    this.#redactor = redactor;
    this.#requests = boundary === undefined ? redactor : new LookedThrough((text) => redactor.mayMatch(text), boundary);
    this.#caps = caps;
  }

  /** The line with its newline. `head` is the text of a JSON object. */
  compose(head: string, bodies: readonly LogBody[]): string {
    const line = splice(head, bodies);
    if (!needsCaps(line.length, this.#caps) && !this.#mayMatch(head, bodies)) return line;
    const parts = [{ name: "", json: head }, ...bodies.map(({ name, json }) => ({ name, json: oneLine(json) }))];
    const counts: Record<string, number> = {};
    const { parts: kept, cuts } = capParts(parts, this.#caps, (part) => this.#redacted(part, counts));
    const [newHead = { name: "", json: head }, ...newBodies] = kept;
    return splice(withMarks(newHead.json, counts, cuts), newBodies);
  }

  /** Whether a rule may match in one of the parts. Most answers are written twice; requests begin as those before. */
  #mayMatch(head: string, bodies: readonly LogBody[]): boolean {
    if (this.#redactor.mayMatch(head)) return true;
    return bodies.some(({ name, json }, at) => {
      if (json === bodies[at - 1]?.json) return false;
      return name === "request_body" ? this.#requests.mayMatch(json) : this.#redactor.mayMatch(json);
    });
  }

  #redacted(json: string, counts: Record<string, number>): string {
    const redacted = this.#redactor.redactText(json);
    for (const [rule, count] of Object.entries(redacted.counts)) counts[rule] = (counts[rule] ?? 0) + count;
    return redacted.text;
  }
}

const END = "}\n";

function splice(head: string, bodies: readonly LinePart[]): string {
  let line = head.slice(0, -1);
  for (const { name, json } of bodies) line += `,"${name}":${oneLine(json)}`;
  return line + END;
}

/** JSON text in one line: a line break can only stand between its tokens. */
function oneLine(json: string): string {
  return json.includes("\n") || json.includes("\r") ? json.replace(/[\r\n]+/g, "") : json;
}
