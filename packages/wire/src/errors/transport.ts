import { isRawObject, textOf } from "../json.ts";
import type { ProviderError } from "./provider-error.ts";

/**
 * Classifies what a transport threw (`node:http`, `fetch`, an aborted signal): aborted, timeout, or connection.
 * The causes of an error are looked through, since `fetch` hides the reason there.
 */
export function errorOfTransport(thrown: unknown): ProviderError {
  let message = "";
  let found: string | undefined;
  let error: unknown = thrown;
  for (let depth = 0; depth < 5 && isRawObject(error); depth++) {
    const code = textOf(error["code"]);
    const name = textOf(error["name"]);
    if (message === "") message = textOf(error["message"]);
    if (name === "TimeoutError" || TIMEOUT_CODES.has(code)) return timedOut(message, code);
    if (name === "AbortError" || code === "ABORT_ERR" || code === "ERR_ABORTED") {
      return { kind: "aborted", retryable: false, message: "The call was aborted by its caller." };
    }
    // The deepest code names the system's own reason.
    if (code !== "") found = code;
    error = error["cause"];
  }
  return {
    kind: "connection",
    retryable: found === undefined || !PERMANENT_CODES.has(found),
    ...(found === undefined ? {} : { code: found }),
    message: `The connection to the provider failed${message === "" ? "" : `: ${message}`}`,
  };
}

/** The stream ended before the provider said that the answer was over. */
export function cutStreamError(detail?: string): ProviderError {
  return {
    kind: "cut_stream",
    retryable: false,
    message: `The provider's answer broke off before its end${detail === undefined ? "" : `: ${detail}`}`,
  };
}

/** The provider's answer is not what its protocol says; `detail` tells what was seen. */
export function malformedError(detail: string, status?: number): ProviderError {
  return {
    kind: "malformed",
    retryable: false,
    ...(status === undefined ? {} : { status }),
    message: `The provider's answer cannot be read: ${detail}`,
  };
}

function timedOut(message: string, code: string): ProviderError {
  return {
    kind: "timeout",
    retryable: true,
    ...(code === "" ? {} : { code }),
    message: `The provider did not answer in time${message === "" ? "" : `: ${message}`}`,
  };
}

const TIMEOUT_CODES: ReadonlySet<string> = new Set([
  "ETIMEDOUT",
  "ESOCKETTIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
]);

/** Failures that a second try does not mend: a wrong address or certificate. A name that does not resolve may be a network that is down. */
const PERMANENT_CODES: ReadonlySet<string> = new Set([
  "ERR_INVALID_URL",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);
