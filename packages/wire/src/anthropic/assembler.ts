import { errorOfStreamEvent } from "../errors/classify.ts";
import { isRawObject, listOf, nonEmptyText, objectOf, parseJson, textOf, type RawObject } from "../json.ts";
import type { AssembledResponse } from "../response/assembled-response.ts";
import type { Delta, StreamAssembler } from "../response/delta.ts";
import { ResponseBuilder, type AssembleOptions } from "../response/response-builder.ts";
import type { ToolCallDraft } from "../response/tool-call-draft.ts";
import { overlayAnthropicUsage, usageOfAnthropic } from "../usage/anthropic-usage.ts";
import { isOpaqueBlock, providerDataOf, type OpenBlock } from "./blocks.ts";
import { citationOfAnthropic } from "./citations.ts";

/** A block that is open, with the JSON text of its input so far. */
interface Open {
  readonly block: OpenBlock;
  readonly draft: ToolCallDraft | undefined;
  json: string;
}

class AnthropicAssembler implements StreamAssembler {
  complete = false;
  ended = false;
  readonly #builder: ResponseBuilder;
  readonly #blocks: OpenBlock[] = [];
  readonly #open = new Map<unknown, Open>();
  #usage: RawObject = {};
  #container: unknown;

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
    switch (event["type"]) {
      case "content_block_delta":
        this.#addTo(this.#blockAt(event, out), objectOf(event["delta"]), out);
        break;
      case "content_block_start":
        this.#start(event["index"], objectOf(event["content_block"]), out);
        break;
      case "content_block_stop":
        this.#stop(event["index"]);
        break;
      case "message_start":
        this.readMessage(objectOf(event["message"]), out);
        break;
      case "message_delta":
        this.readEnd(objectOf(event["delta"]), event["usage"], out);
        break;
      case "message_stop":
        this.complete = true;
        this.ended = true;
        break;
      case "error":
        this.#builder.fail(errorOfStreamEvent(event), out);
        break;
      case "ping":
        break;
      default:
        this.#builder.notes.add("unknown_event", `event "${textOf(event["type"])}"`);
    }
    return out;
  }

  finish(): AssembledResponse {
    for (const index of this.#open.keys()) this.#stop(index);
    this.#builder.usage = usageOfAnthropic(Object.keys(this.#usage).length === 0 ? undefined : this.#usage) ?? null;
    this.#builder.providerData = providerDataOf(this.#blocks, this.#container);
    return this.#builder.build(this.complete);
  }

  /** Reads a message, whole or as `message_start` has it: name, usage, blocks. */
  readMessage(message: RawObject, out: Delta[]): void {
    this.#builder.id = textOf(message["id"]);
    this.#builder.model = textOf(message["model"]);
    listOf(message["content"]).forEach((block, index) => {
      this.#start(index, objectOf(block), out);
      this.#stop(index);
    });
    this.readEnd(message, message["usage"], out);
  }

  /** Reads what a message's end tells: why it stopped, and the usage so far. */
  readEnd(end: RawObject, usage: unknown, out: Delta[]): void {
    this.#usage = overlayAnthropicUsage(this.#usage, usage);
    if (end["container"] !== undefined) this.#container = end["container"];
    const reason = nonEmptyText(end["stop_reason"]);
    if (reason === undefined) return;
    this.#builder.endThinking(out);
    this.#builder.rawFinishReason = reason;
    this.complete = true;
    if (reason === "refusal") this.#builder.addRefusal(textOf(objectOf(end["stop_details"])["explanation"]), out);
  }

  #start(index: unknown, given: RawObject, out: Delta[]): Open {
    const block: OpenBlock = { ...given };
    const type = textOf(block["type"]);
    let draft: ToolCallDraft | undefined;
    if (type !== "thinking" && type !== "redacted_thinking") this.#builder.endThinking(out);
    if (type === "text") {
      this.#builder.addText(textOf(block["text"]), out);
      for (const citation of listOf(block["citations"])) this.#builder.addCitation(citationOfAnthropic(citation), out);
    } else if (type === "thinking") {
      this.#builder.addThinking(textOf(block["thinking"]), out);
    } else if (type === "tool_use") {
      draft = this.#builder.startCall(nonEmptyText(block["id"]), textOf(block["name"]), out);
      const input = block["input"];
      if (isRawObject(input) && Object.keys(input).length > 0) {
        this.#builder.addArguments(draft, JSON.stringify(input), out);
      }
    } else if (!isOpaqueBlock(type)) {
      this.#builder.notes.add("unknown_event", `block "${type}"`);
    }
    const open: Open = { block, draft, json: "" };
    this.#blocks.push(block);
    this.#open.set(index, open);
    return open;
  }

  /** The block that a delta belongs to; one that was never started is made from the kind of the delta. */
  #blockAt(event: RawObject, out: Delta[]): Open {
    const open = this.#open.get(event["index"]);
    if (open !== undefined) return open;
    const kind = textOf(objectOf(event["delta"])["type"]);
    const type = kind === "thinking_delta" ? "thinking" : kind === "input_json_delta" ? "tool_use" : "text";
    return this.#start(event["index"], { type }, out);
  }

  #addTo(open: Open, delta: RawObject, out: Delta[]): void {
    const { block, draft } = open;
    switch (delta["type"]) {
      case "text_delta": {
        const text = textOf(delta["text"]);
        block["text"] = textOf(block["text"]) + text;
        this.#builder.addText(text, out);
        break;
      }
      case "input_json_delta": {
        const text = textOf(delta["partial_json"]);
        open.json += text;
        if (draft !== undefined) this.#builder.addArguments(draft, text, out);
        break;
      }
      case "thinking_delta": {
        const text = textOf(delta["thinking"]);
        block["thinking"] = textOf(block["thinking"]) + text;
        this.#builder.addThinking(text, out);
        break;
      }
      case "signature_delta":
        block["signature"] = textOf(block["signature"]) + textOf(delta["signature"]);
        break;
      case "citations_delta":
        block["citations"] = [...listOf(block["citations"]), delta["citation"]];
        this.#builder.addCitation(citationOfAnthropic(delta["citation"]), out);
        break;
      case "compaction_delta":
        block["content"] = textOf(block["content"]) + textOf(delta["content"]);
        break;
      default:
        this.#builder.notes.add("unknown_event", `delta "${textOf(delta["type"])}"`);
    }
  }

  #stop(index: unknown): void {
    const open = this.#open.get(index);
    if (open === undefined) return;
    this.#open.delete(index);
    const { block, draft } = open;
    if (open.json !== "") block["input"] = parseJson(open.json) ?? open.json;
    // The spelling of the JSON is made the same for streams and whole answers; what is no JSON stays as it came.
    if (draft !== undefined && block["input"] !== undefined && typeof block["input"] !== "string") {
      draft.arguments = JSON.stringify(block["input"]);
    }
  }
}

/** Makes an assembler for one streamed message. It counts as complete at a stop reason or `message_stop`. */
export function createAnthropicAssembler(options: AssembleOptions = {}): StreamAssembler {
  return new AnthropicAssembler(options);
}

/** Reads the body of a message that was not streamed. Never throws; a body that is none gives `complete: false`. */
export function decodeAnthropic(body: unknown, options: AssembleOptions = {}): AssembledResponse {
  const assembler = new AnthropicAssembler(options);
  const message = objectOf(body);
  if (message["type"] === "error") {
    assembler.push(message);
  } else {
    assembler.readMessage(message, []);
    assembler.complete = Array.isArray(message["content"]);
  }
  return assembler.finish();
}
