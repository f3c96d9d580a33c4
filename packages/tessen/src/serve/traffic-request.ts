import { isRawObject } from "@tesserae/wire";
import type { ErrorDialect } from "@tesserae/wire/scripted";
import { lastTurnOf, type ToolResult } from "./last-turn.ts";

/** The protocols that are served, by the end of their path. */
export type ServedProtocol = ErrorDialect;

/** A request to the server, with what scripts look at. */
export interface TrafficRequest {
  /** Counts the requests to a model, from 1; 0 for any other request. */
  readonly call: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it was sent. */
  readonly bytes: Uint8Array;
  /** The body parsed as JSON; `undefined` where it is none. */
  readonly body: unknown;
  /** `undefined` for a request that is not to a model. */
  readonly protocol: ServedProtocol | undefined;
  /** `""` where the body names none. */
  readonly model: string;
  /** True when the answer is asked for as a stream. */
  readonly stream: boolean;
  /** The text of the last message; `""` when that is a tool's result. */
  readonly lastText: string;
  /** What tools returned since the model spoke last. */
  readonly toolResults: readonly ToolResult[];
}

/** What is known of a request before it is looked at. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

/** Which protocol is spoken at a path: any prefix will do, as the providers have different ones. */
export function protocolOf(path: string): ServedProtocol | undefined {
  if (path.endsWith("/chat/completions")) return "openai-chat";
  if (path.endsWith("/responses")) return "openai-responses";
  return path.endsWith("/messages") ? "anthropic" : undefined;
}

/** Reads a request. `call` is its number, should it be one to a model. */
export function readTrafficRequest(raw: RawRequest, call: number): TrafficRequest {
  const protocol = raw.method === "POST" ? protocolOf(raw.path) : undefined;
  const body = parsed(raw.bytes);
  const members = isRawObject(body) ? body : {};
  const model = members["model"];
  const turn = protocol === undefined ? { lastText: "", toolResults: [] } : lastTurnOf(protocol, members);
  return {
    ...raw,
    call: protocol === undefined ? 0 : call,
    body,
    protocol,
    model: typeof model === "string" ? model : "",
    stream: members["stream"] === true,
    ...turn,
  };
}

function parsed(bytes: Uint8Array): unknown {
  if (bytes.byteLength === 0) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch {
    return undefined;
  }
}
