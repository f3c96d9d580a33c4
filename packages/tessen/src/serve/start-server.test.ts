import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterEach, describe, expect, test } from "vitest";
import { startServer, type AnsweredRequest, type ServerOptions, type TrafficServer } from "./index.ts";

let server: TrafficServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const start = async (options: ServerOptions): Promise<string> => {
  server = await startServer(options);
  return server.url;
};
const fine = { script: { rules: [{ answer: { text: "All is fine." } }] } };
const chat = { model: "m", messages: [{ role: "user", content: "Hi" }] };
const post = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body), headers });

describe("the same request", () => {
  test.each([
    ["/v1/chat/completions", chat],
    ["/v1/responses", { model: "m", input: "Hi" }],
    ["/v1/messages", chat],
  ])("has the same bytes at %s, on two servers, paced or not", async (path, body) => {
    const answers: string[] = [];
    for (const paceMs of [0, 0, 1]) {
      const url = await start({ ...fine, paceMs });
      for (const stream of [false, true]) {
        const response = await post(`${url}${path}`, { ...body, stream });
        const headers = [...response.headers].filter(([name]) => name !== "transfer-encoding" && name !== "connection");
        answers.push(JSON.stringify([headers, await response.text()]));
      }
      await server?.close();
    }
    expect(new Set(answers).size).toBe(2);
    expect(answers.slice(2)).toEqual([...answers.slice(0, 2), ...answers.slice(0, 2)]);
  });

  test("ends a whole body with its length, a stream in chunks", async () => {
    const url = await start(fine);
    const whole = await post(`${url}/v1/messages`, chat);
    expect(whole.headers.get("content-length")).toBe(String((await whole.text()).length));
    const stream = await post(`${url}/v1/messages`, { ...chat, stream: true });
    expect(Object.fromEntries(stream.headers)).toMatchObject({
      "content-type": "text/event-stream; charset=utf-8",
      "transfer-encoding": "chunked",
    });
  });
});

describe("pace and delay", () => {
  const hour = 3_600_000;

  test.each<readonly [string, ServerOptions]>([
    ["of the server", { ...fine, paceMs: hour }],
    ["of the script", { script: { paceMs: hour, answers: [{ text: "Late." }] } }],
    ["of the answer", { script: { paceMs: 0, answers: [{ text: "Late.", paceMs: hour }] } }],
  ])("a pace %s holds the events back, not the head; a close ends it", async (_, options) => {
    const url = await start(options);
    const response = await post(`${url}/v1/chat/completions`, { ...chat, stream: true });
    expect(response.status).toBe(200);
    const read = response.text();
    await server?.close();
    await expect(read).rejects.toThrow("terminated");
  });

  test("a pace holds back a part of a stream, too", async () => {
    const url = await start({ ...fine, paceMs: hour, faults: ["stall:7"] });
    const response = await post(`${url}/v1/chat/completions`, { ...chat, stream: true });
    const first = response.body?.getReader().read();
    await server?.close();
    await expect(first).rejects.toThrow("terminated");
  });

  test("an answer that is not streamed has no pace, and an answer's own pace goes before the others", async () => {
    const url = await start({
      script: { paceMs: hour, answers: [{ text: "a" }, { text: "b", paceMs: 0 }] },
      paceMs: hour,
    });
    expect(await (await post(`${url}/v1/messages`, chat)).text()).toContain('"text":"a"');
    expect(await (await post(`${url}/v1/messages`, { ...chat, stream: true })).text()).toContain('"text":"b"');
  });

  test("a delay holds the head back", async () => {
    const url = await start({
      script: {
        answers: [
          { text: "Late.", delayMs: hour },
          { text: "Soon.", delayMs: 1 },
        ],
      },
    });
    // Long enough for the request to be there before it is given up: the second one gets the second answer.
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "any", maxRetries: 0, timeout: 1500 });
    await expect(client.responses.create({ model: "m", input: "q" })).rejects.toThrow(OpenAI.APIConnectionTimeoutError);
    expect(await (await post(`${url}/v1/messages`, chat)).text()).toContain("Soon.");
  });
});

