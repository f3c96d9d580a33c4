/** Answers of a provider that speaks OpenAI's protocol, for the server that tests and examples ask in its place. */
import { events, type BodyReply, type EventsReply } from "@tesserae/ext/testing";
import { encodeOpenAIChatBody, encodeOpenAIChatChunks, type ScriptedResponse } from "@tesserae/wire/scripted";
import { NO_USAGE } from "@tesserae/wire/usage";

function script(text: string): ScriptedResponse {
  return { model: "gpt-5-mini", text, usage: { ...NO_USAGE, inputTokens: 20, outputTokens: 5 } };
}

/** A whole answer. */
export function answers(text: string): BodyReply {
  const headers = { "content-type": "application/json" };
  return { type: "body", headers, body: JSON.stringify(encodeOpenAIChatBody(script(text))) };
}

/** The same answer, streamed word by word. */
export function streams(text: string): EventsReply {
  return events([...encodeOpenAIChatChunks(script(text)).map((chunk) => JSON.stringify(chunk)), "[DONE]"]);
}

/** An answer that reports an error. */
export function fails(status: number, message: string, headers: Readonly<Record<string, string>> = {}): BodyReply {
  return { type: "body", status, headers, body: { error: { message } } };
}
