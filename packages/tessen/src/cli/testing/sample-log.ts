import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TessenEvent } from "../../events/tessen-event.ts";
import { frameworkEvent, modelCall, NOON, usage } from "./sample-events.ts";

/** A folder of logs of a test's own. */
export class SampleLogs {
  readonly path: string = mkdtempSync(join(tmpdir(), "tessen-test-"));

  /** The path of an agent's file. */
  file(agent: string, name: string = "2024-05-14.jsonl"): string {
    return join(this.path, agent, name);
  }

  /** Writes a file anew: events a line each, or text as it is. */
  write(agent: string, content: readonly TessenEvent[] | string, name?: string): string {
    mkdirSync(join(this.path, agent), { recursive: true });
    writeFileSync(this.file(agent, name), typeof content === "string" ? content : linesOf(content));
    return this.file(agent, name);
  }

  /** Adds to a file. */
  append(agent: string, content: readonly TessenEvent[] | string, name?: string): void {
    appendFileSync(this.file(agent, name), typeof content === "string" ? content : linesOf(content));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Events as the text of a log. */
export function linesOf(events: readonly TessenEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}

/** A run of two calls and a tool, then a call that was retried and failed. */
export function sampleEvents(): TessenEvent[] {
  const place = { run_id: "run_1", agent_path: ["team", "writer"], turn: 0 };
  return [
    modelCall({
      ...place,
      event_id: "evt_01",
      usage: { ...usage(1200, 40), cache_read_tokens: 600 },
      cost_usd: 1.5,
      ttft_ms: 90,
      streamed: true,
      stream_end: "complete",
      finish_reason: "tool_calls",
      tool_calls: [{ id: "call_1", name: "search", args_hash: "ab12", args_bytes: 9 }],
      request_body: {
        model: "gpt-5-mini",
        temperature: 0.5,
        tools: [{ type: "function", function: { name: "search", parameters: {} } }],
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "What is \u001b[31mred\u001b[0m\u202e?" },
        ],
      },
      response_body: {
        choices: [
          {
            finish_reason: "tool_calls",
            message: {
              role: "assistant",
              content: null,
              tool_calls: [{ id: "call_1", function: { name: "search", arguments: '{"q":"red"}' } }],
            },
          },
        ],
      },
    }),
    frameworkEvent("tool", {
      ...place,
      event_id: "evt_02",
      ts: NOON + 1,
      duration_ms: 12,
      tool: { name: "search", call_id: "call_1", args: { q: "red" }, result: "a colour", is_error: false },
    }),
    modelCall({
      ...place,
      event_id: "evt_03",
      ts: NOON + 2,
      duration_ms: 1200,
      model: "claude-sonnet-4-6",
      provider: "anthropic",
      surface: "messages.create",
      cost_usd: 0.0125,
      finish_reason: "max_tokens",
      quality_signals: ["truncated_response"],
      quality_details: { truncated_response: { stop_reason: "max_tokens" } },
      response_body: {
        content: [
          { type: "thinking", thinking: "A colour." },
          { type: "text", text: "Red is" },
        ],
        stop_reason: "max_tokens",
      },
    }),
    frameworkEvent("run", {
      event_id: "evt_04",
      run_id: "run_1",
      ts: NOON,
      duration_ms: 3300,
      run: { name: "team", stop_reason: "done", turns: 1 },
    }),
    failedCall(),
  ];
}

function failedCall(): TessenEvent {
  const { usage: _, ...call } = modelCall({
    event_id: "evt_05",
    session_id: "sess_2",
    ts: NOON + 4,
    duration_ms: 650,
    status: "error",
    http_status: 429,
    cost_usd: 0,
    quality_signals: ["rate_limited"],
    quality_details: { rate_limited: { http_status: 429, error_type: "requests" } },
    retry_count: 1,
    wait_ms: 500,
    attempts: [
      { n: 1, ts: NOON + 4, duration_ms: 100, http_status: 429, request_id: "req_1", waited_ms: 500 },
      { n: 2, ts: NOON + 4.6, duration_ms: 50, http_status: 429, request_id: "req_2" },
    ],
    error: {
      type: "RateLimitError",
      msg: "429 Slow down",
      tb: "RateLimitError: 429\n    at run (src/agent.ts:101)",
      status_code: 429,
      body: { error: { type: "requests", message: "Slow down" } },
    },
  });
  return call;
}
