import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { chunk, collect, completion, HELLO, OpenAIFixture, stream } from "../../testing/openai-fixture.ts";
import { events, json, type TestReply } from "../../testing/test-reply.ts";

let fixture: OpenAIFixture;
beforeEach(async () => void (fixture = await OpenAIFixture.start()));
afterEach(() => fixture.close());

const failure = (status: number, body: object, headers: Record<string, string> = {}): TestReply =>
  json(body as never, { status, headers });

describe("errors of the provider", () => {
  const KEY = "sk-proj-0123456789";
  const said = `Incorrect API key provided: Bearer ${KEY}`;

  test.each([
    ["in a refusal", failure(401, { error: { message: said, code: KEY } }, { "x-request-id": KEY })],
    ["in an answer that is no JSON", { ...json({}), body: `${KEY} is wrong` }],
    ["in an answer with an error", json({ error: { message: said } })],
  ])("the key is masked %s", async (_where, reply) => {
    fixture.server.next(reply, reply, reply);
    const error: unknown = await fixture
      .client({ apiKey: KEY })
      .create(HELLO)
      .catch((thrown: unknown) => thrown);
    expect(String(error)).toContain("**********");
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(KEY);
  });

  test("the key is masked in an error of a stream", async () => {
    fixture.server.next(events([{ data: { error: { message: said } } }]));
    const error: unknown = await collect(fixture.client({ apiKey: KEY }).createStream(HELLO)).catch(
      (thrown: unknown) => thrown,
    );
    expect(String(error)).toContain("**********");
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(KEY);
  });

  test("the path goes before the query of an address, whose values are masked in errors", async () => {
    fixture.server.next(failure(401, { error: { message: "no such key: s3cret-42" } }));
    const baseUrl = `${fixture.server.url}/v1/?api-key=s3cret-42`;
    const call = fixture.client({ baseUrl }).create(HELLO);
    await expect(call).rejects.toThrow(/no such key: \*{10}\./);
    expect(fixture.server.requests[0]?.path).toBe("/v1/chat/completions?api-key=s3cret-42");
  });

  test.each([401, 403])("%i names the variable that the key was looked for in", async (status) => {
    fixture.server.next(
      failure(status, { error: { message: "Incorrect API key provided" } }, { "x-request-id": "req-1" }),
    );
    const error: unknown = await fixture
      .client()
      .create(HELLO)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: "ModelClientError",
      code: status === 401 ? "ERR_MODEL_AUTHENTICATION" : "ERR_MODEL_PERMISSION",
      status,
      requestId: "req-1",
      retryable: false,
    });
    expect(String(error)).toContain("OPENAI_API_KEY");
    expect(fixture.server.requests).toHaveLength(1);
  });

  test.each([
    [400, { error: { message: "bad", code: "context_length_exceeded" } }, "ERR_MODEL_CONTEXT_LENGTH"],
    [400, { error: { message: "Unknown parameter" } }, "ERR_MODEL_INVALID_REQUEST"],
    [404, { error: { message: "no such model", code: "model_not_found" } }, "ERR_MODEL_NOT_FOUND"],
    [429, { error: { message: "You exceeded your quota", code: "insufficient_quota" } }, "ERR_MODEL_QUOTA"],
  ])("%i %j is %s and is not tried again", async (status, body, code) => {
    fixture.server.next(failure(status, body));
    await expect(fixture.client().create(HELLO)).rejects.toMatchObject({ code, status });
    expect(fixture.server.requests).toHaveLength(1);
  });

  test.each([
    [429, "ERR_MODEL_RATE_LIMIT"],
    [500, "ERR_MODEL_SERVER"],
    [503, "ERR_MODEL_OVERLOADED"],
    [529, "ERR_MODEL_OVERLOADED"],
  ])("%i is tried again as the provider hints, and is %s in the end", async (status, code) => {
    const reply = failure(status, { error: { message: "later" } }, { "retry-after-ms": "2" });
    fixture.server.next(reply, completion({ content: "Hi" }), reply, reply, reply);
    await expect(fixture.client().create(HELLO)).resolves.toMatchObject({ content: "Hi" });
    await expect(fixture.client().create(HELLO)).rejects.toMatchObject({
      code,
      status,
      retryAfterMs: 2,
      tries: [{}, {}, {}],
    });
    expect(fixture.server.requests).toHaveLength(5);
  });

  test("maxRetries 0 tries once", async () => {
    fixture.server.next(failure(503, {}));
    await expect(fixture.client({ maxRetries: 0 }).create(HELLO)).rejects.toMatchObject({
      code: "ERR_MODEL_OVERLOADED",
    });
    expect(fixture.server.requests).toHaveLength(1);
  });

  test("a reset connection and a cut body of a whole answer are tried again", async () => {
    const reply = completion({ content: "Hi" });
    fixture.server.next({ type: "reset", when: "before-headers" }, { type: "cut", afterBytes: 20, reply }, reply);
    await expect(fixture.client().create(HELLO)).resolves.toMatchObject({ content: "Hi" });
    expect(fixture.server.requests).toHaveLength(3);
  });

  test("a stream is tried again until it is accepted, and never after", async () => {
    const whole = stream(chunk({ content: "Hello" }), chunk({ content: " you" }, "stop"));
    fixture.server.next(failure(503, {}), { type: "reset", when: "before-headers" }, whole);
    await expect(collect(fixture.client().createStream(HELLO))).resolves.toMatchObject({ texts: ["Hello", " you"] });
    fixture.server.next({ type: "cut", afterBytes: 180, reply: whole });
    await expect(collect(fixture.client().createStream(HELLO))).rejects.toMatchObject({ code: "ERR_MODEL_STREAM_CUT" });
    expect(fixture.server.requests).toHaveLength(4);
  });

  test("a server that is not there", async () => {
    const { url } = fixture.server;
    await fixture.server.close();
    await expect(fixture.client({ baseUrl: url }).create(HELLO)).rejects.toMatchObject({
      code: "ERR_MODEL_CONNECTION",
    });
  });

  test("what is no chat completion says what it is", async () => {
    fixture.server.next({ type: "body", body: "<html>Welcome</html>" }, json({ hello: 1 }), json({ choices: [] }));
    const client = fixture.client();
    await expect(client.create(HELLO)).rejects.toMatchObject({ code: "ERR_MODEL_MALFORMED_ANSWER", message: /<html>/ });
    await expect(client.create(HELLO)).rejects.toMatchObject({ code: "ERR_MODEL_MALFORMED_ANSWER" });
    await expect(client.create(HELLO)).rejects.toMatchObject({ code: "ERR_MODEL_MALFORMED_ANSWER" });
    expect(fixture.server.requests).toHaveLength(3);
  });

  test("an error in a body with status 200 is an error", async () => {
    fixture.server.next(json({ error: { message: "No endpoints found", code: 404 } }));
    await expect(fixture.client().create(HELLO)).rejects.toMatchObject({
      name: "ModelClientError",
      message: /No endpoints/,
    });
  });

  test("a timeout is counted in seconds", async () => {
    fixture.server.next({ type: "stall" }, { type: "stall" });
    const client = fixture.client({ timeout: 0.05, maxRetries: 0 });
    await expect(client.create(HELLO)).rejects.toMatchObject({ code: "ERR_MODEL_TIMEOUT", message: /50 ms/ });
    const call = fixture.client({ maxRetries: 0 }).create(HELLO, { extraCreateArgs: { timeout: 0.04 } });
    await expect(call).rejects.toMatchObject({ message: /40 ms/ });
    expect(() => fixture.client({ timeout: 0 })).toThrow(/timeout is 0/);
  });
});

