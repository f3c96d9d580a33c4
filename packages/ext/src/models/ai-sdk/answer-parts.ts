import { isObject, type Json, type JsonObject } from "@tesserae/core";
import { inputOf } from "./encode-prompt.ts";

/** A part as the model gave it. */
type Source = Readonly<Record<string, unknown>>;

/** A part of an answer while it grows. */
interface GrowingPart {
  readonly type: "text" | "reasoning" | "tool-call" | "tool-result";
  text: string;
  /** Of a call. */
  readonly id: string;
  name: string;
  /** The provider runs the tool itself. */
  providerExecuted: boolean;
  metadata: JsonObject | undefined;
  /** True once the model told the call as a whole; its fragments are then of no interest. */
  whole: boolean;
  result?: Json;
}

/** A call of the answer. */
export interface AnsweredCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** The parts of an answer, put together from a whole one or from the pieces of a stream. */
export class AnswerParts {
  readonly #parts: GrowingPart[] = [];
  readonly #open = new Map<string, GrowingPart>();

  /** Begins a part, under the id that its pieces name. */
  start(type: "text" | "reasoning" | "tool-call", id: string, source: Source): GrowingPart {
    const part = newPart(type, id, source);
    this.#parts.push(part);
    this.#open.set(`${type} ${id}`, part);
    return part;
  }

  /** Adds a piece; a part that was never begun is begun. */
  add(type: "text" | "reasoning" | "tool-call", id: string, text: string, source: Source): void {
    const part = this.#open.get(`${type} ${id}`) ?? this.start(type, id, source);
    part.text += text;
    part.metadata = metadataOf(source) ?? part.metadata;
  }

  /** Ends a part. */
  end(type: "text" | "reasoning", id: string, source: Source): void {
    const part = this.#open.get(`${type} ${id}`);
    if (part !== undefined) part.metadata = metadataOf(source) ?? part.metadata;
    this.#open.delete(`${type} ${id}`);
  }

  /**
   * A call as the model tells it at its end, in place of the fragments before. Where several have one id, and what came
   * is no whole object yet, they are fragments themselves.
   */
  call(source: Source): void {
    const id = textOf(source["toolCallId"]);
    const { input } = source;
    const text = typeof input === "string" ? input : input === undefined ? "" : JSON.stringify(input);
    const known = id === "" ? undefined : this.#open.get(`tool-call ${id}`);
    if (known?.whole === true && text === known.text) return;
    const part =
      known === undefined || (known.whole && isJson(known.text)) ? this.start("tool-call", id, source) : known;
    part.name ||= textOf(source["toolName"]);
    part.metadata = metadataOf(source) ?? part.metadata;
    part.providerExecuted ||= source["providerExecuted"] === true;
    if (part.whole) part.text += text;
    else if (text !== "") part.text = text;
    part.whole = true;
  }

  /** What a tool of the provider gave. */
  result(source: Source): void {
    const part = newPart("tool-result", textOf(source["toolCallId"]), source);
    part.result = plain(source["result"]);
    this.#parts.push(part);
  }

  get text(): string {
    return this.#joined("text");
  }

  get reasoning(): string {
    return this.#joined("reasoning");
  }

  /** The calls that the caller is to run. `named` gives a tool its real name. */
  calls(named: (name: string) => string, createId: () => string): readonly AnsweredCall[] {
    return this.#parts
      .filter((part) => part.type === "tool-call" && !part.providerExecuted)
      .map((part) => ({ id: part.id || createId(), name: named(part.name), arguments: part.text || "{}" }));
  }

  /** The parts in the form of a prompt, where text and calls alone would lose something; `undefined` where not. */
  toPrompt(): readonly JsonObject[] | undefined {
    const isPlain = this.#parts.every(
      (part) => part.metadata === undefined && part.type !== "reasoning" && !part.providerExecuted,
    );
    // A call without an id gets one that these parts do not know.
    if (isPlain || this.#parts.some((part) => part.type === "tool-call" && part.id === "")) return undefined;
    return this.#parts.map(promptPart);
  }

  #joined(type: "text" | "reasoning"): string {
    return this.#parts.map((part) => (part.type === type ? part.text : "")).join("");
  }
}

function newPart(type: GrowingPart["type"], id: string, source: Source): GrowingPart {
  return {
    type,
    id,
    text: "",
    name: textOf(source["toolName"]),
    providerExecuted: source["providerExecuted"] === true,
    metadata: metadataOf(source),
    whole: false,
  };
}

function promptPart(part: GrowingPart): JsonObject {
  const metadata = part.metadata === undefined ? {} : { providerOptions: part.metadata };
  const call = { toolCallId: part.id, toolName: part.name };
  switch (part.type) {
    case "text":
    case "reasoning":
      return { type: part.type, text: part.text, ...metadata };
    case "tool-call":
      return {
        type: part.type,
        ...call,
        input: inputOf(part.text),
        ...(part.providerExecuted ? { providerExecuted: true } : {}),
        ...metadata,
      };
    case "tool-result":
      return { type: part.type, ...call, output: { type: "json", value: part.result ?? null }, ...metadata };
  }
}

function metadataOf(source: Source): JsonObject | undefined {
  const metadata = source["providerMetadata"];
  return isObject(metadata) ? plain(metadata) : undefined;
}

/** The value as JSON writes it. */
function plain<T extends Json>(value: unknown): T {
  return JSON.parse(JSON.stringify(value ?? null)) as T;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
