import type { Json, Protocol } from "@tesserae/wire";
import { createStreamBody, streamOfBody } from "@tesserae/wire/stream-body";
import { SseDecoder } from "@tesserae/wire/sse";
import { describe, expect, test } from "vitest";
import type { TessenEvent } from "../events/tessen-event.ts";
import { failureOf } from "../capture/failure.ts";
import { outcomeOf } from "../capture/outcome.ts";
import { EventBase } from "../recorder/event-base.ts";
import type { FinishedCall } from "../recorder/finished-call.ts";
import { Prices } from "../recorder/prices.ts";
import { requestRecord } from "../recorder/request-record.ts";
import { protocolOf } from "./protocol-of.ts";
import { tagsOf } from "./tags-of.ts";
import { tagsOfEvent } from "./tags-of-event.ts";

const OPTIONS = { prices: new Prices(), cast: "raw", content: true } as const;
const SURFACES: Readonly<Record<Protocol, readonly [provider: string, surface: string]>> = {
  anthropic: ["anthropic", "messages.create"],
  "openai-chat": ["openai", "chat.completions.create"],
  "openai-responses": ["openai", "responses.create"],
  gemini: ["google", "models.generate_content"],
  ollama: ["ollama", "chat"],
};

/** The line that the log gets for a call, read again. */
function written(call: FinishedCall): TessenEvent {
  const { head, bodies } = requestRecord(call, new EventBase("sess_1", "demo"), OPTIONS);
  const members = bodies.map(({ name, json }): [string, Json] => [name, JSON.parse(json)]);
  const text = typeof head === "string" ? head : JSON.stringify(head);
  return { ...(JSON.parse(text) as TessenEvent), ...Object.fromEntries(members) };
}

function finished(protocol: Protocol, members: Partial<FinishedCall>): FinishedCall {
  const [provider, surface] = SURFACES[protocol];
  return {
    tier: 1,
    provider,
    surface,
    protocol,
    startedAt: 0,
    durationMs: 1,
    streamed: false,
    status: "ok",
    attempts: [],
    ...(members.response === undefined ? {} : { httpStatus: 200, responseText: JSON.stringify(members.response) }),
    ...members,
  };
}

const THINKING = { type: "thinking", thinking: "Hm.", signature: "s" };
const TOOL = { id: "call_1", type: "function", function: { name: "f", arguments: "{" } };

/** Answers with tags, one or more for each protocol. */
const ANSWERS: readonly (readonly [Protocol, Json])[] = [
  [
    "anthropic",
    { type: "message", role: "assistant", id: "m", model: "c", content: [], stop_reason: "end_turn", usage: {} },
  ],
  [
    "anthropic",
    {
      type: "message",
      role: "assistant",
      id: "m",
      model: "c",
      content: [THINKING],
      stop_reason: "max_tokens",
      usage: {},
    },
  ],
  [
    "anthropic",
    {
      type: "message",
      role: "assistant",
      id: "m",
      model: "c",
      content: [{ type: "text", text: "x" }],
      stop_reason: "refusal",
      usage: {},
    },
  ],
  [
    "openai-chat",
    {
      id: "c",
      object: "chat.completion",
      choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: null } }],
    },
  ],
  [
    "openai-chat",
    {
      id: "c",
      object: "chat.completion",
      choices: [
        { index: 0, finish_reason: "length", message: { role: "assistant", content: null, tool_calls: [TOOL] } },
      ],
    },
  ],
  [
    "openai-chat",
    {
      id: "c",
      object: "chat.completion",
      choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: null, refusal: "No." } }],
    },
  ],
  [
    "openai-responses",
    { id: "r", object: "response", status: "completed", output: [{ id: "rs", type: "reasoning", summary: [] }] },
  ],
  [
    "openai-responses",
    {
      id: "r",
      object: "response",
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      output: [{ id: "f", type: "function_call", name: "f", call_id: "c", arguments: "{", status: "incomplete" }],
    },
  ],
  [
    "gemini",
    { candidates: [{ index: 0, finishReason: "MAX_TOKENS", content: { role: "model", parts: [{ text: "x" }] } }] },
  ],
  ["gemini", { promptFeedback: { blockReason: "SAFETY" } }],
  [
    "ollama",
    { model: "m", done: true, done_reason: "stop", message: { role: "assistant", content: "", thinking: "Hm." } },
  ],
];

