import type { ProviderErrorKind } from "@tesserae/wire/errors";
import { encodeError, type ErrorDialect, type ScriptedError } from "@tesserae/wire/scripted";
import type { Reply } from "./answer-source.ts";
import type { Fault } from "./fault.ts";
import { jsonReply, streamReply } from "./replies.ts";
import type { TrafficRequest } from "./traffic-request.ts";

/** An error in the form of the provider. */
export function errorReply(dialect: ErrorDialect, error: ScriptedError, headers: Reply["headers"] = {}): Reply {
  const { status, body } = encodeError(dialect, error);
  return jsonReply(status, body, headers);
}

/** The error of a fault, with the wait that the client is told. */
export function statusReply(
  dialect: ErrorDialect,
  { status, waitMs }: Extract<Fault, { readonly type: "status" }>,
  message: string = `This is the fault that was asked for: status ${status}.`,
): Reply {
  const wait = waitMs ?? (BUSY.has(status) ? 1000 : undefined);
  const headers: Record<string, string> =
    wait === undefined ? {} : { "retry-after": String(Math.ceil(wait / 1000)), "retry-after-ms": String(wait) };
  return errorReply(dialect, { kind: kindOf(status), status, message }, headers);
}

/** With these the providers say when to come back. */
const BUSY: ReadonlySet<number> = new Set([429, 503, 529]);

function kindOf(status: number): ProviderErrorKind {
  return KINDS[status] ?? (status < 500 ? "invalid_request" : "server");
}

const KINDS: Readonly<Record<number, ProviderErrorKind>> = {
  401: "authentication",
  403: "permission",
  404: "not_found",
  408: "timeout",
  409: "conflict",
  413: "too_large",
  429: "rate_limit",
  503: "overloaded",
  504: "timeout",
  529: "overloaded",
};

/** What a broken server could send: JSON that does not end, in the form that was asked for. */
export function garbageReply({ protocol, stream }: TrafficRequest): Reply {
  const rubbish = '{"rubbish": tru';
  if (!stream) return { ...jsonReply(200, {}), pieces: [rubbish] };
  // Named as an event that no client leaves out.
  const name = protocol === "anthropic" ? "event: content_block_delta\n" : "";
  return streamReply([`${name}data: ${rubbish}\n\n`]);
}
