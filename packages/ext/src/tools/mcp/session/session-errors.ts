import { RuntimeError, errorToText, isObject } from "@tesserae/core";
import type { McpSdk } from "./load-package.ts";
import { CUT_STREAM } from "./streamable-http-transport.ts";

/**
 * What an error of a request says of the connection: the server answered, in whatever way; it was not reached this time;
 * or the session is gone for good.
 */
export function fateOf(error: unknown, sdk: McpSdk): "answered" | "failed" | "gone" {
  if (sdk.ProtocolError.isInstance(error)) return error.data === CUT_STREAM ? "failed" : "answered";
  if (sdk.SdkHttpError.isInstance(error)) return NO_SUCH_SESSION.has(error.status ?? 0) ? "gone" : "failed";
  if (!sdk.SdkError.isInstance(error)) return "failed";
  const { RequestTimeout, InvalidResult, ListPaginationExceeded, ConnectionClosed, NotConnected } = sdk.SdkErrorCode;
  if ([RequestTimeout, InvalidResult, ListPaginationExceeded].includes(error.code)) return "answered";
  return error.code === ConnectionClosed || error.code === NotConnected ? "gone" : "failed";
}

/** JSON-RPC's code for a version of the protocol that the server does not speak. */
const UNSUPPORTED_VERSION = -32_022;

/** True for the answer of a server that speaks other versions of the protocol. Over HTTP it stands in a refused request. */
export function isOfOtherVersion(error: unknown, sdk: McpSdk): boolean {
  if (!sdk.SdkHttpError.isInstance(error)) return sdk.UnsupportedProtocolVersionError.isInstance(error);
  const { text } = error.data;
  if (typeof text !== "string") return false;
  try {
    const answer: unknown = JSON.parse(text);
    return isObject(answer) && isObject(answer["error"]) && answer["error"]["code"] === UNSUPPORTED_VERSION;
  } catch {
    return false;
  }
}

/** What a server answers who brings a session that it does not know, for example because it was started anew. */
const NO_SUCH_SESSION: ReadonlySet<number> = new Set([400, 404, 410]);

/** The error for a request that the server answered with one, too late, or in a way that cannot be read. */
export function requestError(label: string, what: string, error: unknown, sdk: McpSdk): RuntimeError {
  const isLate = sdk.SdkError.isInstance(error) && error.code === sdk.SdkErrorCode.RequestTimeout;
  const message = isLate
    ? `${label} did not answer ${what} in time. Raise readTimeoutSeconds, or sseReadTimeout over HTTP.`
    : errorToText(error);
  return new RuntimeError(capitalised(message), { code: "ERR_MCP_REQUEST", cause: error });
}

/** The error for a server that is not there (any more), with the last that it wrote. */
export function connectionError(what: string, error: unknown, lastWords: string): RuntimeError {
  const reason = reasonsOf(error).join(": ");
  const message =
    `${capitalised(what)}${reason === "" ? "." : `: ${reason.replace(/[.\s]+$/, "")}.`}` +
    (lastWords === "" ? "" : ` It wrote to standard error: ${lastWords}`);
  return new RuntimeError(message, { code: "ERR_MCP_CONNECTION", cause: error });
}

/** Messages from the outside in: `fetch failed` alone says little. */
function reasonsOf(error: unknown): readonly string[] {
  if (error === undefined) return [];
  const { cause } = error instanceof Error ? error : {};
  const own = errorToText(error);
  return cause instanceof Error && cause !== error ? [own, ...reasonsOf(cause)] : [own];
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