describe.each(ANSWERS)("%s %j", (protocol, response) => {
  const [provider] = SURFACES[protocol];
  const online = tagsOf({ protocol, provider, status: "ok", httpStatus: 200, response, streamed: false });

  test("has the tags again that it was recorded with", () => {
    const requestText = JSON.stringify({
      model: "m",
      system: [{ type: "text", text: "s", cache_control: { type: "ephemeral" } }],
      messages: [],
    });
    const event = written(finished(protocol, { response, requestText }));
    expect(event.quality_signals.length).toBeGreaterThan(0);
    const again = tagsOfEvent(event);
    expect(again.signals).toEqual(event.quality_signals);
    expect(again.details).toEqual(event.quality_details);
  });

  test("has the same tags when it is streamed", () => {
    const body = createStreamBody(protocol);
    const decoder = new SseDecoder();
    for (const text of streamOfBody(protocol, response)) {
      if (protocol === "ollama") body.push(text);
      else for (const event of decoder.push(Buffer.from(text))) body.push(event.data, event.event);
    }
    expect(
      tagsOf({ protocol, provider, status: "ok", httpStatus: 200, response: body.body(), streamed: true }),
    ).toEqual(online);
  });
});

describe("a failed call has the tags again that it was recorded with", () => {
  const thrown = (error: Error): Partial<FinishedCall> => ({
    status: "error",
    failure: failureOf(error),
    error: { type: error.constructor.name, msg: error.message, tb: null, status_code: null },
  });
  class APIConnectionError extends Error {}
  class APIConnectionTimeoutError extends Error {}
  class APIUserAbortError extends Error {}
  const coded = (code: string): Partial<FinishedCall> => {
    const error = new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
    return { ...thrown(error), attempts: [{ n: 1, ts: 0, duration_ms: 1, error_code: code }] };
  };

  test.each<readonly [string, Partial<FinishedCall>, readonly string[]]>([
    [
      "refused with a status",
      {
        status: "error",
        httpStatus: 429,
        error: { type: "RateLimitError", msg: "", tb: null, status_code: 429, body: { error: { type: "tokens" } } },
      },
      ["rate_limited"],
    ],
    ["by an SDK's connection error", thrown(new APIConnectionError("Connection error.")), ["connection_error"]],
    ["by an SDK's timeout", thrown(new APIConnectionTimeoutError("Request timed out.")), ["connection_error"]],
    ["by its caller", thrown(new APIUserAbortError("Request was aborted.")), []],
    ["by a socket", coded("ECONNREFUSED"), ["connection_error"]],
    ["by a timeout of the connection", coded("UND_ERR_CONNECT_TIMEOUT"), ["connection_error"]],
    ["before it left", thrown(new RangeError("max_tokens is missing")), []],
  ])("%s", (_how, members, tags) => {
    const event = written(finished("openai-chat", members));
    expect(event.quality_signals).toEqual(tags);
    expect(tagsOfEvent(event).signals).toEqual(tags);
    expect(tagsOfEvent(event).details).toEqual(event.quality_details ?? {});
  });

  test.each<readonly [string, Json | undefined, readonly string[]]>([
    ["an error frame", { type: "overloaded_error", message: "Overloaded" }, ["overloaded"]],
    ["no last frame", undefined, ["connection_error"]],
  ])("with %s in a stream", (_how, errorFrame, tags) => {
    const body = { errorFrame, streamed: true, ended: false, complete: false } as Parameters<typeof outcomeOf>[0];
    const event = written(
      finished("anthropic", { httpStatus: 200, streamed: true, ...outcomeOf(body, { type: "ended" }) }),
    );
    expect(event.quality_signals).toEqual(tags);
    expect(tagsOfEvent(event).signals).toEqual(tags);
    expect(tagsOfEvent(event).details).toEqual(event.quality_details);
  });
});

test("an event of Python's tessen, without additions, gets its tags and their evidence", () => {
  const event = {
    event_id: "evt_1",
    ts: 1,
    provider: "anthropic",
    surface: "messages.create",
    call_type: "request",
    status: "ok",
    casted_response: { content: [], stop_reason: "end_turn" },
  } as unknown as TessenEvent;
  expect(tagsOfEvent(event)).toEqual({
    signals: ["empty_content_on_end_turn"],
    details: { empty_content_on_end_turn: { blocks: 0 } },
  });
});

test.each([
  ["mistral", "chat.complete", "mistral"],
  ["cohere", "chat_stream", "cohere"],
  ["cohere", "embed", "unknown"],
  ["ollama", "generate", "ollama"],
  ["bedrock", "messages.stream", "anthropic"],
  ["azure_openai", "responses.create", "openai-responses"],
  ["groq", "chat.completions.create", "openai-chat"],
  ["vertex", "models.generate_content_stream", "gemini"],
  ["openai", "embeddings.create", "unknown"],
])("the bodies of %s %s are read as %s", (provider, surface, protocol) => {
  expect(protocolOf(provider, surface)).toBe(protocol);
});
