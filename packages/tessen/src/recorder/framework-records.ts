/** Records of what the framework tells on its channels, but for model calls, which are requests. */
import type { Json } from "@tesserae/wire";
import type { AgentPayload, ChannelError, MessagePayload, RunPayload, ToolPayload } from "@tesserae/wire/channels";
import type { CallType, EventError, TessenEvent } from "../events/tessen-event.ts";
import type { LogRecord } from "../log/log-record.ts";
import { canonicalHash } from "./canonical-hash.ts";
import type { EventBase } from "./event-base.ts";
import type { Place } from "./finished-call.ts";
import { placeMembers } from "./place-members.ts";
import { eventUsage } from "./usage.ts";

/** Where an event of the framework stands, and how much of it may be written. */
export interface FrameworkRecordContext {
  readonly base: EventBase;
  readonly place: Place;
  /** False: contents are left out. */
  readonly content: boolean;
}

interface Ended {
  readonly startedAt: number;
  readonly durationMs?: number;
  readonly error?: ChannelError;
}

/** A run that is over: what was asked, how it ended, what it took. */
export function runRecord(payload: RunPayload, context: FrameworkRecordContext): LogRecord {
  const { usage, cost } = payload;
  return record("run", payload, context, {
    team: payload.name,
    run: {
      name: payload.name,
      kind: payload.kind,
      mode: payload.mode,
      participants: payload.participants,
      inputs_hash: canonicalHash(payload.task),
      ...(context.content ? { task: payload.task } : {}),
      stop_reason: payload.stopReason ?? null,
      turns: payload.turns ?? null,
    },
    ...(usage === undefined ? {} : { usage: eventUsage(usage) }),
    ...(cost === undefined ? {} : { cost_usd: cost === null ? null : cost / 1e12 }),
  });
}

/** One turn of an agent. */
export function agentRecord(payload: AgentPayload, context: FrameworkRecordContext): LogRecord {
  const { response } = payload;
  return record("agent", payload, context, {
    agent: {
      name: payload.name,
      kind: payload.kind,
      messages: payload.messages.length,
      ...(response === undefined ? {} : { response: { type: response.type, source: response.source } }),
    },
  });
}

/** One message from a participant to others. */
export function messageRecord(payload: MessagePayload, context: FrameworkRecordContext): LogRecord {
  const { from, to, messageId, message } = payload;
  return record("message", payload, context, {
    message: {
      from,
      to,
      id: messageId,
      type: message.type,
      source: message.source,
      ...(context.content ? { content: message.content } : {}),
    },
  });
}

/** One call of a tool. */
export function toolRecord(payload: ToolPayload, context: FrameworkRecordContext): LogRecord {
  const { result } = payload;
  const args: Json = context.content ? payload.arguments : null;
  return record("tool", payload, context, {
    status: payload.error !== undefined || payload.isError === true ? "error" : "ok",
    tool: {
      name: payload.name,
      call_id: payload.callId,
      args,
      ...(result === undefined || !context.content ? {} : { result }),
      is_error: payload.isError ?? payload.error !== undefined,
      bytes_in: Buffer.byteLength(JSON.stringify(payload.arguments) ?? ""),
      ...(result === undefined ? {} : { bytes_out: Buffer.byteLength(result) }),
    },
  });
}

/** The error of a channel's payload as an event has it. */
export function channelEventError(error: ChannelError | undefined): EventError | undefined {
  if (error === undefined) return undefined;
  const { name, code, message } = error;
  return { type: name, msg: message, tb: null, status_code: null, ...(code === null ? {} : { body: { code } }) };
}

function record(
  kind: CallType,
  payload: Ended,
  { base, place }: FrameworkRecordContext,
  members: Partial<TessenEvent>,
): LogRecord {
  const error = channelEventError(payload.error);
  const head: TessenEvent = {
    ...base.identity(payload.startedAt),
    provider: "tesserae",
    surface: kind,
    call_type: kind,
    ...(payload.durationMs === undefined ? {} : { duration_ms: Math.round(payload.durationMs * 1000) / 1000 }),
    status: error === undefined ? "ok" : "error",
    quality_signals: [],
    ...placeMembers(place),
    ...members,
    ...base.process(),
    ...(error === undefined ? {} : { error }),
  };
  return { head, bodies: [] };
}
