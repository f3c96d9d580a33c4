import { errorOfStreamEvent } from "../errors/classify.ts";
import { isRawObject, listOf, nonEmptyText, objectOf, parseJson, textOf, type RawObject } from "../json.ts";
import type { AssembledResponse } from "../response/assembled-response.ts";
import type { Delta, StreamAssembler } from "../response/delta.ts";
import { ResponseBuilder, type AssembleOptions } from "../response/response-builder.ts";
import { citationOfOpenAI } from "../openai-chat/read-message.ts";
import { isOver, PART_BREAK, readEnvelope, readItems } from "./decode.ts";
import { partText, StreamItems } from "./stream-items.ts";

/** Events that only say that something goes on, or repeat what other events said. */
const SILENT =
  /^response\.(queued|content_part\.|reasoning_summary_part\.|reasoning_(summary_)?text\.done|output_text\.done|refusal\.done|function_call_arguments\.done|custom_tool_call_input\.done|web_search_call\.|file_search_call\.|code_interpreter_call|image_generation_call\.|mcp_|audio\.)|^keepalive$/;

/**
 * Assembles a streamed response. The deltas are read from the small events; the answer at the end is read from the
 * output that the last event carries whole, or, when it carries none or never came, from the items as far as they are known.
 */
class OpenAIResponsesAssembler implements StreamAssembler {
  complete = false;
  ended = false;
  readonly #builder: ResponseBuilder;
  readonly #items = new StreamItems();
  readonly #callIndexes = new Map<unknown, number>();
  #response: RawObject = {};
  #thinking = false;
  #part: string | undefined;

  constructor(options: AssembleOptions) {
    this.#builder = new ResponseBuilder(options);
  }

  pushData(data: string): readonly Delta[] {
    if (data === "[DONE]") {
      this.ended = true;
      return [];
    }
    return this.push(parseJson(data));
  }

