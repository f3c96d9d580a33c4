import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { chunk, collect, completion, HELLO, OpenAIFixture, stream, usageChunk } from "../../testing/openai-fixture.ts";
import { events, json } from "../../testing/test-reply.ts";

let fixture: OpenAIFixture;
beforeEach(async () => void (fixture = await OpenAIFixture.start()));
afterEach(() => fixture.close());

const HELLOS = [
  chunk({ role: "assistant", content: "Hello" }),
  chunk({ content: " Another Hello" }),
  chunk({ content: " Yet Another Hello" }),
];
const TEXTS = ["Hello", " Another Hello", " Yet Another Hello"];

describe("createStream", () => {
  test("gives the texts in order, then one result with all of them", async () => {
    fixture.server.next(stream(...HELLOS, chunk({}, "stop")));
    const client = fixture.client();
    const { texts, result } = await collect(client.createStream(HELLO));
    expect(texts).toEqual(TEXTS);
    expect(result).toMatchObject({
      content: TEXTS.join(""),
      finishReason: "stop",
      usage: { promptTokens: 0, completionTokens: 0 },
    });
    expect(fixture.body["stream"]).toBe(true);
  });

  test("reads the usage in a chunk of its own, and in one with an empty choice", async () => {
    const litellm = chunk({}, null, { usage: { prompt_tokens: 3, completion_tokens: 3, total_tokens: 6 } });
    const client = fixture.client();
    for (const last of [usageChunk(3, 3), litellm]) {
      fixture.server.next(stream(...HELLOS, chunk({}, "stop"), last));
      const { result } = await collect(client.createStream(HELLO, { includeUsage: true }));
      expect(result).toMatchObject({ finishReason: "stop", usage: { promptTokens: 3, completionTokens: 3 } });
      expect(fixture.body["stream_options"]).toEqual({ include_usage: true });
    }
    expect(client.totalUsage()).toEqual({ promptTokens: 6, completionTokens: 6 });
  });

  test("reads a usage that grows with every chunk", async () => {
    const usage = (tokens: number): object => ({
      usage: { prompt_tokens: 3, completion_tokens: tokens, total_tokens: 3 + tokens },
    });
    fixture.server.next(
      stream(chunk({ content: "a" }, null, usage(1) as never), chunk({ content: "b" }, "stop", usage(2) as never)),
    );
    const { result } = await collect(fixture.client().createStream(HELLO));
    expect(result).toMatchObject({ content: "ab", usage: { promptTokens: 3, completionTokens: 2 } });
  });

  test("batches hand over at once what arrived together", async () => {
    fixture.server.next(stream(...HELLOS, chunk({}, "stop")));
    const batches = fixture.client().createStream(HELLO).batches?.();
    const first = await batches?.next();
    expect(first?.value).toHaveLength(4);
    await expect(batches?.next()).resolves.toMatchObject({ done: true });
  });

  test("reads events however the bytes are cut", async () => {
    const text = "Zürich 🎉 <tag> \u2028 ende";
    fixture.server.next({
      ...stream(...Array.from(text, (letter) => chunk({ content: letter })), chunk({}, "stop")),
      chunkBytes: 3,
    });
    const { texts, result } = await collect(fixture.client().createStream(HELLO));
    expect(texts.join("")).toBe(text);
    expect(result.content).toBe(text);
  });

  test("can be read once; asks for nothing before it is read", async () => {
    const items = fixture.client().createStream(HELLO);
    expect(fixture.server.requests).toHaveLength(0);
    fixture.server.next(stream(chunk({ content: "a" }, "stop")));
    await collect(items);
    expect(() => items[Symbol.asyncIterator]()).toThrow(/read once/);
  });

  test("lets its connection be used again", async () => {
    const client = fixture.client();
    for (let turn = 0; turn < 3; turn += 1) {
      fixture.server.next(stream(...HELLOS, chunk({}, "stop")), completion({ content: "Hi" }));
      await collect(client.createStream(HELLO));
      await client.create(HELLO);
    }
    expect(fixture.server.connections).toBe(1);
  });

  test("a server that leaves the body open after its end mark is not waited for", async () => {
    fixture.server.next({
      type: "stream",
      headers: { "content-type": "text/event-stream" },
      write: async (out) => {
        for (const event of [chunk({ content: "a" }, "stop"), "[DONE]"]) await out.event(event);
        await out.whenClosed;
      },
    });
    const { result } = await collect(fixture.client().createStream(HELLO));
    expect(result.content).toBe("a");
    await fixture.server.until(() => fixture.server.openConnections === 0);
  });

  test("structured JSON in slices of five letters comes together again", async () => {
    const json = '{"thoughts":"happy","response":"happy"}';
    fixture.server.next(
      stream(...(json.match(/.{1,5}/g) ?? []).map((slice) => chunk({ content: slice })), chunk({}, "stop")),
    );
    const text = { type: "string" };
    const schema = {
      type: "object",
      properties: { thoughts: text, response: text },
      required: ["thoughts", "response"],
    };
    const jsonOutput = { name: "answer", schema };
    const { result } = await collect(fixture.client().createStream(HELLO, { jsonOutput }));
    expect(result.content).toBe(json);
    expect(fixture.body["response_format"]).toEqual({
      type: "json_schema",
      json_schema: { name: "answer", schema: { ...schema, additionalProperties: false }, strict: true },
    });
  });

  test("an answer of nothing is an empty text, with a warning", async () => {
    fixture.server.next(stream(chunk({ role: "assistant" }), chunk({}, "stop")));
    const { texts, result } = await collect(fixture.client().createStream(HELLO));
    expect(texts).toEqual([]);
    expect(result.content).toBe("");
    expect(fixture.codes).toEqual(["TESSERAE_EMPTY_RESULT"]);
  });

  test("ten chunks in a row without choices, and several choices, each give one warning", async () => {
    const empty = JSON.stringify({ id: "id", choices: [] });
    const several = JSON.stringify({
      choices: [
        { index: 0, delta: { content: "a" } },
        { index: 1, delta: { content: "b" } },
      ],
    });
    fixture.server.next(stream(...Array.from({ length: 25 }, () => empty), several, several, chunk({}, "stop")));
    const { result } = await collect(fixture.client().createStream(HELLO));
    expect(result.content).toBe("aa");
    expect(fixture.codes).toEqual(["TESSERAE_EMPTY_CHUNKS", "TESSERAE_MULTIPLE_CHOICES"]);
  });

  test("a tolerance for empty chunks is deprecated", async () => {
    fixture.server.next(stream(chunk({ content: "a" }, "stop")));
    await collect(fixture.client().createStream(HELLO, { maxConsecutiveEmptyChunkTolerance: 5 }));
    expect(fixture.codes).toEqual(["TESSERAE_DEPRECATED_OPTION"]);
  });

  test("the finish reason function_call without calls is refused", async () => {
    fixture.server.next(stream(chunk({ function_call: { name: "add" } }), chunk({}, "function_call")));
    await expect(collect(fixture.client().createStream(HELLO))).rejects.toMatchObject({ name: "ValueError" });
  });

  test("an error in mid-stream comes after the texts before it", async () => {
    const error = { error: { message: "The server had an error", type: "server_error" } };
    fixture.server.next(events([...HELLOS, JSON.stringify(error)]));
    const texts: unknown[] = [];
    const read = (async () => {
      for await (const item of fixture.client().createStream(HELLO)) texts.push(item);
    })();
    await expect(read).rejects.toMatchObject({ name: "ModelClientError", code: "ERR_MODEL_SERVER" });
    expect(texts).toEqual(TEXTS);
    expect(fixture.server.requests).toHaveLength(1);
  });

  test("a server that answers as a whole is understood, its errors too", async () => {
    const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
    fixture.server.next(
      completion({ content: "Hello" }, { usage }),
      json({ error: { message: "No endpoints", code: 404 } }),
    );
    const { texts, result } = await collect(fixture.client().createStream(HELLO));
    expect(texts).toEqual(["Hello"]);
    expect(result).toMatchObject({ content: "Hello", usage: { promptTokens: 1, completionTokens: 2 } });
    await expect(collect(fixture.client().createStream(HELLO))).rejects.toMatchObject({ message: /No endpoints/ });
  });

  test("a stream that ends without its end is cut", async () => {
    fixture.server.next(events(HELLOS));
    await expect(collect(fixture.client().createStream(HELLO))).rejects.toMatchObject({ code: "ERR_MODEL_STREAM_CUT" });
  });
});