describe("requests that have no answer", () => {
  const openai = (message: unknown, code: string | null): object => ({
    error: { message, type: "invalid_request_error", param: null, code },
  });
  const anthropic = (type: string, message: unknown): object => ({ type: "error", error: { type, message } });
  const route = expect.stringMatching(/^Nothing answers \w+ \/\S* here\. The server answers POST \/v1\/chat/);

  test.each<readonly [string, string, string | undefined, number, object]>([
    ["POST", "/v1/chat/completions", "{", 400, openai("The body of the request is no JSON object.", null)],
    ["POST", "/v1/chat/completions", "[]", 400, openai("The body of the request is no JSON object.", null)],
    ["POST", "/v1/chat/completions", undefined, 400, openai("The request has no body.", null)],
    ["POST", "/v1/chat/completions", "{}", 400, openai("The request has no `model`.", null)],
    ["POST", "/v1/chat/completions", '{"model":"m"}', 400, openai("The request has no list of `messages`.", null)],
    ["POST", "/v1/responses", "{}", 400, openai("The request has no `model`.", null)],
    [
      "POST",
      "/v1/messages",
      "{",
      400,
      anthropic("invalid_request_error", "The body of the request is no JSON object."),
    ],
    ["POST", "/v1/messages", '{"model":"m"}', 400, anthropic("invalid_request_error", expect.any(String))],
    ["POST", "/v1/embeddings", "{}", 404, openai(route, "unknown_url")],
    ["GET", "/v1/chat/completions", undefined, 404, openai(route, "unknown_url")],
    ["GET", "/", undefined, 404, openai(route, "unknown_url")],
  ])("%s %s with %s is %i", async (method, path, body, status, error) => {
    const url = await start(fine);
    const init = body === undefined ? { method } : { method, body };
    const response = await fetch(`${url}${path}`, init);
    expect([response.status, await response.json()]).toEqual([status, error]);
  });

  test("an unknown route in Anthropic's form for its clients", async () => {
    const url = await start(fine);
    const client = new Anthropic({ baseURL: url, apiKey: "any" });
    const counting = client.messages.countTokens({ model: "m", messages: [] });
    await expect(counting).rejects.toThrow(Anthropic.NotFoundError);
    await expect(counting).rejects.toThrow('"type":"not_found_error"');
  });

  test("a script that does not know the request is a 404 with the nearest rule", async () => {
    const url = await start({ script: { rules: [{ match: { text: "Bye" }, answer: {} }] } });
    const response = await post(`${url}/v1/messages`, chat);
    const message =
      'There is no answer to POST /v1/messages, call 1, model "m", last message "Hi". ' +
      'Nearest is the script\'s rule /rules/0, but its text "Bye" is not in the last message "Hi".';
    expect([response.status, await response.json()]).toEqual([404, anthropic("not_found_error", message)]);
  });

  test("a wrong fault in a header, and a function that throws, are 400 with the reason", async () => {
    const url = await start({
      script: () => {
        throw new Error("No idea.");
      },
    });
    const wrong = await post(`${url}/v1/chat/completions`, chat, { "x-tessen-fault": "explode" });
    expect([wrong.status, await wrong.json()]).toEqual([
      400,
      openai(expect.stringMatching(/"explode" is no fault/), null),
    ]);
    const thrown = await post(`${url}/v1/chat/completions`, chat);
    expect([thrown.status, await thrown.json()]).toEqual([400, openai("No idea.", null)]);
  });

  test("a body of more than 64 MiB is 413", async () => {
    const url = await start(fine);
    const response = await post(`${url}/v1/messages`, "x".repeat(64 * 1024 * 1024 + 1));
    expect([response.status, await response.json()]).toEqual([413, anthropic("request_too_large", expect.any(String))]);
  });
});

describe("models", () => {
  const script = { models: ["gpt-5", "org/model"], rules: [{ match: { model: "claude-sonnet-5" }, answer: {} }] };
  const names = ["gpt-5", "org/model", "claude-sonnet-5"];

  test("both vendors' SDKs list and retrieve them", async () => {
    const url = await start({ script });
    const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: "any" });
    const anthropic = new Anthropic({ baseURL: url, apiKey: "any" });
    expect((await openai.models.list()).data.map(({ id }) => id)).toEqual(names);
    expect((await anthropic.models.list()).data.map(({ id }) => id)).toEqual(names);
    for (const name of names) {
      expect(await openai.models.retrieve(name)).toMatchObject({ id: name, object: "model" });
      expect(await anthropic.models.retrieve(name)).toMatchObject({ id: name, type: "model" });
    }
    await expect(openai.models.retrieve("none")).rejects.toThrow(OpenAI.NotFoundError);
    await expect(anthropic.models.retrieve("none")).rejects.toThrow(Anthropic.NotFoundError);
  });

  test("one stands there where none is named", async () => {
    const url = await start({ script: { answers: [] } });
    expect(await (await fetch(`${url}/v1/models`)).json()).toMatchObject({ data: [{ id: "scripted" }] });
  });
});

