import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

/** What a made log is like. */
export interface MadeLog {
  /** The folder of logs. */
  readonly logDir: string;
  readonly agent: string;
  /** How large the log becomes. */
  readonly bytes: number;
  /** How long a line is, about: what the members without bodies do not take is prompt and answer. */
  readonly eventBytes: number;
}

const BLOCK_BYTES = 4 * 1024 * 1024;
const DAY = Date.UTC(2026, 4, 14) / 1000;
const MODELS = ["gpt-5-mini", "claude-sonnet-4-6", "gpt-4o"] as const;
const WORDS = 'The quick brown fox said "hello", and jumped over the lazy dog\'s fence.\n';

/** Writes a log as the recorder does: four model calls, a tool and a turn of an agent, over and over. Gives its events. */
export function makeLog({ logDir, agent, bytes, eventBytes }: MadeLog): number {
  const folder = join(logDir, agent);
  mkdirSync(folder, { recursive: true });
  const file = openSync(join(folder, "2026-05-14.jsonl"), "w");
  let lines: string[] = [];
  let waiting = 0;
  let written = 0;
  let count = 0;
  const write = (): void => {
    written += writeSync(file, lines.join(""));
    lines = [];
    waiting = 0;
  };
  for (; written + waiting < bytes; count += 1) {
    const line = `${JSON.stringify(eventOf(count, agent, eventBytes))}\n`;
    lines.push(line);
    waiting += line.length;
    if (waiting >= BLOCK_BYTES) write();
  }
  write();
  closeSync(file);
  return count;
}

function eventOf(count: number, agent: string, eventBytes: number): object {
  const kind = count % 6;
  const run = Math.floor(count / 60);
  const place = {
    run_id: run.toString(16).padStart(32, "0"),
    span_id: count.toString(16).padStart(16, "0"),
    parent_id: run.toString(16).padStart(16, "0"),
    agent_path: ["team", kind < 3 ? "writer" : "critic"],
    turn: Math.floor(count / 6) % 10,
  };
  const identity = {
    event_id: `evt_${(0xabcdef0123 + (run % 8)).toString(16).padStart(16, "0")}${count.toString(16).padStart(8, "0")}`,
    session_id: `sess_${(run % 8).toString(16).padStart(16, "0")}`,
    agent_name: agent,
    ts: DAY + count / 20,
  };
  const process = {
    pid: 4000 + (run % 8),
    seq: count,
    node: "v24.21.0",
    _tessen_schema: 1,
    _tessen_version: "0.1.0",
    _tessen_lang: "ts",
  };
  if (kind >= 4) {
    const name = kind === 4 ? "tool" : "agent";
    const inside =
      kind === 4
        ? { tool: { name: "search", call_id: `call_${count}`, args: { q: "fox" }, result: "found", is_error: false } }
        : { agent: { name: "critic", kind: "AssistantAgent", messages: 2 } };
    const facts = { provider: "tesserae", surface: name, call_type: name, duration_ms: 1.5 + (count % 100) };
    return { ...identity, ...facts, status: "ok", quality_signals: [], ...place, ...inside, ...process };
  }
  return modelCallOf(count, eventBytes, identity, { ...place, ...process });
}

function modelCallOf(count: number, eventBytes: number, identity: object, rest: object): object {
  const model = MODELS[count % MODELS.length];
  const text = WORDS.repeat(Math.max(0, Math.ceil((eventBytes - HEAD_BYTES) / 2 / WORDS.length)));
  const message = { role: "assistant", content: text.slice(0, text.length / 2) };
  const answer = { model, choices: [{ index: 0, message, finish_reason: "stop" }] };
  const isCut = count % 50 === 0;
  return {
    ...identity,
    _tessen_tier: 1,
    provider: "openai",
    surface: "chat.completions.create",
    call_type: "request",
    http_status: 200,
    call_site: { file: "src/agent.ts", line: 100 + (count % 12), func: "run" },
    duration_ms: 400 + ((count * 7919) % 9000) / 10,
    streamed: false,
    status: "ok",
    quality_signals: isCut ? ["truncated_response"] : [],
    ...(isCut ? { quality_details: { truncated_response: { finish_reason: "length" } } } : {}),
    model,
    usage: {
      input_tokens: 1200,
      cache_read_tokens: 600,
      cache_write_tokens: 0,
      cache_write_1h_tokens: 0,
      output_tokens: 40 + (count % 200),
      reasoning_tokens: 0,
      total_tokens: 1240 + (count % 200),
      estimated: false,
    },
    cost_usd: (1200 + (count % 100)) / 1e6,
    finish_reason: isCut ? "length" : "stop",
    ...rest,
    response_headers: { "content-type": "application/json" },
    request_body: { model, messages: [{ role: "user", content: text }] },
    casted_response: answer,
    response_body: answer,
  };
}

/** What the members of a model call take without the texts. */
const HEAD_BYTES = 1250;
