import { readFileSync } from "node:fs";
import {
  AssistantMessage,
  CancelledError,
  ComponentRegistry,
  CreateResult,
  dumpComponent,
  SystemMessage,
  UserMessage,
  ValueError,
  type JsonObject,
  type LLMMessage,
} from "@tesserae/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ReplayChatCompletionClient } from "./index.ts";
import { wordPieces } from "./words.ts";

const FIXTURE = new URL("../../../../../tests/interop/fixtures/components/client-replay.json", import.meta.url);
const user = (content: string): UserMessage => UserMessage({ content, source: "user" });
const ANSWERS = [
  "Hello, how can I assist you today?",
  "I'm happy to help with any questions you have.",
  "Is there anything else?",
];
const CALL = CreateResult({
  finishReason: "function_calls",
  content: [{ id: "c1", name: "add", arguments: '{"a": 1}' }],
  usage: { promptTokens: 100, completionTokens: 7 },
});

async function items(
  client: ReplayChatCompletionClient,
  messages: readonly LLMMessage[],
  signal?: AbortSignal,
): Promise<unknown[]> {
  const found = [];
  for await (const item of client.createStream(messages, { signal })) found.push(item);
  return found;
}

describe("the answers", () => {
  test("come in their order, whole or streamed, and then there are no more", async () => {
    const client = new ReplayChatCompletionClient({ chatCompletions: ANSWERS });
    const first = await client.create([user("What can you do?")]);
    expect(first).toEqual({
      type: "CreateResult",
      finishReason: "stop",
      content: ANSWERS[0],
      usage: { promptTokens: 4, completionTokens: 7 },
      cached: true,
    });
    expect((await items(client, [user("And?")])).at(-1)).toMatchObject({ content: ANSWERS[1] });
    expect((await client.create([user("x")])).content).toBe(ANSWERS[2]);
    for (const asked of [client.create([user("x")]), items(client, [user("x")])]) {
      await expect(asked).rejects.toThrow(ValueError);
      await expect(asked).rejects.toThrow(/^No more mock responses available/);
    }
    expect(client.createCalls).toHaveLength(3);
  });

  test("given as results are returned as they are", async () => {
    const client = new ReplayChatCompletionClient({ chatCompletions: [CALL, CALL] });
    expect(await client.create([user("one two")])).toBe(CALL);
    expect(await items(client, [user("one two")])).toEqual([CALL]);
    expect(client.actualUsage()).toEqual({ promptTokens: 2, completionTokens: 7 });
  });

  test("given as text say that a cache gave them, until told otherwise", async () => {
    const client = new ReplayChatCompletionClient({ chatCompletions: ["a", "b"] });
    client.setCachedBoolValue(false);
    expect((await client.create([user("x")])).cached).toBe(false);
    client.setCachedBoolValue(true);
    expect((await items(client, [user("x")])).at(-1)).toMatchObject({ cached: true });
  });

  test("are given once each, also to calls at once", async () => {
    const client = new ReplayChatCompletionClient({ chatCompletions: ANSWERS });
    const [a, b, c] = await Promise.all([
      client.create([user("x")]),
      items(client, [user("x")]),
      client.create([user("x")]),
    ]);
    const given = [a.content, (b.at(-1) as CreateResult).content, c.content];
    expect(new Set(given)).toEqual(new Set(ANSWERS));
  });

  test("begin again after reset, with no usage", async () => {
    const client = new ReplayChatCompletionClient({ chatCompletions: ["one"] });
    await client.create([user("a b c")]);
    client.reset();
    expect(client.totalUsage()).toEqual({ promptTokens: 0, completionTokens: 0 });
    expect(client.actualUsage()).toEqual({ promptTokens: 0, completionTokens: 0 });
    expect((await client.create([user("x")])).content).toBe("one");
  });
});

