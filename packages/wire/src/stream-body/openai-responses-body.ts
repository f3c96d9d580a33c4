import { isRawObject, listOf, objectOf, textOf, type Json, type RawObject } from "../json.ts";
import { StreamItems } from "../openai-responses/stream-items.ts";

/** The events that carry the response itself, by whether they end it. */
const WITH_RESPONSE: ReadonlyMap<string, boolean> = new Map([
  ["response.queued", false],
  ["response.created", false],
  ["response.in_progress", false],
  ["response.completed", true],
  ["response.incomplete", true],
  ["response.failed", true],
]);

/** The deltas that add to a text of the item itself: the name of the text, and the kind of an item that never began. */
const TEXT_OF_ITEM: ReadonlyMap<string, readonly [name: string, type: string]> = new Map([
  ["response.function_call_arguments.delta", ["arguments", "function_call"]],
  ["response.custom_tool_call_input.delta", ["input", "custom_tool_call"]],
  ["response.mcp_call_arguments.delta", ["arguments", "mcp_call"]],
  ["response.code_interpreter_call_code.delta", ["code", "code_interpreter_call"]],
]);

/** The deltas that add to a text of one of the item's parts. */
const TEXT_OF_PART: ReadonlyMap<string, readonly [list: "content" | "summary", type: string, item: string]> = new Map([
  ["response.output_text.delta", ["content", "output_text", "message"]],
  ["response.refusal.delta", ["content", "refusal", "message"]],
  ["response.reasoning_text.delta", ["content", "reasoning_text", "reasoning"]],
  ["response.reasoning_summary_text.delta", ["summary", "summary_text", "reasoning"]],
]);

/**
 * Takes a response from the last event that carries it (https://platform.openai.com/docs/api-reference/responses-streaming).
 * Until it comes, and where it comes without its output, the output is put together from the items.
 */
export class OpenAIResponsesBody {
  complete = false;
  ended = false;
  readonly #items = new StreamItems();
  #response: RawObject | undefined;
  #error: unknown;

  add(event: RawObject): void {
    const type = textOf(event["type"]);
    const index = event["output_index"];
    const ofItem = TEXT_OF_ITEM.get(type);
    const ofPart = TEXT_OF_PART.get(type);
    const isOver = WITH_RESPONSE.get(type);
    if (ofPart !== undefined) {
      const [list, part, kind] = ofPart;
      this.#items.addToPart(this.#items.at(index, kind), list, event[`${list}_index`], part, textOf(event["delta"]));
    } else if (ofItem !== undefined) {
      const [name, kind] = ofItem;
      const item = this.#items.at(index, kind);
      item[name] = textOf(item[name]) + textOf(event["delta"]);
    } else if (isOver !== undefined) {
      if (isRawObject(event["response"])) this.#response = event["response"];
      this.complete ||= isOver;
      this.ended ||= isOver;
    } else if (type === "response.output_item.added" || type === "response.output_item.done") {
      this.#items.set(index, objectOf(event["item"]));
    } else if (type === "response.content_part.added" || type === "response.content_part.done") {
      this.#setPart(event, "content", event["part"]);
    } else if (type === "response.reasoning_summary_part.added" || type === "response.reasoning_summary_part.done") {
      this.#setPart(event, "summary", event["part"]);
    } else if (type === "response.output_text.annotation.added") {
      const part = objectOf(this.#partAt(event, "content"));
      const annotations = [...listOf(part["annotations"]), event["annotation"] ?? null];
      this.#setPart(event, "content", { type: "output_text", text: "", ...part, annotations });
    } else if (type === "error") {
      this.#error = event["error"] ?? withoutFrame(event);
    }
  }

  body(): Json | undefined {
    const items = this.#items.toList().map(toItem);
    if (this.#response === undefined && items.length === 0 && this.#error === undefined) return undefined;
    const known = this.#response ?? {};
    const takesItems = listOf(known["output"]).length === 0 && items.length > 0;
    const failed = this.#error !== undefined && !isRawObject(known["error"]);
    return {
      ...known,
      ...(takesItems ? { output: items } : {}),
      ...(failed ? { error: this.#error } : {}),
    } as Json;
  }

  #setPart(event: RawObject, list: "content" | "summary", part: unknown): void {
    if (!isRawObject(part)) return;
    const item = this.#itemOf(event, list);
    // Makes the part, and the list, where there is none.
    this.#items.addToPart(item, list, event[`${list}_index`], textOf(part["type"]), "");
    const parts = item[list];
    if (Array.isArray(parts)) parts[placeOf(event[`${list}_index`])] = { ...part };
  }

  #partAt(event: RawObject, list: "content" | "summary"): unknown {
    return listOf(this.#itemOf(event, list)[list])[placeOf(event[`${list}_index`])];
  }

  #itemOf(event: RawObject, list: "content" | "summary"): Record<string, unknown> {
    return this.#items.at(event["output_index"], list === "summary" ? "reasoning" : "message");
  }
}

/** The place of a part; as with items, what is no sensible one is the first. */
function placeOf(index: unknown): number {
  return typeof index === "number" && index >= 0 && index < 100_000 ? Math.floor(index) : 0;
}

/** The item with its own lists of parts, without the holes of parts that never came. */
function toItem(item: RawObject): RawObject {
  const copy: Record<string, unknown> = { ...item };
  for (const list of ["content", "summary"]) {
    const parts = copy[list];
    if (!Array.isArray(parts)) continue;
    copy[list] = parts
      .filter((part) => part !== undefined)
      .map((part: unknown) => (isRawObject(part) ? { ...part } : part));
  }
  return copy;
}

function withoutFrame(event: RawObject): RawObject {
  const { type: _type, sequence_number: _number, ...error } = event;
  return error;
}
