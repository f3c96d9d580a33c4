import { isRawObject, listOf, nonEmptyText, objectOf, textOf, type Json, type RawObject } from "../json.ts";
import { ReasoningDetails } from "../openai-chat/provider-data.ts";
import { growText, joinLists, takeMembers, type Members } from "./members.ts";
import { OpenAIChatCalls } from "./openai-chat-calls.ts";
import { joinParts } from "./openai-chat-parts.ts";

/** Members of a chunk that are handled one by one, or are of the stream alone (`obfuscation` is padding). */
const OF_THE_CHUNK: ReadonlySet<string> = new Set(["id", "object", "model", "choices", "usage", "obfuscation"]);
const OF_THE_CHOICE: ReadonlySet<string> = new Set(["delta", "message", "index", "logprobs"]);

/** Puts the chunks of a chat completion together (https://platform.openai.com/docs/api-reference/chat-streaming). */
export class OpenAIChatBody {
  complete = false;
  readonly ended = false;
  readonly #members: Members = new Map();
  readonly #choices = new Map<number, Choice>();

  add(chunk: RawObject): void {
    for (const name of ["id", "model"]) {
      // The first one that says something: Azure's first chunk has empty ones.
      if (chunk[name] !== undefined && textOf(this.#members.get(name)) === "") this.#members.set(name, chunk[name]);
    }
    if (chunk["object"] !== undefined) {
      this.#members.set("object", chunk["object"] === "chat.completion.chunk" ? "chat.completion" : chunk["object"]);
    }
    takeMembers(this.#members, chunk, OF_THE_CHUNK);
    if (chunk["choices"] !== undefined && !this.#members.has("choices")) this.#members.set("choices", []);
    const usage = chunk["usage"] ?? objectOf(chunk["x_groq"])["usage"];
    if (usage !== undefined && usage !== null) this.#members.set("usage", usage);
    for (const entry of listOf(chunk["choices"])) {
      if (isRawObject(entry)) this.#addChoice(entry);
    }
  }

  body(): Json | undefined {
    if (this.#members.size === 0) return undefined;
    const choices = [...this.#choices].sort(([a], [b]) => a - b).map(([index, choice]) => choice.toObject(index));
    const members = new Map(this.#members);
    if (members.has("choices")) members.set("choices", choices);
    return Object.fromEntries(members) as Json;
  }

  #addChoice(given: RawObject): void {
    const index = typeof given["index"] === "number" ? given["index"] : 0;
    const choice = this.#choices.get(index) ?? new Choice();
    this.#choices.set(index, choice);
    choice.add(given);
    if (nonEmptyText(given["finish_reason"]) !== undefined) this.complete = true;
  }
}

/** One choice of the answer while it grows. */
class Choice {
  readonly #members: Members = new Map<string, unknown>([["message", {}]]);
  readonly #message: Members = new Map();
  readonly #calls = new OpenAIChatCalls();
  readonly #details = new ReasoningDetails();

  add(choice: RawObject): void {
    if (choice["logprobs"] !== undefined) {
      this.#members.set("logprobs", joinLists(this.#members.get("logprobs"), choice["logprobs"]));
    }
    takeMembers(this.#members, choice, OF_THE_CHOICE);
    // Some servers send the whole message in place of a delta.
    const delta = isRawObject(choice["delta"]) ? choice["delta"] : objectOf(choice["message"]);
    for (const [name, value] of Object.entries(delta)) this.#addToMessage(name, value);
  }

  toObject(index: number): RawObject {
    const message = new Map(this.#message);
    if (Array.isArray(message.get("tool_calls"))) message.set("tool_calls", this.#calls.toList());
    const details = objectOf(this.#details.toProviderData(undefined)?.data)["reasoning_details"];
    if (details !== undefined) message.set("reasoning_details", structuredClone(details));
    return { index, ...Object.fromEntries(this.#members), message: Object.fromEntries(message) };
  }

  #addToMessage(name: string, value: unknown): void {
    const message = this.#message;
    const before = message.get(name);
    if (name === "role") {
      if (textOf(before) === "") message.set(name, value);
    } else if (name === "tool_calls") {
      if (Array.isArray(value)) this.#calls.add(value);
      if (Array.isArray(value) || !message.has(name)) message.set(name, value);
    } else if (name === "reasoning_details") {
      if (!message.has(name) || Array.isArray(value)) message.set(name, value);
      this.#details.read(value);
    } else if (name === "content" && (Array.isArray(value) || Array.isArray(before))) {
      message.set(name, joinParts(before, value));
    } else if (Array.isArray(value) && Array.isArray(before)) {
      message.set(name, joinByIndex(before, value));
    } else if (isRawObject(value) && isRawObject(before)) {
      message.set(name, joinTexts(before, value));
    } else {
      growText(message, name, value);
    }
  }
}

/** A list of the message with what a delta adds; entries with an `index` that is there already grow (Groq's tools). */
function joinByIndex(before: readonly unknown[], added: readonly unknown[]): unknown[] {
  const joined = [...before];
  for (const entry of added) {
    const index = objectOf(entry)["index"];
    const place = index === undefined ? -1 : joined.findIndex((known) => objectOf(known)["index"] === index);
    if (place === -1) {
      joined.push(entry);
      continue;
    }
    const members: Members = new Map(Object.entries(objectOf(joined[place])));
    takeMembers(members, objectOf(entry), NONE);
    joined[place] = Object.fromEntries(members);
  }
  return joined;
}

/** An object of the message with what a delta adds: texts grow (`audio`, the old `function_call`), names and ids stay. */
function joinTexts(before: RawObject, added: RawObject): RawObject {
  const members: Members = new Map(Object.entries(before));
  for (const [name, value] of Object.entries(added)) {
    if (name !== "id" && name !== "name") growText(members, name, value);
    else if (textOf(members.get(name)) === "") members.set(name, value);
  }
  return Object.fromEntries(members);
}

const NONE: ReadonlySet<string> = new Set();
