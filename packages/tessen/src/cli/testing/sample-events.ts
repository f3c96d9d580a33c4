import type { TessenEvent } from "../../events/tessen-event.ts";

/** 14 May 2024, 12:00 UTC, in Unix seconds. */
export const NOON = 1_715_688_000;

/** A model call that went well, with what a test says of it. */
export function modelCall(members: Partial<TessenEvent> = {}): TessenEvent {
  return {
    event_id: "evt_0000000000000001",
    session_id: "sess_1",
    agent_name: "demo",
    ts: NOON,
    _tessen_tier: 1,
    provider: "openai",
    surface: "chat.completions.create",
    call_type: "request",
    http_method: "POST",
    http_url: "https://api.openai.com/v1/chat/completions",
    http_status: 200,
    call_site: { file: "src/agent.ts", line: 101, func: "run" },
    duration_ms: 800,
    streamed: false,
    status: "ok",
    quality_signals: [],
    model: "gpt-5-mini",
    usage: usage(100, 20),
    cost_usd: 0.001,
    ...members,
  };
}

/** Tokens in and out, as an event has them. */
export function usage(input: number, output: number): NonNullable<TessenEvent["usage"]> {
  return {
    input_tokens: input,
    cache_read_tokens: 0,
    cache_write_tokens: 0,
    cache_write_1h_tokens: 0,
    output_tokens: output,
    reasoning_tokens: 0,
    total_tokens: input + output,
    estimated: false,
  };
}

/** Something that is no model call. */
export function frameworkEvent(
  kind: "run" | "agent" | "tool" | "note",
  members: Partial<TessenEvent> = {},
): TessenEvent {
  return {
    event_id: "evt_0000000000000002",
    session_id: "sess_1",
    agent_name: "demo",
    ts: NOON,
    provider: "tesserae",
    surface: kind,
    call_type: kind,
    status: "ok",
    quality_signals: [],
    ...members,
  };
}
