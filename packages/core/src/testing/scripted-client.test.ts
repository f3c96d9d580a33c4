import { describe, expect, test } from "vitest";
import { UserMessage, type CreateResult } from "../models/messages.ts";
import { SCRIPTED_USAGE, ScriptedClient, answerOf, callsOf } from "./scripted-client.ts";

const question = (content: string) => [UserMessage({ content, source: "user" })];

describe("a scripted model", () => {
  test("gives one answer after the other, and keeps what it was asked", async () => {
    const client = new ScriptedClient(["one", callsOf(["add", { a: 1 }], ["add", "not json"]), new RangeError("two")]);
    expect(await client.create(question("1"))).toMatchObject({ content: "one", finishReason: "stop" });
    expect((await client.create(question("2"))).content).toEqual([
      { id: "c1", name: "add", arguments: '{"a":1}' },
      { id: "c2", name: "add", arguments: "not json" },
    ]);
    await expect(client.create(question("3"))).rejects.toThrow("two");
    await expect(client.create(question("4"))).rejects.toThrow("The script has no further answer.");
    expect(client.calls.map(({ messages }) => messages[0]?.content)).toEqual(["1", "2", "3", "4"]);
  });

  test("answers by a function of the call", async () => {
    const client = new ScriptedClient((_options, { messages }) => `heard ${JSON.stringify(messages.at(-1)?.content)}`);
    expect((await client.create(question("a"))).content).toBe('heard "a"');
    expect((await client.create(question("b"))).content).toBe('heard "b"');
  });

  test("streams a text word by word, the result last", async () => {
    const items: (string | CreateResult)[] = [];
    for await (const item of new ScriptedClient(["one two"]).createStream(question("?"))) items.push(item);
    expect(items).toEqual(["one ", "two", answerOf({ content: "one two" })]);
  });

  test("waits before each answer for what it is told to wait for", async () => {
    const seen: string[] = [];
    const before = async ({ streamed }: { readonly streamed: boolean }): Promise<void> => {
      await Promise.resolve();
      seen.push(streamed ? "stream" : "whole");
    };
    const client = new ScriptedClient(["one", "two"], { vision: false }, { before });
    await client.create(question("?"));
    expect(seen).toEqual(["whole"]);
    expect(client.modelInfo).toMatchObject({ vision: false, functionCalling: true });
  });

  test("has usage and a price, so that limits can be tested", async () => {
    const client = new ScriptedClient(["one"]);
    await client.create(question("?"));
    expect(client.totalUsage()).toEqual(SCRIPTED_USAGE);
    expect(client.cost(SCRIPTED_USAGE)).toBe(15);
    expect(client.countTokens(question("?")) + client.remainingTokens(question("?"))).toBe(1000);
    expect(client.maxCost()).toBe(100);
  });
});