describe("includeUsage", () => {
  test("false, and undefined for an unknown server, send no stream_options", async () => {
    for (const options of [{ includeUsage: false }, {}]) {
      fixture.server.next(stream(chunk({ content: "a" }, "stop")));
      await collect(fixture.client().createStream(HELLO, options));
      expect(fixture.body).not.toHaveProperty("stream_options");
    }
  });

  test.each([
    ["https://api.openai.com/v1", true],
    [undefined, true],
    ["https://my-resource.openai.azure.com/openai/v1", true],
    ["https://openrouter.ai/api/v1", false],
    ["http://localhost:4000", false],
  ])("undefined at %s asks for it: %s", async (baseUrl, asked) => {
    const sent: unknown[] = [];
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      sent.push({ url, ...((await new Response(init.body ?? null).json()) as object) });
      return new Response(`data: ${chunk({ content: "a" }, "stop")}\n\ndata: [DONE]\n\n`);
    };
    await collect(fixture.client({ baseUrl, fetch, environment: {} }).createStream(HELLO));
    expect(sent).toMatchObject([{ url: `${baseUrl ?? "https://api.openai.com/v1"}/chat/completions` }]);
    expect("stream_options" in (sent[0] as object)).toBe(asked);
  });

  test("stream_options that say otherwise are refused, and are not sent with create", async () => {
    const client = fixture.client({ streamOptions: { includeUsage: true } });
    await expect(collect(client.createStream(HELLO, { includeUsage: false }))).rejects.toMatchObject({
      name: "ValueError",
    });
    fixture.server.next(stream(chunk({ content: "a" }, "stop")), completion({ content: "Hi" }));
    await collect(client.createStream(HELLO, { includeUsage: true }));
    expect(fixture.body["stream_options"]).toEqual({ include_usage: true });
    await client.create(HELLO);
    expect(fixture.body).not.toHaveProperty("stream_options");
  });
});
