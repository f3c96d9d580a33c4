import { isRawObject, listOf, nonEmptyText, objectOf, type Json, type RawObject } from "../json.ts";
import { joinLists, takeMembers, type Members } from "./members.ts";

const OF_THE_BODY: ReadonlySet<string> = new Set(["candidates"]);
const OF_THE_CANDIDATE: ReadonlySet<string> = new Set(["content", "logprobsResult"]);
const OF_THE_CONTENT: ReadonlySet<string> = new Set(["parts"]);

/**
 * Puts the events of `streamGenerateContent` together, each of which is a body itself
 * (https://ai.google.dev/api/generate-content): parts one after the other, of all else the last word.
 */
export class GeminiBody {
  complete = false;
  /** The protocol has no last event. */
  readonly ended = false;
  readonly #members: Members = new Map();
  readonly #candidates = new Map<number, Candidate>();

  add(event: RawObject): void {
    takeMembers(this.#members, event, OF_THE_BODY);
    if (nonEmptyText(objectOf(event["promptFeedback"])["blockReason"]) !== undefined) this.complete = true;
    const candidates = event["candidates"];
    if (candidates !== undefined && !this.#members.has("candidates")) this.#members.set("candidates", candidates);
    for (const entry of listOf(candidates)) {
      const given = objectOf(entry);
      const index = typeof given["index"] === "number" ? given["index"] : 0;
      const candidate = this.#candidates.get(index) ?? new Candidate();
      this.#candidates.set(index, candidate);
      candidate.add(given);
      const reason = nonEmptyText(given["finishReason"]);
      if (reason !== undefined && reason !== "FINISH_REASON_UNSPECIFIED") this.complete = true;
    }
  }

  body(): Json | undefined {
    if (this.#members.size === 0) return undefined;
    const members = new Map(this.#members);
    if (this.#candidates.size > 0) {
      const candidates = [...this.#candidates].sort(([a], [b]) => a - b);
      members.set(
        "candidates",
        candidates.map(([, candidate]) => candidate.toObject()),
      );
    }
    return Object.fromEntries(members) as Json;
  }
}

/** One candidate while it grows. */
class Candidate {
  readonly #members: Members = new Map();
  readonly #content: Members = new Map();
  #parts: readonly unknown[] = [];

  add(given: RawObject): void {
    if (given["content"] !== undefined && !this.#members.has("content")) this.#members.set("content", given["content"]);
    takeMembers(this.#members, given, OF_THE_CANDIDATE);
    if (given["logprobsResult"] !== undefined) {
      this.#members.set("logprobsResult", joinLists(this.#members.get("logprobsResult"), given["logprobsResult"]));
    }
    const content = objectOf(given["content"]);
    takeMembers(this.#content, content, OF_THE_CONTENT);
    if (!Array.isArray(content["parts"])) return;
    this.#content.set("parts", []);
    this.#parts = joinParts(this.#parts, listOf(content["parts"]));
  }

  toObject(): RawObject {
    const members = new Map(this.#members);
    if (isRawObject(members.get("content"))) {
      const content = new Map(this.#content);
      if (content.has("parts")) content.set("parts", this.#parts);
      members.set("content", Object.fromEntries(content));
    }
    return Object.fromEntries(members);
  }
}

/** Text that goes on where the last event ended is one part. */
function joinParts(known: readonly unknown[], more: readonly unknown[]): readonly unknown[] {
  const last = objectOf(known.at(-1));
  const next = objectOf(more[0]);
  if (!isPlainText(last) || !isPlainText(next) || last["thought"] !== next["thought"]) return [...known, ...more];
  return [...known.slice(0, -1), { ...last, text: `${String(last["text"])}${String(next["text"])}` }, ...more.slice(1)];
}

/** A signed part is never joined: the signature is over its own text. */
function isPlainText(part: RawObject): boolean {
  return typeof part["text"] === "string" && Object.keys(part).every((name) => name === "text" || name === "thought");
}
