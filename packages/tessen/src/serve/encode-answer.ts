import { hash } from "node:crypto";
import { isRawObject } from "@tesserae/wire";
import {
  encodeAnthropicBody,
  encodeAnthropicStream,
  encodeOpenAIChatBody,
  encodeOpenAIChatStream,
  encodeOpenAIResponsesBody,
  encodeOpenAIResponsesStream,
  type ScriptedResponse,
} from "@tesserae/wire/scripted";
import type { Reply } from "./answer-source.ts";
import { canonicalJson } from "./canonical-json.ts";
import { argumentText, estimateUsage } from "./estimate-usage.ts";
import { jsonReply, streamReply, wantsUsage } from "./replies.ts";
import type { ScriptedAnswer } from "./script/script.ts";
import type { ServedProtocol, TrafficRequest } from "./traffic-request.ts";

/**
 * Writes an answer in the protocol of the request, in the form that is asked for. Ids are made from request and answer,
 * so that the same ones give the same bytes.
 */
export function encodeAnswer(answer: ScriptedAnswer, protocol: ServedProtocol, request: TrafficRequest): Reply {
  const asked = canonicalJson(withoutForm(request.body));
  const mark = hash("sha256", `${protocol}\n${asked}\n${canonicalJson(answer)}`);
  const prefix = PREFIXES[protocol];
  const response: ScriptedResponse = {
    id: answer.id ?? prefix.answer + mark.slice(0, 24),
    model: answer.model ?? request.model,
    ...(answer.text === undefined ? {} : { text: answer.text }),
    ...(answer.thinking === undefined ? {} : { thinking: answer.thinking }),
    ...(answer.refusal === undefined ? {} : { refusal: answer.refusal }),
    ...(answer.finishReason === undefined ? {} : { finishReason: answer.finishReason }),
    toolCalls: (answer.toolCalls ?? []).map((call, index) => ({
      id: call.id ?? `${prefix.call}${mark.slice(24, 46)}${index.toString().padStart(2, "0")}`,
      name: call.name,
      arguments: argumentText(call.arguments ?? {}),
    })),
    usage: estimateUsage(answer, Buffer.byteLength(asked)),
  };
  const headers = { [prefix.requestId]: `req_${mark.slice(0, 24)}` };
  if (!request.stream) return jsonReply(200, ENCODERS[protocol].body(response), headers);
  const isCounted = wantsUsage(request);
  return streamReply(ENCODERS[protocol].stream(isCounted ? response : { ...response, usage: null }), headers);
}

/** How the provider begins its ids, and the header that names the request. */
const PREFIXES: Readonly<Record<ServedProtocol, { answer: string; call: string; requestId: string }>> = {
  "openai-chat": { answer: "chatcmpl-", call: "call_", requestId: "x-request-id" },
  "openai-responses": { answer: "resp_", call: "call_", requestId: "x-request-id" },
  anthropic: { answer: "msg_", call: "toolu_", requestId: "request-id" },
};

interface Encoder {
  body(response: ScriptedResponse): object;
  stream(response: ScriptedResponse): readonly string[];
}

const ENCODERS: Readonly<Record<ServedProtocol, Encoder>> = {
  "openai-chat": { body: encodeOpenAIChatBody, stream: encodeOpenAIChatStream },
  "openai-responses": { body: encodeOpenAIResponsesBody, stream: encodeOpenAIResponsesStream },
  anthropic: { body: encodeAnthropicBody, stream: encodeAnthropicStream },
};

/** An answer has the same ids and usage whether it is streamed or not. */
function withoutForm(body: unknown): unknown {
  if (!isRawObject(body)) return body;
  const { stream: _stream, stream_options: _options, ...rest } = body;
  return rest;
}
