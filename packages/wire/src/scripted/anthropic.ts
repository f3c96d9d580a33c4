import { isRawObject, parseJson, type JsonObject } from "../json.ts";
import { encodeSse } from "../sse/encode-sse.ts";
import type {
  AnthropicDelta,
  AnthropicResponse,
  AnthropicResponseBlock,
  AnthropicStreamEvent,
  AnthropicUsage,
} from "../anthropic/types.ts";
import { NO_USAGE, uncachedInputTokens, type Usage } from "../usage/usage.ts";
import { piecesOf, type EncodeOptions, type ScriptedResponse } from "./script.ts";

const SIGNATURE = "c2NyaXB0ZWQ=";

/** Writes a script as the body of an Anthropic message. Arguments that are no JSON object become `{text: …}`. */
export function encodeAnthropicBody(script: ScriptedResponse, options: EncodeOptions = {}): AnthropicResponse {
  const content: AnthropicResponseBlock[] = [];
  const { text = "", thinking = "" } = script;
  if (thinking !== "") content.push({ type: "thinking", thinking, signature: options.signature ?? SIGNATURE });
  if (text !== "") content.push({ type: "text", text });
  for (const call of script.toolCalls ?? []) {
    const input = parseJson(call.arguments);
    const known = isRawObject(input) ? (input as JsonObject) : { text: call.arguments };
    content.push({ type: "tool_use", id: call.id, name: call.name, input: known });
  }
  return {
    id: script.id === undefined || script.id === "" ? "msg_scripted" : script.id,
    type: "message",
    role: "assistant",
    model: script.model,
    content,
    stop_reason: stopReasonFor(script),
    stop_sequence: null,
    ...refusalOf(script),
    usage: usageFor(script.usage ?? NO_USAGE),
  };
}

/** Writes a script as the events of a streamed Anthropic message. */
export function encodeAnthropicEvents(script: ScriptedResponse, options: EncodeOptions = {}): AnthropicStreamEvent[] {
  const body = encodeAnthropicBody(script, options);
  const start = { ...body, content: [], stop_reason: null, usage: { ...body.usage, output_tokens: 1 } };
  const events: AnthropicStreamEvent[] = [{ type: "message_start", message: start }, { type: "ping" }];
  let index = 0;
  const block = (content_block: AnthropicResponseBlock, deltas: readonly AnthropicDelta[]): void => {
    events.push({ type: "content_block_start", index, content_block });
    for (const delta of deltas) events.push({ type: "content_block_delta", index, delta });
    events.push({ type: "content_block_stop", index });
    index += 1;
  };
  const thinking = piecesOf(script.thinking, options);
  if (thinking.length > 0) {
    const pieces = thinking.map((piece) => ({ type: "thinking_delta" as const, thinking: piece }));
    const signature = { type: "signature_delta" as const, signature: options.signature ?? SIGNATURE };
    block({ type: "thinking", thinking: "", signature: "" }, [...pieces, signature]);
  }
  const text = piecesOf(script.text, options);
  if (text.length > 0) {
    block(
      { type: "text", text: "" },
      text.map((piece) => ({ type: "text_delta", text: piece })),
    );
  }
  for (const call of script.toolCalls ?? []) {
    const pieces = isRawObject(parseJson(call.arguments)) ? call.arguments : JSON.stringify({ text: call.arguments });
    block(
      { type: "tool_use", id: call.id, name: call.name, input: {} },
      piecesOf(pieces, options).map((piece) => ({ type: "input_json_delta", partial_json: piece })),
    );
  }
  const delta = { stop_reason: body.stop_reason, stop_sequence: null, ...refusalOf(script) };
  return [...events, { type: "message_delta", delta, usage: body.usage }, { type: "message_stop" }];
}

/** Writes a script as the server-sent events of a streamed Anthropic message: one text an event. */
export function encodeAnthropicStream(script: ScriptedResponse, options: EncodeOptions = {}): string[] {
  return encodeAnthropicEvents(script, options).map((event) =>
    encodeSse({ event: event.type, data: JSON.stringify(event) }),
  );
}

function usageFor(usage: Usage): AnthropicUsage {
  return {
    input_tokens: uncachedInputTokens(usage),
    cache_creation_input_tokens: usage.cacheWriteTokens + usage.cacheWrite1hTokens,
    cache_read_input_tokens: usage.cacheReadTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheWriteTokens,
      ephemeral_1h_input_tokens: usage.cacheWrite1hTokens,
    },
    output_tokens: usage.outputTokens,
    ...(usage.reasoningTokens === 0 ? {} : { output_tokens_details: { thinking_tokens: usage.reasoningTokens } }),
    ...(usage.webSearchRequests + usage.webFetchRequests === 0
      ? {}
      : {
          server_tool_use: {
            web_search_requests: usage.webSearchRequests,
            web_fetch_requests: usage.webFetchRequests,
          },
        }),
  };
}

function stopReasonFor(script: ScriptedResponse): string {
  if ((script.toolCalls ?? []).length > 0) return "tool_use";
  if (script.refusal !== undefined || script.finishReason === "content_filter") return "refusal";
  if (script.finishReason === "length") return "max_tokens";
  return script.finishReason === "unknown" ? "pause_turn" : "end_turn";
}

/** Anthropic tells a refusal only next to the stop reason `refusal`, which an answer with calls does not have. */
function refusalOf(script: ScriptedResponse): { stop_details?: JsonObject } {
  if (script.refusal === undefined || stopReasonFor(script) !== "refusal") return {};
  return { stop_details: { type: "refusal", explanation: script.refusal } };
}
