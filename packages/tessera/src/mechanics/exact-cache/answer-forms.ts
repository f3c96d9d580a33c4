import type { Protocol } from "@tesserae/wire/response";
import { SseDecoder } from "@tesserae/wire/sse";
import { createStreamBody, streamOfBody } from "@tesserae/wire/stream-body";
import { withoutUsageChunk } from "../../relay/usage-chunk.ts";
import type { AnswerForm, RequestKey } from "../key/request-key.ts";

/** A form of an answer as a caller can ask for it; the chunk of the usage is there or not. */
export type AskedForm = "json" | "sse" | "sse-usage";

/** The form that a request asks for. */
export function askedForm(key: RequestKey, protocol: Protocol): AskedForm {
  if (key.form === "json") return "json";
  return key.asksUsage || protocol !== "openai-chat" ? "sse-usage" : "sse";
}

/** The type of a body that was converted. */
export function contentTypeOf(form: AnswerForm): string {
  return form === "json" ? "application/json" : "text/event-stream; charset=utf-8";
}

/**
 * An answer in the form that is asked for. The same form is the same bytes, but for the chunk of the usage, which the
 * gateway asks for on its own and takes out where the caller did not; the other form is made from them, the same each time.
 * `undefined` where it cannot be made.
 */
export function inForm(protocol: Protocol, body: Buffer, form: AnswerForm, asked: AskedForm): Buffer | undefined {
  try {
    if (form === "json") return asked === "json" ? body : toStream(protocol, body, asked === "sse-usage");
    if (asked === "json") return toJson(protocol, body);
    return asked === "sse" ? withoutUsageChunk(body) : body;
  } catch {
    // A body nested so deeply that it cannot be written again.
    return undefined;
  }
}

function toStream(protocol: Protocol, body: Buffer, includeUsage: boolean): Buffer {
  return Buffer.from(streamOfBody(protocol, JSON.parse(body.toString("utf8")), { includeUsage }).join(""));
}

function toJson(protocol: Protocol, body: Buffer): Buffer | undefined {
  const stream = createStreamBody(protocol);
  for (const { data, event } of new SseDecoder().push(body)) stream.push(data, event);
  const whole = stream.complete ? stream.body() : undefined;
  return whole === undefined ? undefined : Buffer.from(JSON.stringify(whole));
}
