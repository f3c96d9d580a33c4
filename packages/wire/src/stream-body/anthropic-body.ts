import { isRawObject, listOf, nonEmptyText, objectOf, parseJson, textOf, type Json, type RawObject } from "../json.ts";
import { overlayAnthropicUsage } from "../usage/anthropic-usage.ts";
import { growText, type Members } from "./members.ts";

/** Members of `message_delta` that are not the message's own. */
const OF_THE_EVENT: ReadonlySet<string> = new Set(["type", "delta", "usage"]);

/** Puts the events of a message together (https://docs.anthropic.com/en/api/messages-streaming). */
export class AnthropicBody {
  complete = false;
  ended = false;
  readonly #message: Members = new Map();
  readonly #blocks: Block[] = [];
  readonly #open = new Map<unknown, Block>();

  add(event: RawObject): void {
    const index = event["index"];
    switch (event["type"]) {
      case "content_block_delta":
        this.#blockAt(index, objectOf(event["delta"])).add(objectOf(event["delta"]));
        break;
      case "content_block_start":
        this.#start(index, objectOf(event["content_block"]));
        break;
      case "content_block_stop":
        this.#open.delete(index);
        break;
      case "message_start":
        for (const [name, value] of Object.entries(objectOf(event["message"]))) this.#message.set(name, value);
        for (const [place, block] of listOf(this.#message.get("content")).entries()) {
          this.#start(place, objectOf(block));
          this.#open.delete(place);
        }
        this.complete ||= nonEmptyText(this.#message.get("stop_reason")) !== undefined;
        break;
      case "message_delta":
        this.#end(event);
        break;
      case "message_stop":
        this.complete = true;
        this.ended = true;
        break;
      case "error":
        // An error before the message is the whole body; one in it stands beside what came.
        if (this.#message.size === 0 && this.#blocks.length === 0) this.#message.set("type", "error");
        this.#message.set("error", event["error"] ?? event);
        break;
      default:
    }
  }

  body(): Json | undefined {
    if (this.#message.size === 0 && this.#blocks.length === 0) return undefined;
    const message = new Map(this.#message);
    if (this.#blocks.length > 0) {
      message.set(
        "content",
        this.#blocks.map((block) => block.toObject()),
      );
    }
    return Object.fromEntries(message) as Json;
  }

  #end(event: RawObject): void {
    for (const [name, value] of Object.entries(objectOf(event["delta"]))) this.#message.set(name, value);
    for (const [name, value] of Object.entries(event)) if (!OF_THE_EVENT.has(name)) this.#message.set(name, value);
    if (isRawObject(event["usage"])) {
      this.#message.set("usage", overlayAnthropicUsage(objectOf(this.#message.get("usage")), event["usage"]));
    }
    this.complete ||= nonEmptyText(this.#message.get("stop_reason")) !== undefined;
  }

  #start(index: unknown, given: RawObject): Block {
    const block = new Block(given);
    this.#blocks.push(block);
    this.#open.set(index, block);
    return block;
  }

  /** The block that a delta belongs to; one that was never started is made from the kind of the delta. */
  #blockAt(index: unknown, delta: RawObject): Block {
    const kind = textOf(delta["type"]);
    const type = kind === "thinking_delta" ? "thinking" : kind === "input_json_delta" ? "tool_use" : "text";
    return this.#open.get(index) ?? this.#start(index, { type });
  }
}

/** One block of the content while it grows. */
class Block {
  readonly #members: Members;
  #input = "";

  constructor(given: RawObject) {
    this.#members = new Map(Object.entries(given));
  }

  add(delta: RawObject): void {
    switch (delta["type"]) {
      case "input_json_delta":
        this.#input += textOf(delta["partial_json"]);
        break;
      case "citations_delta":
        this.#members.set("citations", [...listOf(this.#members.get("citations")), delta["citation"] ?? null]);
        break;
      case "text_delta":
        growText(this.#members, "text", textOf(delta["text"]));
        break;
      case "thinking_delta":
        growText(this.#members, "thinking", textOf(delta["thinking"]));
        break;
      case "signature_delta":
        growText(this.#members, "signature", textOf(delta["signature"]));
        break;
      default:
        // A delta of a kind that is newer than this: its texts are pieces, its other members values.
        for (const [name, value] of Object.entries(delta)) if (name !== "type") growText(this.#members, name, value);
    }
  }

  toObject(): RawObject {
    const members = new Map(this.#members);
    if (this.#input !== "") {
      const input = parseJson(this.#input);
      members.set("input", input === undefined ? this.#input : input);
    }
    return Object.fromEntries(members);
  }
}