describe("a stream", () => {
  test("gives each word, a space after all but the last", async () => {
    const client = new ReplayChatCompletionClient({ chatCompletions: ["Hello my friend"] });
    expect((await items(client, [user("x")])).slice(0, -1)).toEqual(["Hello ", "my ", "friend"]);
  });

  test("joined is the text, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "é", "😀", " ", "\n", "\t", "b") }), (text) => {
        const pieces = wordPieces(text);
        expect(pieces.join("")).toBe(text);
        expect(pieces.every((piece) => piece !== "")).toBe(true);
        const words = text.split(/\s+/).filter((word) => word !== "").length;
        expect(pieces).toHaveLength(text === "" ? 0 : Math.max(1, words));
      }),
    );
    expect(wordPieces("")).toEqual([]);
  });

  test("that is aborted ends, and counts nothing; the next call gets the next answer", async () => {
    const client = new ReplayChatCompletionClient({ chatCompletions: ["one two three", "four"] });
    const controller = new AbortController();
    const reading = (async () => {
      for await (const item of client.createStream([user("x")], { signal: controller.signal })) {
        expect(item).toBe("one ");
        controller.abort();
      }
    })();
    await expect(reading).rejects.toThrow(CancelledError);
    expect(client.totalUsage().completionTokens).toBe(0);
    expect((await client.create([user("x")])).content).toBe("four");
    await expect(items(client, [user("x")], AbortSignal.abort())).rejects.toThrow(CancelledError);
    await expect(client.create([user("x")], { signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
  });
});

describe("the counters", () => {
  test("follow AutoGen's sample of three messages", async () => {
    const messages = [SystemMessage({ content: "You are here" }), user("How are you"), user("today?")];
    const client = new ReplayChatCompletionClient({ chatCompletions: ["I am fine, thank you"] });
    expect(client.countTokens(messages)).toBe(7);
    expect(client.remainingTokens()).toBe(10_000);
    await client.create(messages);
    expect(client.totalUsage()).toEqual({ promptTokens: 7, completionTokens: 5 });
    expect(client.remainingTokens()).toBe(9988);
  });

  test("actual is the last call, total all of them", async () => {
    const client = new ReplayChatCompletionClient({ chatCompletions: ["a b c", CALL] });
    await client.create([user("one")]);
    await items(client, [user("one two")]);
    expect(client.actualUsage()).toEqual({ promptTokens: 2, completionTokens: 7 });
    expect(client.totalUsage()).toEqual({ promptTokens: 3, completionTokens: 10 });
    expect([client.cost(), client.maxCost()]).toEqual([0, 0]);
  });

  test("only texts have words, and there are never fewer than none left", async () => {
    const messages: LLMMessage[] = [
      UserMessage({ content: ["two words"], source: "user" }),
      AssistantMessage({ content: [{ id: "c", name: "add", arguments: "{}" }], source: "a" }),
      { type: "FunctionExecutionResultMessage", content: [{ content: "some words", name: "add", callId: "c" }] },
      user("  counted\n twice\t"),
    ];
    const client = new ReplayChatCompletionClient({ chatCompletions: ["w ".repeat(20_000)] });
    expect(client.countTokens(messages)).toBe(2);
    await client.create(messages);
    expect(client.remainingTokens()).toBe(0);
  });
});

test("calls are recorded with what they were given, whole and streamed ones; later changes do not show", async () => {
  const client = new ReplayChatCompletionClient({ chatCompletions: ["a", "b"] });
  const history = [user("one")];
  const tools = [{ name: "add" }];
  const extraCreateArgs = { temperature: 0 };
  await client.create(history, { tools, toolChoice: "required", jsonOutput: true, extraCreateArgs });
  history.push(user("two"));
  await items(client, history);
  expect(client.createCalls).toMatchObject([
    { messages: [user("one")], streamed: false, tools, toolChoice: "required", jsonOutput: true, extraCreateArgs },
    { messages: [user("one"), user("two")], streamed: true },
  ]);
});

describe("component JSON", () => {
  const registry = new ComponentRegistry().register(ReplayChatCompletionClient);

  test("what Python wrote loads and is written the same", async () => {
    const fixture = JSON.parse(readFileSync(FIXTURE, "utf8")) as JsonObject;
    const client = await registry.load<ReplayChatCompletionClient>(fixture);
    expect((await client.create([user("x")])).content).toBe("plain text");
    expect(await client.create([user("x")])).toMatchObject({ finishReason: "function_calls", thought: "why" });
    const written = dumpComponent(client);
    expect(written["config"]).toEqual(fixture["config"]);
    expect([written["provider"], written["component_type"]]).toEqual([fixture["provider"], fixture["component_type"]]);
  });

  test("without a model info nothing is promised", async () => {
    const provider = "autogen_ext.models.replay.ReplayChatCompletionClient";
    const client = await registry.load<ReplayChatCompletionClient>({
      provider,
      config: { chat_completions: [], model_info: null },
    });
    expect(client.modelInfo).toEqual({
      vision: false,
      functionCalling: false,
      jsonOutput: false,
      structuredOutput: false,
      family: "unknown",
    });
    const wrong = { chat_completions: ["a", { content: "x" }] };
    await expect(registry.load({ provider, config: wrong })).rejects.toThrow(/chat_completions\/1/);
    await expect(registry.load({ provider, config: {} })).rejects.toThrow(/chat_completions/);
  });

  test("a client of nothing is refused", () => {
    expect(() => Reflect.construct(ReplayChatCompletionClient, [{}]) as unknown).toThrow(ValueError);
    expect(() => Reflect.construct(ReplayChatCompletionClient, []) as unknown).toThrow(ValueError);
  });
});
