import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { chunk, collect, HELLO, OpenAIFixture, stream, usageChunk } from "../../testing/openai-fixture.ts";

let fixture: OpenAIFixture;
beforeEach(async () => void (fixture = await OpenAIFixture.start()));
afterEach(() => fixture.close());

const piece = (args: string, more: object = {}): string =>
  chunk({ tool_calls: [{ index: 0, function: { arguments: args }, ...more }] as never });

describe("streamed tool calls", () => {
  test("fragments of a real log come together", async () => {
    const id = "call_UwVVI0iGEmcPwmKUigJcuuuF";
    const first = chunk({
      role: "assistant",
      content: null,
      tool_calls: [{ index: 0, id, type: "function", function: { name: "calculator", arguments: "" } }],
    });
    const fragments = ["{", '"a"', ":", " ", "2", ",", " ", '"b"', ":", " ", "2", "}"].map((text) => piece(text));
    fixture.server.next(stream(first, ...fragments, chunk({}, "tool_calls"), usageChunk(53, 13)));
    const { texts, result } = await collect(fixture.client().createStream(HELLO, { includeUsage: true }));
    expect(texts).toEqual([]);
    expect(result).toMatchObject({
      finishReason: "function_calls",
      content: [{ id, name: "calculator", arguments: '{"a": 2, "b": 2}' }],
      usage: { promptTokens: 53, completionTokens: 13 },
    });
  });

  test("content, a call, the finish reason and the usage may share a chunk", async () => {
    const tool_calls = [{ index: 0, id: "c1", type: "function", function: { name: "add", arguments: "{}" } }];
    const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
    fixture.server.next(stream(chunk({ content: "Adding.", tool_calls }, "tool_calls", { usage })));
    const { texts, result } = await collect(fixture.client().createStream(HELLO));
    expect(texts).toEqual(["Adding."]);
    expect(result).toMatchObject({
      finishReason: "function_calls",
      content: [{ id: "c1", name: "add", arguments: "{}" }],
      thought: "Adding.",
      usage: { promptTokens: 1, completionTokens: 2 },
    });
  });

  test("Gemini: empty ids, no index, every call numbered 0, finish reason stop", async () => {
    const call = (name: string): object => ({
      function: { name, arguments: `{"of":"${name}"}` },
      id: "",
      type: "function",
    });
    fixture.server.next(
      stream(
        chunk({ role: "assistant", tool_calls: [call("first"), { index: 0, ...call("second") }] as never }),
        chunk({ role: "assistant", tool_calls: [{ index: 0, ...call("second") }] as never }, "stop", {
          id: null as never,
        }),
      ),
    );
    const { result } = await collect(fixture.client({ model: "gemini-1.5-flash" }).createStream(HELLO));
    expect(result.finishReason).toBe("function_calls");
    const ids = new Set(typeof result.content === "string" ? [] : result.content.map(({ id }) => id));
    expect(result.content).toMatchObject([{ name: "first" }, { name: "second" }, { name: "second" }]);
    expect(ids.size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^call_/);
    expect(fixture.codes).toContain("TESSERAE_FINISH_REASON_MISMATCH");
  });

  test("a name that comes whole with every piece is not written twice", async () => {
    const whole = { id: "c1", function: { name: "add", arguments: "" } };
    fixture.server.next(
      stream(
        chunk({ tool_calls: [{ index: 0, ...whole }] }),
        chunk({ tool_calls: [{ index: 0, id: "c1", function: { name: "add", arguments: '{"a"' } }] }),
        chunk({ tool_calls: [{ index: 0, id: "c1", function: { name: "add", arguments: ":1}" } }] }, "tool_calls"),
      ),
    );
    const { result } = await collect(fixture.client().createStream(HELLO));
    expect(result.content).toEqual([{ id: "c1", name: "add", arguments: '{"a":1}' }]);
  });
});

describe("streamed reasoning", () => {
  const THINKING = [
    chunk({ reasoning_content: "This is the reasoning content 1" }),
    chunk({ reasoning_content: "This is the reasoning content 2" }),
    chunk({ content: "This is the main content", reasoning_content: null }),
    chunk({}, "stop"),
  ];

  test("stands between tags; the thought is without them", async () => {
    fixture.server.next(stream(...THINKING));
    const { texts, result } = await collect(fixture.client().createStream(HELLO));
    expect(texts).toEqual([
      "<think>This is the reasoning content 1",
      "This is the reasoning content 2",
      "</think>",
      "This is the main content",
    ]);
    expect(result).toMatchObject({
      content: "This is the main content",
      thought: "This is the reasoning content 1This is the reasoning content 2",
    });
  });

  test("can be kept out of the text", async () => {
    fixture.server.next(stream(...THINKING));
    const { texts, result } = await collect(fixture.client({ reasoningInStream: false }).createStream(HELLO));
    expect(texts).toEqual(["This is the main content"]);
    expect(result.thought).toContain("reasoning content 1");
  });

  test("an empty piece keeps it open, letters of the tags survive in it", async () => {
    fixture.server.next(
      stream(
        chunk({ reasoning: "think tank" }),
        chunk({ reasoning: "" }),
        chunk({ reasoning: " tink" }),
        chunk({ content: "ok" }, "stop"),
      ),
    );
    const { texts, result } = await collect(fixture.client().createStream(HELLO));
    expect(texts).toEqual(["<think>think tank", " tink", "</think>", "ok"]);
    expect(result.thought).toBe("think tank tink");
  });

  test("is kept beside calls, with the text", async () => {
    const tool_calls = [{ index: 0, id: "c1", function: { name: "add", arguments: "{}" } }];
    fixture.server.next(
      stream(chunk({ reasoning: "Hm." }), chunk({ content: "Adding." }), chunk({ tool_calls }, "tool_calls")),
    );
    const { result } = await collect(fixture.client().createStream(HELLO));
    expect(result.thought).toBe("Hm.\nAdding.");
  });

  test("a local r1 model's tags are taken out of the result, not of the stream", async () => {
    const modelInfo = {
      vision: false,
      functionCalling: false,
      jsonOutput: false,
      structuredOutput: false,
      family: "r1",
    };
    fixture.server.next(stream(chunk({ content: "<think>why" }), chunk({ content: "</think>so" }, "stop")));
    const { texts, result } = await collect(fixture.client({ model: "r1", modelInfo }).createStream(HELLO));
    expect(texts).toEqual(["<think>why", "</think>so"]);
    expect(result).toMatchObject({ content: "so", thought: "why" });
  });
});
