import { describe, expect, test } from "vitest";
import type { TessenEvent } from "../../events/tessen-event.ts";
import type { FoundAnswer, Reply } from "../answer-source.ts";
import { isReply } from "../answer-source.ts";
import { readTrafficRequest, type TrafficRequest } from "../traffic-request.ts";
import { logSource } from "./log-source.ts";

const question = { model: "gpt-5", messages: [{ role: "user", content: "Hi" }] };
const completion = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 7,
  model: "gpt-5-2026",
  choices: [{ index: 0, message: { role: "assistant", content: "Hello there." }, finish_reason: "stop" }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
};

function event(members: Partial<TessenEvent> = {}): TessenEvent {
  return {
    event_id: "evt_1",
    session_id: "sess_1",
    agent_name: "a",
    ts: 1,
    provider: "openai",
    surface: "chat.completions.create",
    call_type: "request",
    http_url: "https://api.openai.com/v1/chat/completions",
    status: "ok",
    quality_signals: [],
    model: "gpt-5",
    request_body: question,
    response_body: completion,
    ...members,
  };
}

function request(body: object, path = "/v1/chat/completions"): TrafficRequest {
  return readTrafficRequest({ method: "POST", path, headers: {}, bytes: Buffer.from(JSON.stringify(body)) }, 1);
}

const sourceOf = (...events: readonly TessenEvent[]) => logSource(events, (body) => body);

async function replyTo(events: readonly TessenEvent[], asked: TrafficRequest): Promise<Reply | undefined> {
  const found: FoundAnswer | undefined = await sourceOf(...events).answer(asked);
  if (found === undefined) return undefined;
  expect(found.from).toMatch(/^log evt_/);
  return isReply(found.answer) ? found.answer : undefined;
}

describe("a log as a source of answers", () => {
  test("gives the recorded body to an equal request", async () => {
    const reply = await replyTo([event()], request(question));
    expect(reply).toMatchObject({ status: 200, stream: false, headers: { "content-type": "application/json" } });
    expect(JSON.parse(String(reply?.pieces[0]))).toEqual(completion);
  });

  test("gives it as a stream where that is asked for, however it came", async () => {
    const streamed = event({ streamed: true, stream_end: "complete" });
    for (const each of [event(), streamed]) {
      const asked = { ...question, stream: true, stream_options: { include_usage: true } };
      const reply = await replyTo([each], request(asked));
      expect(reply).toMatchObject({ status: 200, stream: true });
      const text = reply?.pieces.join("") ?? "";
      expect(text).toContain('"delta":{"content":"Hello "}');
      expect(text).toContain('"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}');
      expect(text).toMatch(/data: \[DONE\]\n\n$/);
    }
  });

  test.each(["stream", "stream_options", "user", "metadata", "store", "service_tier", "prompt_cache_key"])(
    "does not compare %s",
    async (member) => {
      expect(await replyTo([event()], request({ ...question, [member]: "x" }))).toBeDefined();
      expect(await replyTo([event({ request_body: { ...question, [member]: "x" } })], request(question))).toBeDefined();
    },
  );

  test.each(["temperature", "tools", "seed", "max_tokens", "response_format"])("compares %s", async (member) => {
    expect(await replyTo([event()], request({ ...question, [member]: 1 }))).toBeUndefined();
  });

  test("tells protocols apart, by address, or by surface where there is none", async () => {
    const { http_url: _url, ...bare } = event({ surface: "messages.create", provider: "anthropic" });
    expect(await replyTo([bare], request(question, "/v1/messages"))).toBeDefined();
    expect(await replyTo([bare], request(question))).toBeUndefined();
    expect(await replyTo([event()], request(question, "/v1/messages"))).toBeUndefined();
  });

  test("repeats an error with its status and its wait", async () => {
    const { response_body: _body, ...failed } = event({
      status: "error",
      http_status: 429,
      error: {
        type: "RateLimitError",
        msg: "slow down",
        tb: null,
        status_code: 429,
        body: { error: { message: "slow down" } },
        response_headers: { "Retry-After": "2", "Content-Type": "text/plain" },
      },
    });
    const reply = await replyTo([failed], request({ ...question, stream: true }));
    expect(reply).toEqual({
      status: 429,
      headers: { "content-type": "application/json", "retry-after": "2" },
      pieces: ['{"error":{"message":"slow down"}}'],
      stream: false,
    });
  });

  test("asks the redaction what the log would have of a request", async () => {
    const secret = "sk-proj-secret";
    const redacted = JSON.parse(JSON.stringify(question).replace("Hi", "[REDACTED:key]")) as typeof question;
    const source = logSource(
      [event({ request_body: redacted })],
      (body) => JSON.parse(JSON.stringify(body).replace(secret, "[REDACTED:key]")) as unknown,
    );
    const asked = JSON.parse(JSON.stringify(question).replace("Hi", secret)) as typeof question;
    expect(await source.answer(request(asked))).toBeDefined();
    expect(source.nearest(request(question))).toContain('(asked "Hi", known "[REDACTED:key]")');
  });

  test.each<readonly [string, Partial<TessenEvent>]>([
    ["other types", { call_type: "tool" }],
    ["other surfaces", { http_url: "https://api.openai.com/v1/embeddings", surface: "embeddings.create" }],
    ["no whole request", { truncated: [{ pointer: "/request_body/messages/0", bytes: 1, sha256: "" }] }],
    ["no whole answer", { truncated: [{ pointer: "/response_body", bytes: 1, sha256: "" }] }],
    ["a stream that was left", { stream_end: "consumer_cancelled" }],
    ["an answer that is no JSON", { response_body: "text" }],
    ["a connection that failed", { status: "error" }],
  ])("leaves out events with %s", async (_, members) => {
    expect(await replyTo([event(members)], request(question))).toBeUndefined();
  });

  test("does not take a cut of the headers for a cut of the bodies", async () => {
    const truncated = [{ pointer: "/casted_response", bytes: 1, sha256: "" }];
    expect(await replyTo([event({ truncated })], request(question))).toBeDefined();
  });

  test("names its models", () => {
    expect(sourceOf(event(), event({ model: "b" }), event()).models).toEqual(["gpt-5", "b"]);
  });
});
