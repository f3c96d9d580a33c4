import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssistantAgent } from "@tesserae/agentchat";
import {
  imageFromBase64,
  UnboundedChatCompletionContext,
  UserMessage,
  type ChatCompletionClient,
} from "@tesserae/core";
import { ScriptedClient } from "@tesserae/core/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EmbeddingFunction } from "../../memory/shared/embedding.ts";
import { MemoryBank, MemoryController, type MemoryControllerConfig } from "./index.ts";
import { Teachability } from "./utils/index.ts";

let folder: string;
const open: (MemoryController | MemoryBank)[] = [];
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "memory-bank-"))));
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  await rm(folder, { recursive: true, force: true });
});

/** Topics on a line, so that distances are squares of differences. */
const onALine: EmbeddingFunction = (texts) => texts.map((text) => [Number(/-?[\d.]+/.exec(text)?.[0] ?? 50), 1]);

function controllerOf(
  client: ChatCompletionClient,
  config: MemoryControllerConfig = {},
  reset = false,
): MemoryController {
  const memoryBank = { path: folder, ...config.memoryBank };
  const controller = new MemoryController({
    client,
    reset,
    config: { ...config, memoryBank },
    embeddingFunction: onALine,
  });
  open.push(controller);
  return controller;
}

const PLAIN: MemoryControllerConfig = { generalizeTask: false, generateTopics: false, validateMemos: false };
const silent = (): ScriptedClient => new ScriptedClient([]);

describe("the relevance of a memo", () => {
  test("is the sum of 1.7 minus the distance over its topics; below 0 it does not count; the highest comes first", async () => {
    const bank = new MemoryBank({ path: folder }, onALine);
    open.push(bank);
    await bank.addMemo({ insight: "near" }, ["1"]);
    await bank.addMemo({ insight: "nearer by two topics" }, ["1", "0.5"]);
    await bank.addMemo({ insight: "just far enough" }, ["1.31"]);
    await bank.addMemo({ insight: "near by one and far by the other" }, ["0", "2"]);
    const insights = (await bank.getRelevantMemos(["0"])).map(({ insight }) => insight);
    // 0.7; 0.7 + 1.45; 1.7 - 1.7161; 1.7 - 2.3
    expect(insights).toEqual(["nearer by two topics", "near"]);
  });

  test("counts only so many topics, and none that is too far", async () => {
    const few = new MemoryBank({ path: folder, nResults: 1 }, onALine);
    open.push(few);
    await few.addMemo({ insight: "a" }, ["0"]);
    await few.addMemo({ insight: "b" }, ["0.1"]);
    expect(await few.getRelevantMemos(["0"])).toEqual([{ insight: "a" }]);
    await few.close();
    const near = new MemoryBank({ path: folder, relevanceConversionThreshold: 1000, distanceThreshold: 0.01 }, onALine);
    open.push(near);
    expect(await near.getRelevantMemos(["0"])).toEqual([{ insight: "a" }]);
  });
});

