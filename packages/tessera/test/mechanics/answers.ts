import { NO_USAGE } from "@tesserae/wire";
import {
  encodeAnthropicBody,
  encodeAnthropicStream,
  encodeOpenAIChatBody,
  encodeOpenAIChatStream,
  encodeOpenAIResponsesBody,
  encodeOpenAIResponsesStream,
  type ScriptedResponse,
} from "@tesserae/wire/scripted";
import type { WholeAnswer } from "../../src/mechanics/exact-cache/storable.ts";
import type { AnswerForm } from "../../src/mechanics/key/request-key.ts";

/** What an upstream of a test says. */
export const SCRIPT: ScriptedResponse = {
  id: "answer_1",
  model: "gpt-4o-mini",
  text: "Paris is large.",
  usage: { ...NO_USAGE, inputTokens: 12, outputTokens: 7 },
};

/** The same with calls of tools. */
export const CALLS: ScriptedResponse = {
  ...SCRIPT,
  toolCalls: [
    { id: "call_1", name: "weather", arguments: '{"city":"Paris"}' },
    { id: "call_2", name: "time", arguments: "{}" },
  ],
};

type Written = "chat.completions" | "responses" | "messages";

const WRITERS = {
  "chat.completions": [encodeOpenAIChatBody, encodeOpenAIChatStream],
  responses: [encodeOpenAIResponsesBody, encodeOpenAIResponsesStream],
  messages: [encodeAnthropicBody, encodeAnthropicStream],
} as const;

const CALLED = { "chat.completions": "tool_calls", responses: "completed", messages: "tool_use" } as const;
const STOPPED = { "chat.completions": "stop", responses: "completed", messages: "end_turn" } as const;

/** An answer of an endpoint as the relay hands it to the cache. */
export function answerOf(
  script: ScriptedResponse,
  form: AnswerForm = "json",
  endpoint: Written = "chat.completions",
): WholeAnswer {
  const [body, stream] = WRITERS[endpoint];
  const finish = (script.toolCalls ?? []).length > 0 ? CALLED[endpoint] : STOPPED[endpoint];
  return {
    status: 200,
    headers: { "content-type": form === "json" ? "application/json" : "text/event-stream" },
    body: Buffer.from(form === "json" ? JSON.stringify(body(script), null, 1) : stream(script).join("")),
    form,
    usage: { ...NO_USAGE, inputTokens: 12, outputTokens: 7 },
    finish,
  };
}
