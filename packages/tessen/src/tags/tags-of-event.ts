import type { TessenEvent } from "../events/tessen-event.ts";
import { listOf, objectOf, textOf } from "./json-shape.ts";
import { protocolOf } from "./protocol-of.ts";
import type { CallFailure, TaggedCall, Tags } from "./tagged-call.ts";
import { tagsOf } from "./tags-of.ts";

/**
 * The tags of a recorded call, computed from its event as they were when it was written. For events that another version
 * or language wrote; where bodies were cut (`truncated`), what was recorded knows more than this.
 */
export function tagsOfEvent(event: TessenEvent): Tags {
  return tagsOf(taggedCallOf(event));
}

function taggedCallOf(event: TessenEvent): TaggedCall {
  const error = objectOf(event.error);
  const status = event.http_status ?? error["status_code"];
  const errorType = errorTypeOf(error);
  const failure = failureOf(event, error);
  return {
    protocol: event.call_type === "request" ? protocolOf(textOf(event.provider), textOf(event.surface)) : "unknown",
    provider: textOf(event.provider),
    status: event.status === "error" ? "error" : "ok",
    ...(typeof status === "number" ? { httpStatus: status } : {}),
    ...(errorType === undefined ? {} : { errorType }),
    ...(failure === undefined ? {} : { failure }),
    request: event.request_body,
    response: event.response_body ?? event.casted_response,
    streamed: event.streamed === true,
  };
}

/** The provider's own word for an error: that of its body or error frame, else the class of the error. */
function errorTypeOf(error: Readonly<Record<string, unknown>>): string | undefined {
  const body = objectOf(error["body"]);
  const inner = "error" in body ? objectOf(body["error"]) : body;
  return [inner["type"], inner["code"], inner["status"], error["type"]].find(
    (word): word is string => typeof word === "string" && word !== "",
  );
}

/** How a call failed that got no answer, or only a part of one, from what is left of the error that was thrown. */
function failureOf(event: TessenEvent, error: Readonly<Record<string, unknown>>): CallFailure | undefined {
  if (event.status !== "error") return undefined;
  const last = objectOf(listOf(event.attempts).at(-1));
  const words = [error["type"], last["error_type"], last["error_code"]].map(textOf).join(" ");
  if (/abort/i.test(words)) return "aborted";
  if (/timeout|timedout/i.test(words)) return "timeout";
  if (event.stream_end === "network_error" || CONNECTION.test(words)) return "connection";
  return /^(fetch failed|terminated)$/.test(textOf(error["msg"])) ? "connection" : undefined;
}

const CONNECTION = /connection|socket|ECONN|ENOTFOUND|EPIPE|EAI_|EHOST|ENET|UND_ERR|CERT|TLS|SSL/i;