describe("a controller", () => {
  test("remembers in a folder, until it is reset", async () => {
    const first = controllerOf(silent(), PLAIN);
    expect(await first.retrieveRelevantMemos("1")).toEqual([]);
    await Promise.all([first.addMemo("deep blue", "topic 1"), first.addMemo("halibut at 7")]);
    await first.addTaskSolutionPairToMemory("add 3", "three");
    await first.close();
    const second = controllerOf(silent(), PLAIN);
    expect(await second.retrieveRelevantMemos("1")).toEqual([{ task: "topic 1", insight: "deep blue" }]);
    expect(await second.retrieveRelevantMemos("7")).toEqual([{ insight: "halibut at 7" }]);
    expect(await second.retrieveRelevantMemos("3")).toEqual([
      { task: "add 3", insight: "Example task:\n\nadd 3\n\nExample solution:\n\nthree" },
    ]);
    await second.resetMemory();
    expect(await second.retrieveRelevantMemos("1")).toEqual([]);
    await second.addMemo("x 1");
    await second.close();
    expect(JSON.parse(await readFile(join(folder, "memos.json"), "utf8"))).toEqual({
      version: 1,
      memos: [{ id: expect.any(String), task: null, insight: "x 1" }],
    });
    expect(await controllerOf(silent(), PLAIN, true).retrieveRelevantMemos("1")).toEqual([]);
  });

  test("asks the model for general words, topics and relevance", async () => {
    const client = new ScriptedClient([
      "a list",
      "2 is irrelevant",
      "the general task 4",
      "- topic 5\n2) topic 5\n\n* topic 6",
      "just this once",
      "nothing",
      "general",
      "topic 5",
      " 1\n",
    ]);
    const controller = controllerOf(client);
    await controller.addMemo("an insight", "a task");
    expect(await controller.retrieveRelevantMemos("another task")).toEqual([{ task: "a task", insight: "an insight" }]);
    expect(client.calls.map(({ messages }) => messages.length)).toEqual([2, 4, 6, 2, 2, 4, 6, 2, 2]);
    expect(client.calls[3]?.messages.at(-1)?.content).toContain("the general task 4\n(Hint: an insight)");
    expect(client.calls[8]?.messages.at(-1)?.content).toMatch(/another task[^]*an insight/);
  });

  test("leaves out what the model finds irrelevant, and more than it may give", async () => {
    const client = new ScriptedClient(["0", "1", "1"]);
    const controller = controllerOf(client, { ...PLAIN, validateMemos: true, maxMemosToRetrieve: 1 });
    for (const insight of ["first 1", "second 1.1", "third 1.2"]) await controller.addMemo(insight);
    expect(await controller.retrieveRelevantMemos("1")).toEqual([{ insight: "second 1.1" }]);
    expect(client.calls).toHaveLength(2);
    expect(() => controllerOf(silent(), { maxMemosToRetrieve: 0 })).toThrow(/maxMemosToRetrieve must be/);
  });

  test.each(["None", "none.", '"None"', "  "])("stores nothing when the model finds no advice: %j", async (answer) => {
    const controller = controllerOf(new ScriptedClient([answer]), PLAIN);
    expect(await controller.considerMemoStorage("What time is it?")).toBeUndefined();
    expect(await controller.retrieveRelevantMemos("1")).toEqual([]);
  });

  test("speaks as the user to a model that takes no system message", async () => {
    const client = new ScriptedClient(["None"]);
    Object.assign(client.modelInfo, { family: "o1" });
    await controllerOf(client, PLAIN).considerMemoStorage("x");
    expect(client.calls[0]?.messages.map(({ type }) => type)).toEqual(["UserMessage", "UserMessage"]);
  });

  test("says so when its folder holds something else", async () => {
    await writeFile(join(folder, "memos.json"), '{"version":2}');
    await expect(controllerOf(silent(), PLAIN).retrieveRelevantMemos("1")).rejects.toThrow(
      /written by a newer release/,
    );
  });
});

describe("teachability", () => {
  test("shows what was learned as a message of the user, and learns from the last message after that", async () => {
    const client = new ScriptedClient(["use metric units, 1", "None"]);
    const memory = new Teachability(controllerOf(client, PLAIN));
    const context = new UnboundedChatCompletionContext();
    expect(await memory.updateContext(context)).toEqual({ memories: { results: [] } });
    context.addMessage(UserMessage({ content: "Always use metric units, 1", source: "user" }));
    expect((await memory.updateContext(context)).memories.results).toEqual([]);
    context.addMessage(UserMessage({ content: "How far is it, 1", source: "user" }));
    expect((await memory.updateContext(context)).memories.results).toEqual([
      { content: "use metric units, 1", mimeType: "text/plain", metadata: {} },
    ]);
    expect(context.getMessages().at(-1)).toMatchObject({
      type: "UserMessage",
      content: "\nPotentially relevant memories:\n1. use metric units, 1",
      source: "user",
    });
    expect(memory.name).toBe("teachability");
  });

  test("considers what is added, refuses what is no text, and forgets", async () => {
    const memory = new Teachability(controllerOf(new ScriptedClient(["tea at 5"]), PLAIN), { name: "taught" });
    await memory.add({ content: "I take tea at 5", mimeType: "text/plain" });
    expect((await memory.query("5")).results.map(({ content }) => content)).toEqual(["tea at 5"]);
    const image = { content: imageFromBase64("iVBORw0KGgo="), mimeType: "image/*" };
    await expect(memory.add(image)).rejects.toThrow(/image\/\*/);
    await memory.clear();
    expect((await memory.query("5")).results).toEqual([]);
    await memory.close();
    expect(memory.name).toBe("taught");
  });

  test("lets one agent use what another was taught", async () => {
    const teacher = controllerOf(new ScriptedClient(["prefer trains, 1", "None"]), PLAIN);
    const agentOf = (client: ChatCompletionClient): AssistantAgent =>
      new AssistantAgent({ name: "guide", modelClient: client, memory: [new Teachability(teacher)] });
    await agentOf(new ScriptedClient(["I will."])).run("Please prefer trains, 1");
    const client = new ScriptedClient(["By train."]);
    await agentOf(client).run("How do I get to Porto, 1");
    expect(client.calls[0]?.messages.at(-1)?.content).toContain("1. prefer trains, 1");
  });
});
