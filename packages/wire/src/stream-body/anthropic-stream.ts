import { isRawObject, listOf, objectOf, parseJson, textOf, type RawObject } from "../json.ts";
import { encodeSse } from "../sse/encode-sse.ts";

/** What a message knows only at its end, and says there. */
const OF_THE_END = ["stop_reason", "stop_sequence", "stop_details", "container"];

/**
 * The events of a message that was not streamed: `message_start`, each block as its start, its deltas and its stop,
 * `message_delta`, `message_stop`.
 */
export function streamOfAnthropic(body: RawObject): string[] {
  const opening: Record<string, unknown> = { ...body };
  const end: Record<string, unknown> = {};
  for (const name of OF_THE_END) {
    if (body[name] === undefined) continue;
    opening[name] = null;
    end[name] = body[name];
  }
  if (Array.isArray(body["content"])) opening["content"] = [];
  if (isRawObject(body["usage"])) opening["usage"] = { ...body["usage"], output_tokens: 0 };
  const events: RawObject[] = [{ type: "message_start", message: opening }];
  for (const [index, block] of listOf(body["content"]).entries()) {
    const { start, deltas } = openBlock(objectOf(block));
    events.push({ type: "content_block_start", index, content_block: start });
    for (const delta of deltas) events.push({ type: "content_block_delta", index, delta });
    events.push({ type: "content_block_stop", index });
  }
  events.push({ type: "message_delta", delta: end, usage: objectOf(body["usage"]) }, { type: "message_stop" });
  return events.map((event) => encodeSse({ event: textOf(event["type"]), data: JSON.stringify(event) }));
}

/** The kinds of blocks whose input comes in deltas; of others the SDK's helper takes none. */
const WITH_INPUT: ReadonlySet<unknown> = new Set(["tool_use", "server_tool_use"]);

/** A block as it begins, and the deltas that make it whole. Blocks of other kinds come whole. */
function openBlock(block: RawObject): { readonly start: RawObject; readonly deltas: readonly RawObject[] } {
  const start: Record<string, unknown> = { ...block };
  const deltas: RawObject[] = [];
  const { type, text, thinking, signature, citations, input } = block;
  if (type === "text" && typeof text === "string") {
    if (Array.isArray(citations)) {
      start["citations"] = [];
      for (const citation of listOf(citations)) deltas.push({ type: "citations_delta", citation });
    }
    start["text"] = "";
    if (text !== "") deltas.push({ type: "text_delta", text });
  } else if (type === "thinking" && typeof thinking === "string") {
    start["thinking"] = "";
    if (thinking !== "") deltas.push({ type: "thinking_delta", thinking });
    if (typeof signature === "string" && signature !== "") {
      start["signature"] = "";
      deltas.push({ type: "signature_delta", signature });
    }
  } else if (input !== undefined && WITH_INPUT.has(type)) {
    start["input"] = {};
    deltas.push({ type: "input_json_delta", partial_json: jsonOfInput(input) });
  }
  return { start, deltas };
}

/** The JSON that a model wrote as input; `""` when it wrote none. Text that is no JSON stands for itself. */
function jsonOfInput(input: unknown): string {
  if (typeof input === "string" && input !== "" && parseJson(input) === undefined) return input;
  return isRawObject(input) && Object.keys(input).length === 0 ? "" : JSON.stringify(input);
}
