import { encodeSse } from "../sse/encode-sse.ts";
import type { OpenAIChatChunk, OpenAIChatDelta, OpenAIChatResponse, OpenAIChatUsage } from "../openai-chat/types.ts";
import type { Usage } from "../usage/usage.ts";
import { piecesOf, type EncodeOptions, type ScriptedResponse } from "./script.ts";

/** Writes a script as the body of a chat completion. */
export function encodeOpenAIChatBody(script: ScriptedResponse, options: EncodeOptions = {}): OpenAIChatResponse {
  const calls = script.toolCalls ?? [];
  return {
    id: idOf(script),
    object: "chat.completion",
    created: options.created ?? 0,
    model: script.model,
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: contentOf(script),
          refusal: script.refusal ?? null,
          ...(has(script.thinking) ? { reasoning_content: script.thinking } : {}),
          ...(calls.length === 0
            ? {}
            : {
                tool_calls: calls.map((call) => ({
                  id: call.id,
                  type: "function" as const,
                  function: { name: call.name, arguments: call.arguments },
                })),
              }),
        },
        logprobs: null,
        finish_reason: finishReasonFor(script),
      },
    ],
    ...(script.usage === undefined || script.usage === null ? {} : { usage: usageFor(script.usage) }),
  };
}

/** Writes a script as the chunks of a streamed chat completion; usage comes in a last one without choices. */
export function encodeOpenAIChatChunks(script: ScriptedResponse, options: EncodeOptions = {}): OpenAIChatChunk[] {
  const base = {
    id: idOf(script),
    object: "chat.completion.chunk" as const,
    created: options.created ?? 0,
    model: script.model,
  };
  const chunk = (delta: OpenAIChatDelta, finish: string | null = null): OpenAIChatChunk => ({
    ...base,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  });
  const chunks = [chunk({ role: "assistant", content: contentOf(script) === null ? null : "" })];
  for (const piece of piecesOf(script.thinking, options)) chunks.push(chunk({ reasoning_content: piece }));
  for (const piece of piecesOf(script.text, options)) chunks.push(chunk({ content: piece }));
  for (const piece of piecesOf(script.refusal, options)) chunks.push(chunk({ refusal: piece }));
  (script.toolCalls ?? []).forEach((call, index) => {
    const start = { index, id: call.id, type: "function" as const, function: { name: call.name, arguments: "" } };
    chunks.push(chunk({ tool_calls: [start] }));
    for (const piece of piecesOf(call.arguments, options)) {
      chunks.push(chunk({ tool_calls: [{ index, function: { arguments: piece } }] }));
    }
  });
  chunks.push(chunk({}, finishReasonFor(script)));
  if (script.usage) chunks.push({ ...base, choices: [], usage: usageFor(script.usage) });
  return chunks;
}

/** Writes a script as the server-sent events of a streamed chat completion, `[DONE]` included: one text an event. */
export function encodeOpenAIChatStream(script: ScriptedResponse, options: EncodeOptions = {}): string[] {
  const events = encodeOpenAIChatChunks(script, options).map((chunk) => encodeSse({ data: JSON.stringify(chunk) }));
  return [...events, encodeSse({ data: "[DONE]" })];
}

function usageFor(usage: Usage): OpenAIChatUsage {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: {
      cached_tokens: usage.cacheReadTokens,
      audio_tokens: usage.inputAudioTokens,
      ...(usage.cacheWriteTokens === 0 ? {} : { cache_write_tokens: usage.cacheWriteTokens }),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens,
      audio_tokens: usage.outputAudioTokens,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function finishReasonFor(script: ScriptedResponse): string | null {
  if ((script.toolCalls ?? []).length > 0) return "tool_calls";
  switch (script.finishReason) {
    case "length":
      return "length";
    case "content_filter":
      // A model that refuses in its own words has stopped; only a filter says content_filter.
      return script.refusal === undefined ? "content_filter" : "stop";
    case "unknown":
      return null;
    default:
      return "stop";
  }
}

/** `null` when there is something else than text, as OpenAI has it. */
function contentOf(script: ScriptedResponse): string | null {
  if (has(script.text)) return script.text;
  return (script.toolCalls ?? []).length > 0 || script.refusal !== undefined ? null : "";
}

function has(text: string | undefined): text is string {
  return text !== undefined && text !== "";
}

function idOf(script: ScriptedResponse): string {
  return has(script.id) ? script.id : "chatcmpl-scripted";
}
