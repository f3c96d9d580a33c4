import { isRawObject, listOf, objectOf, type Json, type RawObject } from "../json.ts";
import { growText, takeMembers, type Members } from "./members.ts";

/** Texts of a line that go on in the next one: of a chat's message, and of `/api/generate` beside it. */
const TEXTS: ReadonlySet<string> = new Set(["content", "thinking", "response"]);
const APART: ReadonlySet<string> = new Set([...TEXTS, "message", "tool_calls"]);

/** Puts the lines of an Ollama answer together (https://github.com/ollama/ollama/blob/main/docs/api.md). */
export class OllamaBody {
  complete = false;
  ended = false;
  readonly #members: Members = new Map();
  readonly #message: Members = new Map();

  add(line: RawObject): void {
    if (line["message"] !== undefined && !this.#members.has("message")) this.#members.set("message", line["message"]);
    addLine(this.#members, line);
    addLine(this.#message, objectOf(line["message"]));
    if (line["done"] === true) {
      this.complete = true;
      this.ended = true;
    }
  }

  body(): Json | undefined {
    if (this.#members.size === 0) return undefined;
    const members = new Map(this.#members);
    if (isRawObject(members.get("message")) || this.#message.size > 0) {
      members.set("message", Object.fromEntries(this.#message));
    }
    return Object.fromEntries(members) as Json;
  }
}

function addLine(members: Members, line: RawObject): void {
  for (const name of TEXTS) if (line[name] !== undefined) growText(members, name, line[name]);
  const calls = line["tool_calls"];
  if (calls !== undefined) {
    const known = members.get("tool_calls");
    members.set("tool_calls", Array.isArray(calls) ? [...listOf(known), ...listOf(calls)] : (known ?? calls));
  }
  takeMembers(members, line, APART);
}
