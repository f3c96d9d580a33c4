import { isObject, RuntimeError, type Json, type JsonObject } from "@tesserae/core";
import type { Transport } from "../../transport/types.ts";

/** One request to a store that speaks JSON over HTTP. */
export interface JsonRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: JsonObject | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How long a store may take, in milliseconds. */
const PATIENCE_MS = 60_000;
/** How much of an answer that says what went wrong is told. */
const TOLD_CHARACTERS = 500;

/**
 * What the store answered; `undefined` for status 404.
 *
 * @throws RuntimeError `ERR_MEMORY_STORE` for any other status that is no success, with the words of the store.
 */
export async function requestJson(
  transport: Transport,
  store: string,
  request: JsonRequest,
): Promise<Json | undefined> {
  const { body, method, url, signal } = request;
  const response = await transport.send({
    method,
    url,
    headers: { accept: "application/json", ...(body && { "content-type": "application/json" }), ...request.headers },
    body: body && JSON.stringify(body),
    signal,
    timeoutMs: PATIENCE_MS,
  });
  const text = await response.text();
  if (response.status === 404) return undefined;
  if (response.status < 200 || response.status > 299) {
    throw new RuntimeError(`${store} answered ${method} ${pathOf(url)} with ${response.status}: ${wordsOf(text)}`, {
      code: "ERR_MEMORY_STORE",
    });
  }
  const value = text === "" ? null : parsed(text);
  if (value !== undefined) return value;
  throw new RuntimeError(`${store} answered ${method} ${pathOf(url)} with what is no JSON. Is ${url} its address?`, {
    code: "ERR_MEMORY_STORE",
  });
}

function wordsOf(text: string): string {
  const json = parsed(text);
  const said = isObject(json) ? (json["message"] ?? json["detail"] ?? json["error"]) : undefined;
  return (typeof said === "string" ? said : text).slice(0, TOLD_CHARACTERS);
}

/** The path alone: a query may hold what is not to be told. */
function pathOf(url: string): string {
  return new URL(url).pathname;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
