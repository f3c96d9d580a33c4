import type { EventError } from "../events/tessen-event.ts";
import type { FailureKind } from "../recorder/finished-call.ts";

/** Node's own code for what a caller gives up, whatever error it gives for that. */
export const GIVEN_UP = "ABORT_ERR";

/** What is told of a request that is open when the program ends, or recording does. */
export const NO_ANSWER: EventError = {
  type: "AbortError",
  msg: "The program or its recording ended before an answer came.",
  tb: null,
  status_code: null,
};

/** An error as an event has it. */
export function eventError(error: unknown, statusCode: number | null = null): EventError {
  if (!(error instanceof Error)) return { type: typeof error, msg: shown(error), tb: null, status_code: statusCode };
  return { type: typeName(error), msg: error.message, tb: error.stack ?? null, status_code: statusCode };
}

/** How a call failed that got no answer, or only a part of one; `undefined` where the error tells nothing of the network. */
export function failureOf(error: unknown): FailureKind | undefined {
  let found: FailureKind | undefined;
  for (const cause of causes(error)) {
    const words = `${typeName(cause)} ${codeOf(cause) ?? ""}`;
    if (/abort/i.test(words)) return "aborted";
    if (/timeout|timedout/i.test(words)) found = "timeout";
    else if (found === undefined && isConnectionError(cause, words)) found = "connection";
  }
  return found;
}

/** The code of an error, or of what caused it: `ECONNRESET`, `UND_ERR_SOCKET`. */
export function errorCodeOf(error: unknown): string | undefined {
  for (const cause of causes(error)) {
    const code = codeOf(cause);
    if (code !== undefined) return code;
  }
  return undefined;
}

/** The name of an error's class; an SDK's errors are all named `Error`. */
export function typeName(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const name = error.constructor.name;
  return name === "" || name === "Error" || name === "DOMException" ? error.name : name;
}

function isConnectionError(cause: unknown, words: string): boolean {
  if (/connection|socket|ECONN|ENOTFOUND|EPIPE|EAI_|EHOST|ENET|UND_ERR|CERT|TLS|SSL/i.test(words)) return true;
  return cause instanceof TypeError && /^(fetch failed|terminated)$/.test(cause.message);
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** The error and what caused it, outermost first; a chain that bites its tail ends. */
function causes(error: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  let at: unknown = error;
  while (at instanceof Error && chain.length < 8) {
    chain.push(at);
    at = at.cause;
  }
  return chain;
}

function shown(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "";
  }
}
