import { eventError } from "../capture/failure.ts";
import type { EventTool, TessenEvent } from "../events/tessen-event.ts";
import type { LogRecord } from "../log/log-record.ts";
import type { FrameworkRecordContext } from "../recorder/framework-records.ts";
import { jsonOf } from "./json-of.ts";
import { ownRecord } from "./own-record.ts";

/** What else is to be known of a span of a tool. */
export interface SpanDetails {
  /** The arguments of the tool. What cannot be JSON is left out. */
  readonly args?: unknown;
  /** The model's id of the call. */
  readonly callId?: string | undefined;
}

/** A span that is over. */
export interface EndedSpan {
  readonly kind: "run" | "agent" | "tool";
  readonly name: string;
  readonly details: SpanDetails;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** What the function gave. */
  readonly result?: unknown;
  /** What it threw; the member is there exactly when it threw. */
  readonly error?: unknown;
}

/** The event of a span. */
export function spanRecord(ended: EndedSpan, context: FrameworkRecordContext): LogRecord {
  const failed = "error" in ended;
  return ownRecord(ended.kind, ended.startedAt, context, {
    duration_ms: Math.round(ended.durationMs * 1000) / 1000,
    status: failed ? "error" : "ok",
    ...membersOf(ended, context.content),
    ...(failed ? { error: eventError(ended.error) } : {}),
  });
}

function membersOf(ended: EndedSpan, content: boolean): Partial<TessenEvent> {
  const { kind, name } = ended;
  if (kind === "run") return { team: name, run: { name, kind: "span", stop_reason: null } };
  return kind === "agent" ? { agent: { name, kind: "span" } } : { tool: toolOf(ended, content) };
}

function toolOf(ended: EndedSpan, content: boolean): EventTool {
  const args = jsonOf(ended.details.args);
  const result = textOf(ended.result);
  return {
    name: ended.name,
    call_id: ended.details.callId ?? null,
    args: content ? (args?.value ?? null) : null,
    ...(result === undefined || !content ? {} : { result }),
    is_error: "error" in ended,
    ...(args === undefined ? {} : { bytes_in: Buffer.byteLength(args.text) }),
    ...(result === undefined ? {} : { bytes_out: Buffer.byteLength(result) }),
  };
}

/** A result as a model would get it; of what is no data (a stream, an answer that is not read yet) nothing is looked at. */
function textOf(result: unknown): string | undefined {
  return typeof result === "string" ? result : jsonOf(result)?.text;
}
