import { isRawObject, listOf, nonEmptyText, objectOf, parseJson, textOf, type RawObject } from "../json.ts";

/** What the body of an error, or an error event, says; the same for all providers. */
export interface ErrorBody {
  readonly message: string | undefined;
  /** All words by which the provider classifies it: code, type, status; lower case. */
  readonly words: readonly string[];
  /** The word that tells most, as the provider spells it. */
  readonly code: string | undefined;
  /** An HTTP status inside the body (OpenRouter and Gemini put it there). */
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  /** A wait in milliseconds inside the body (Gemini's `RetryInfo`). */
  readonly retryAfterMs: number | undefined;
}

/**
 * Reads the body of an error in any provider's shape: `{error: {message, type, code, status, details}}`,
 * `{type: "error", error: {…}, request_id}`, `{message}`, `{detail}`, `{error: "text"}`, a list holding one of these
 * (Gemini), JSON text, or plain text.
 */
export function readErrorBody(body: unknown): ErrorBody {
  const parsed = typeof body === "string" ? (parseJson(body) ?? body) : body;
  if (typeof parsed === "string") return plain(parsed);
  const outer = objectOf(Array.isArray(parsed) ? parsed[0] : parsed);
  const failed = objectOf(objectOf(outer["response"])["error"]);
  const inner = isRawObject(outer["error"]) ? outer["error"] : Object.keys(failed).length > 0 ? failed : outer;
  const nested = objectOf(objectOf(inner["details"]));
  const words = [nested["error_code"], inner["code"], inner["type"], inner["status"], outer["code"]]
    .filter((word) => typeof word === "string" && word !== "" && word !== "error")
    .map(textOf);
  const details = listOf(inner["details"]);
  return {
    message: messageOf(outer, inner),
    words: [...words, ...details.flatMap(quotaWords)].map((word) => word.toLowerCase()),
    code: words[0],
    status: statusOf(inner["code"]) ?? statusOf(inner["status"]) ?? statusOf(outer["status_code"]),
    requestId: nonEmptyText(outer["request_id"]) ?? nonEmptyText(inner["request_id"]),
    retryAfterMs: details.map(retryDelay).find((delay) => delay !== undefined),
  };
}

function plain(text: string): ErrorBody {
  const message = text.trim().slice(0, 500);
  return {
    message: message === "" ? undefined : message,
    words: [],
    code: undefined,
    status: undefined,
    requestId: undefined,
    retryAfterMs: undefined,
  };
}

function messageOf(outer: RawObject, inner: RawObject): string | undefined {
  // OpenRouter wraps the words of the provider behind it, which tell more than its own.
  const raw = nonEmptyText(objectOf(inner["metadata"])["raw"]);
  const message = nonEmptyText(inner["message"]) ?? nonEmptyText(outer["message"]) ?? nonEmptyText(outer["error"]);
  if (message !== undefined) return raw === undefined ? message : `${message}: ${raw}`;
  const detail = outer["detail"];
  if (detail === undefined) return undefined;
  return typeof detail === "string" ? detail : JSON.stringify(detail);
}

function statusOf(value: unknown): number | undefined {
  return typeof value === "number" && value >= 400 && value < 600 ? value : undefined;
}

function retryDelay(detail: unknown): number | undefined {
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(textOf(objectOf(detail)["retryDelay"]))?.[1];
  return seconds === undefined ? undefined : Math.round(Number(seconds) * 1000);
}

/** Gemini tells a daily quota from a limit a minute only by the ids of the quotas that were passed. */
function quotaWords(detail: unknown): string[] {
  return listOf(objectOf(detail)["violations"]).map((violation) => textOf(objectOf(violation)["quotaId"]));
}
