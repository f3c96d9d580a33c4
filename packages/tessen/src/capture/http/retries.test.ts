import { afterEach, expect, test } from "vitest";
import OpenAI from "openai";
import { CHAT, OPENAI_ERROR } from "../../../test/capture/answers.ts";
import { sendJson, startModelServer, type ModelServer, type Respond } from "../../../test/capture/model-server.ts";
import { startRecording, type TestRecording } from "../../../test/capture/recording.ts";
import type { InitOptions } from "../init-options.ts";

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function begin(
  respond: Respond,
  options: InitOptions = {},
): Promise<{ server: ModelServer; recording: TestRecording }> {
  const server = await startModelServer(respond);
  cleanUps.push(() => server.close());
  const recording = startRecording({ hosts: [server.host], ...options });
  cleanUps.push(() => recording.end());
  return { server, recording };
}

/** Answers with these statuses, one after the other, and then well; 0 breaks the connection. */
function answering(...statuses: readonly number[]): Respond {
  return (reply, _request, count) => {
    const status = statuses[count - 1] ?? 200;
    if (status === 0) reply.destroy();
    else sendJson(reply, status === 200 ? CHAT : OPENAI_ERROR, status);
  };
}

async function ask(server: ModelServer, question: string, query = ""): Promise<string> {
  const body = JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: question }] });
  try {
    const response = await fetch(`${server.url}/v1/chat/completions${query}`, { method: "POST", body });
    return await response.text();
  } catch (error) {
    return String(error);
  }
}

test("calls that a program makes again without an SDK are linked, each to the one before", async () => {
  const { server, recording } = await begin(answering(429, 503, 0, 200, 200));
  for (let call = 0; call < 5; call += 1) await ask(server, "a");
  const events = await recording.end();
  expect(events.map(({ http_status, attempt }) => [http_status, attempt])).toEqual([
    [429, undefined],
    [503, 2],
    [undefined, 3],
    [200, 4],
    // The one before went well: this is a new question.
    [200, undefined],
  ]);
  const ids = events.map(({ event_id }) => event_id);
  expect(events.map(({ retry_of }) => retry_of)).toEqual([undefined, ids[0], ids[1], ids[2], undefined]);
});

test("another question, another address, and one that was refused for good are no retries", async () => {
  const { server, recording } = await begin(answering(400, 400, 500, 500, 200));
  await ask(server, "a");
  await ask(server, "a");
  await ask(server, "b", "?key=1");
  await ask(server, "c");
  await ask(server, "b", "?key=2");
  const events = await recording.end();
  expect(events.map(({ retry_of }) => retry_of)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    // The query is no part of it: keys may stand there.
    events[2]?.event_id,
  ]);
});

test("with attemptEvents each HTTP request is an event, before that of its call", async () => {
  const { server, recording } = await begin(answering(500, 429), { attemptEvents: true });
  const openai = new OpenAI({ apiKey: "k", baseURL: `${server.url}/v1`, maxRetries: 2, timeout: 60_000 });
  const question = { model: "gpt-4o", messages: [{ role: "user" as const, content: "a" }] };
  await openai.chat.completions.create(question);
  await openai.chat.completions.create(question);
  await ask(server, "a");
  const events = await recording.end();
  expect(
    events.map(({ call_type, attempt, http_status, status }) => [call_type, attempt, http_status, status]),
  ).toEqual([
    ["attempt", 1, 500, "error"],
    ["attempt", 2, 429, "error"],
    ["attempt", 3, 200, "ok"],
    ["request", undefined, 200, "ok"],
    ["attempt", 1, 200, "ok"],
    ["request", undefined, 200, "ok"],
    ["attempt", 1, 200, "ok"],
    ["request", undefined, 200, "ok"],
  ]);
  const [first, , third, call, fourth, second] = events;
  expect(first).toMatchObject({
    provider: "tesserae",
    attempt_of: call?.event_id,
    attempts: [{ n: 1, http_status: 500 }],
  });
  expect(third).toMatchObject({ attempt_of: call?.event_id, request_id: "req_1", _tessen_tier: 1 });
  expect(fourth).toMatchObject({ attempt_of: second?.event_id });
  expect(call?.attempts).toEqual(events.slice(0, 3).flatMap(({ attempts = [] }) => attempts));
  // As without the option: one request that went well is no news.
  expect(second?.attempts).toBe(undefined);
  expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test("without it there are none", async () => {
  const { server, recording } = await begin(answering(500));
  await ask(server, "a");
  expect((await recording.end()).map(({ call_type }) => call_type)).toEqual(["request"]);
});