describe("what the server tells", () => {
  test("each request, with its number, and how it was answered", async () => {
    const answered: AnsweredRequest[] = [];
    const url = await start({ ...fine, faults: ["500@2"], onAnswer: (answer) => answered.push(answer) });
    await post(`${url}/v1/messages?beta=true`, chat, { "X-Own": "1" });
    await fetch(`${url}/v1/models`);
    await post(`${url}/v1/responses`, { model: "m", input: "q", stream: true });
    await post(`${url}/v1/none`, {});
    expect(answered).toMatchObject([
      { status: 200, from: "script /rules/0", request: { call: 1, protocol: "anthropic", path: "/v1/messages" } },
      { status: 200, from: "models", request: { call: 0, method: "GET" } },
      { status: 500, from: "fault", fault: "500", request: { call: 2, protocol: "openai-responses", stream: true } },
      { status: 404, from: "no answer" },
    ]);
    expect(server?.requests).toEqual(answered.map(({ request }) => request));
    expect(server?.requests[0]).toMatchObject({ headers: { "x-own": "1" }, body: chat, lastText: "Hi", model: "m" });
  });

  test("a request waits for the promise of onRequest", async () => {
    const order: string[] = [];
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let see = (): void => {};
    const seen = new Promise<void>((resolve) => {
      see = resolve;
    });
    const onRequest = async (): Promise<void> => {
      see();
      await released;
      order.push("released");
    };
    const url = await start({ ...fine, onRequest });
    const answer = post(`${url}/v1/messages`, chat).then(() => order.push("answered"));
    await seen;
    release();
    await answer;
    expect(order).toEqual(["released", "answered"]);
  });

  test("only the newest requests are kept", async () => {
    const url = await start({ ...fine, keepRequests: 2 });
    for (let count = 0; count < 4; count += 1) await post(`${url}/v1/messages`, chat);
    expect(server?.requests.map(({ call }) => call)).toEqual([3, 4]);
  });

  test("calls at the same time have numbers of their own", async () => {
    const url = await start(fine);
    await Promise.all(Array.from({ length: 20 }, () => post(`${url}/v1/messages`, chat)));
    expect(server?.requests.map(({ call }) => call)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });
});

describe("a start", () => {
  test.each<readonly [string, ServerOptions, string | RegExp]>([
    ["nothing", {}, "There is nothing to answer from: give a script, recordings or a log."],
    [
      "a bad script",
      { script: { answers: [{ text: 1 as unknown as string }] } },
      "/answers/0/text: must be text, not 1",
    ],
    ["a bad port", { ...fine, port: 70_000 }, "port must be a whole number from 0 to 65535, not 70000."],
    ["a bad pace", { ...fine, paceMs: -1 }, "paceMs must be a number from 0, not -1."],
    ["a bad fault", { ...fine, faults: ["429@0"] }, '"429@0" is no planned fault'],
    ["a host of another machine", { ...fine, host: "192.0.2.1" }, /The server cannot listen on 192\.0\.2\.1, port 0: /],
  ])("with %s fails", async (_, options, message) => {
    await expect(startServer(options)).rejects.toThrow(message);
    await expect(startServer(options)).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
  });

  test.each([
    [undefined, "startServer() takes an object with a script, recordings or a log."],
    [null, "startServer() takes an object"],
    [{ ...fine, faults: "429" }, "faults must be a list of texts"],
    [{ recordings: 5 }, "recordings must be the path of a folder or file."],
    [{ log: "agent" }, "log must be an object with the name of an agent"],
  ])("with what the types do not allow fails in words: %j", async (options, message) => {
    const started = startServer(options as unknown as ServerOptions);
    await expect(started).rejects.toMatchObject({
      code: "ERR_INVALID_ARGUMENT",
      message: expect.stringContaining(message),
    });
  });

  test("on a port that is taken says so", async () => {
    const url = await start(fine);
    const port = Number(new URL(url).port);
    await expect(startServer({ ...fine, port })).rejects.toThrow(
      /cannot listen on 127\.0\.0\.1, port \d+: .*EADDRINUSE/,
    );
  });

  test("and an end: the port is free, and another end does no harm", async () => {
    const url = await start(fine);
    await server?.close();
    await server?.[Symbol.asyncDispose]();
    await expect(fetch(url)).rejects.toThrow("fetch failed");
  });
});
