import type { EventAttempt, TessenEvent } from "../events/tessen-event.ts";
import type { LogRecord } from "../log/log-record.ts";
import type { EventBase } from "./event-base.ts";
import type { FinishedCall } from "./finished-call.ts";
import { placeMembers } from "./place-members.ts";

/** An event for each HTTP request of a call; `eventId` is the call's own. */
export function attemptRecords(call: FinishedCall, eventId: string, base: EventBase): readonly LogRecord[] {
  return call.attempts.map((attempt) => ({ head: attemptHead(attempt, call, eventId, base), bodies: [] }));
}

function attemptHead(attempt: EventAttempt, call: FinishedCall, eventId: string, base: EventBase): TessenEvent {
  const failed = attempt.error_code !== undefined || (attempt.http_status ?? 0) >= 400;
  const { place } = call;
  const around = place?.spanId;
  return {
    ...base.identity(attempt.ts * 1000),
    _tessen_tier: call.tier,
    provider: "tesserae",
    surface: "attempt",
    call_type: "attempt",
    ...(call.method === undefined ? {} : { http_method: call.method }),
    ...(call.url === undefined ? {} : { http_url: call.url }),
    ...(attempt.http_status === undefined ? {} : { http_status: attempt.http_status }),
    duration_ms: attempt.duration_ms,
    status: failed ? "error" : "ok",
    quality_signals: [],
    ...(attempt.request_id === undefined ? {} : { request_id: attempt.request_id }),
    attempt: attempt.n,
    attempt_of: eventId,
    attempts: [attempt],
    ...(place === undefined ? {} : placeMembers({ ...place, spanId: base.ids.nextSpanId() })),
    ...(around === undefined ? {} : { parent_id: around }),
    ...base.process(),
  };
}