describe("abort", () => {
  test("before the call nothing is sent", async () => {
    const signal = AbortSignal.abort("enough");
    await expect(fixture.client().create(HELLO, { signal })).rejects.toMatchObject({
      name: "AbortError",
      code: "ERR_ABORTED",
    });
    await expect(collect(fixture.client().createStream(HELLO, { signal }))).rejects.toMatchObject({
      code: "ERR_ABORTED",
    });
    expect(fixture.server.connections).toBe(0);
  });

  test("during the call closes the connection", async () => {
    const controller = new AbortController();
    fixture.server.next({ type: "stall" });
    const call = fixture.client().create(HELLO, { signal: controller.signal });
    const outcome = expect(call).rejects.toMatchObject({ code: "ERR_ABORTED" });
    await fixture.server.until(() => fixture.server.requests.length === 1);
    controller.abort();
    await outcome;
    await fixture.server.until(() => fixture.server.openConnections === 0);
    expect(fixture.server.requests).toHaveLength(1);
  });

  test("in mid-stream rejects the pending next and closes the connection; no result comes", async () => {
    const controller = new AbortController();
    fixture.server.next({
      type: "stall",
      afterBytes: 400,
      reply: stream(...Array.from({ length: 20 }, () => chunk({ content: "Hello" }))),
    });
    const items = fixture.client().createStream(HELLO, { signal: controller.signal })[Symbol.asyncIterator]();
    await expect(items.next()).resolves.toMatchObject({ value: "Hello" });
    const pending = (async () => {
      for (let item = await items.next(); item.done !== true; item = await items.next())
        expect(item.value).toBe("Hello");
    })();
    controller.abort();
    await expect(pending).rejects.toMatchObject({ code: "ERR_ABORTED" });
    await fixture.server.until(() => fixture.server.openConnections === 0);
    await expect(items.next()).resolves.toMatchObject({ done: true });
  });

  test("while the consumer holds pieces that came together, none of the rest is handed over", async () => {
    const controller = new AbortController();
    fixture.server.next(stream(chunk({ content: "a" }), chunk({ content: "b" }), chunk({}, "stop")));
    const items = fixture.client().createStream(HELLO, { signal: controller.signal })[Symbol.asyncIterator]();
    await items.next();
    controller.abort();
    await expect(items.next()).rejects.toMatchObject({ code: "ERR_ABORTED" });
  });

  test("a signal that outlives many calls gathers no listeners", async () => {
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>): void => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>): void => {
      listeners -= 1;
      remove(...args);
    };
    fixture.server.next(completion({ content: "a" }), stream(chunk({ content: "a" }, "stop")));
    await fixture.client().create(HELLO, { signal });
    await collect(fixture.client().createStream(HELLO, { signal }));
    expect(listeners).toBe(0);
  });

  test("leaving the loop closes the connection", async () => {
    fixture.server.next({
      type: "stall",
      afterBytes: 400,
      reply: events(Array.from({ length: 20 }, () => chunk({ content: "Hello" }))),
    });
    for await (const item of fixture.client().createStream(HELLO)) {
      expect(item).toBe("Hello");
      break;
    }
    await fixture.server.until(() => fixture.server.openConnections === 0);
  });
});

describe("close", () => {
  test("refuses later calls and may be called twice", async () => {
    const client = fixture.client();
    expect(client.closed).toBe(false);
    await client.close();
    await client.close();
    expect(client.closed).toBe(true);
    await expect(client.create(HELLO)).rejects.toMatchObject({ name: "RuntimeError", message: /closed/ });
    await expect(collect(client.createStream(HELLO))).rejects.toMatchObject({ name: "RuntimeError" });
  });

  test("aborts calls in flight, and leaves a transport alone that is the caller's", async () => {
    fixture.server.next({ type: "stall" });
    const client = fixture.client();
    const outcome = expect(client.create(HELLO)).rejects.toMatchObject({ code: "ERR_ABORTED" });
    await fixture.server.until(() => fixture.server.requests.length === 1);
    await client.close();
    await outcome;
    let closed = 0;
    const transport = {
      send: () => Promise.reject(new Error("unused")),
      close: () => Promise.resolve(void (closed += 1)),
    };
    await fixture.client({ transport }).close();
    expect(closed).toBe(0);
  });
});