  push(event: unknown): readonly Delta[] {
    const out: Delta[] = [];
    if (!isRawObject(event)) {
      this.#builder.notes.add("malformed_event", "An event was no JSON object.");
      return out;
    }
    const type = textOf(event["type"]);
    const delta = textOf(event["delta"]);
    switch (type) {
      case "response.output_text.delta":
        this.#addText(event, "output_text", delta, out);
        break;
      case "response.refusal.delta":
        this.#addText(event, "refusal", delta, out);
        break;
      case "response.reasoning_summary_text.delta":
        this.#addThinking(event, "summary", event["summary_index"], delta, out);
        break;
      case "response.reasoning_text.delta":
        this.#addThinking(event, "content", event["content_index"], delta, out);
        break;
      case "response.function_call_arguments.delta":
      case "response.custom_tool_call_input.delta":
        this.#addArguments(event, delta, out);
        break;
      case "response.output_item.added":
        this.#addItem(event, out);
        break;
      case "response.output_item.done":
        this.#finishItem(event, out);
        break;
      case "response.output_text.annotation.added":
        out.push({ type: "citation", citation: citationOfOpenAI(event["annotation"]) });
        break;
      case "response.created":
      case "response.in_progress":
      case "response.completed":
      case "response.incomplete":
      case "response.failed":
        this.#response = objectOf(event["response"]);
        this.complete ||= isOver(this.#response);
        this.ended ||= this.complete;
        if (this.complete) this.#endThinking(out);
        if (isRawObject(this.#response["error"])) out.push({ type: "error", error: errorOfStreamEvent(event) });
        break;
      case "error":
        this.#builder.fail(errorOfStreamEvent(event), out);
        break;
      default:
        if (!SILENT.test(type)) this.#builder.notes.add("unknown_event", `event "${type}"`);
    }
    return out;
  }

  finish(): AssembledResponse {
    const out: Delta[] = [];
    const whole = listOf(this.#response["output"]);
    const items = whole.length > 0 ? whole : this.#items.toList();
    readItems(
      items.map((item, index) => this.#withCallId(objectOf(item), index)),
      this.#builder,
      out,
    );
    readEnvelope({ ...this.#response, output: items }, this.#builder, out);
    return this.#builder.build(this.complete);
  }

  #addItem(event: RawObject, out: Delta[]): void {
    const index = event["output_index"];
    const item = this.#items.set(index, objectOf(event["item"]));
    if (item["type"] !== "reasoning") this.#endThinking(out);
    if (!isCall(item)) return;
    item["call_id"] = nonEmptyText(item["call_id"]) ?? this.#builder.createId();
    const callIndex = this.#callIndexes.size;
    this.#callIndexes.set(index, callIndex);
    out.push({
      type: "tool-call-start",
      index: callIndex,
      id: textOf(item["call_id"]),
      name: textOf(item["name"]),
    });
    const text = inputOf(item);
    if (text !== "") out.push({ type: "tool-call-arguments", index: callIndex, text });
  }

  /** Takes the item as it is in the end, and gives what no delta said of it. */
  #finishItem(event: RawObject, out: Delta[]): void {
    const index = event["output_index"];
    const item = objectOf(event["item"]);
    if (!this.#items.has(index)) this.#addItem({ output_index: index, item: withoutParts(item) }, out);
    const before = this.#items.at(index, textOf(item["type"]));
    if (isCall(item)) {
      this.#addArguments(event, restOf(inputOf(item), inputOf(before)), out);
    } else if (item["type"] === "message") {
      const text = restOf(partText(item, "content", "text"), partText(before, "content", "text"));
      if (text !== "") this.#addText(event, "output_text", text, out);
      const refusal = restOf(partText(item, "content", "refusal"), partText(before, "content", "refusal"));
      if (refusal !== "") this.#addText(event, "refusal", refusal, out);
    }
    this.#items.set(index, this.#withCallId(item, index, before["call_id"]));
  }

  #addText(event: RawObject, type: "output_text" | "refusal", text: string, out: Delta[]): void {
    const item = this.#items.at(event["output_index"], "message");
    this.#items.addToPart(item, "content", event["content_index"], type, text);
    this.#endThinking(out);
    if (text !== "") out.push({ type: type === "refusal" ? "refusal" : "text", text });
  }

  #addThinking(event: RawObject, list: "content" | "summary", place: unknown, text: string, out: Delta[]): void {
    const item = this.#items.at(event["output_index"], "reasoning");
    this.#items.addToPart(item, list, place, list === "summary" ? "summary_text" : "reasoning_text", text);
    if (text === "") return;
    const part = `${String(event["output_index"])} ${list} ${String(place)}`;
    const isNext = this.#part !== undefined && this.#part !== part;
    this.#part = part;
    this.#thinking = true;
    out.push({ type: "thinking", text: isNext ? PART_BREAK + text : text });
  }

  #addArguments(event: RawObject, text: string, out: Delta[]): void {
    const place = event["output_index"];
    if (!this.#callIndexes.has(place)) {
      this.#addItem({ output_index: place, item: { ...this.#items.at(place, "function_call") } }, out);
    }
    const item = this.#items.at(place, "function_call");
    const index = this.#callIndexes.get(place);
    if (text === "" || index === undefined) return;
    const key = item["type"] === "custom_tool_call" ? "input" : "arguments";
    item[key] = textOf(item[key]) + text;
    out.push({ type: "tool-call-arguments", index, text });
  }

  #endThinking(out: Delta[]): void {
    if (this.#thinking) out.push({ type: "thinking-end" });
    this.#thinking = false;
  }

  /** The item with the call id that was made for it, should the server have none. */
  #withCallId(item: RawObject, index: unknown, made?: unknown): RawObject {
    if (!isCall(item) || nonEmptyText(item["call_id"]) !== undefined) return item;
    this.#builder.notes.add("missing_tool_call_id", "A tool call came without an id.");
    return { ...item, call_id: made ?? this.#items.at(index, "function_call")["call_id"] ?? this.#builder.createId() };
  }
}

/** Makes an assembler for one streamed response. It counts as complete when its last event says so. */
export function createOpenAIResponsesAssembler(options: AssembleOptions = {}): StreamAssembler {
  return new OpenAIResponsesAssembler(options);
}

function isCall(item: RawObject): boolean {
  return item["type"] === "function_call" || item["type"] === "custom_tool_call";
}

function inputOf(item: RawObject): string {
  return textOf(item["arguments"] ?? item["input"]);
}

function withoutParts(item: RawObject): RawObject {
  return { ...item, content: [], summary: [], arguments: "", input: "" };
}

/** What the whole text has that the deltas did not say; nothing where they contradict each other. */
function restOf(whole: string, known: string): string {
  return whole.length > known.length && whole.startsWith(known) ? whole.slice(known.length) : "";
}
