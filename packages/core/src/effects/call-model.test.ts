import { describe, expect, test } from "vitest";
import type { Journal } from "../journal/journal.ts";
import { recordTo, replayFrom, resumeFrom } from "../journal/journals.ts";
import { MemoryJournalStore } from "../journal/memory-store.ts";
import { readRun } from "../journal/read-run.ts";
import { settled } from "../journal/testing/world.ts";
import { UserMessage, type CreateResult, type LLMMessage } from "../models/messages.ts";
import { openRun } from "../run/open-run.ts";
import { plainContext } from "../run/context.ts";
import type { RunLimits } from "../run/limits.ts";
import type { Run } from "../run/run.ts";
import { callModel } from "./call-model.ts";
import { scope } from "./effect.ts";
import { performModelCall, performModelStream } from "./perform-model-call.ts";
import { streamModel } from "./stream-model.ts";
import { ScriptedClient } from "./testing/scripted-client.ts";

const messages: readonly LLMMessage[] = [UserMessage({ content: "hello", source: "user" })];

async function withRun<T>(
  journal: Journal | undefined,
  body: (run: Run) => Promise<T>,
  limits?: RunLimits,
): Promise<T> {
  const run = await openRun({ name: "x", task: "t", journal, limits });
  const value = await body(run);
  await run.end({ status: "finished" });
  return value;
}

describe("what a call cost", () => {
  const answers = [{ content: "a", cost: 7 }, "b"];
  const body = async (run: Run, client: ScriptedClient): Promise<number | undefined> => {
    for (const _ of answers) await callModel(run.context, client, messages, { purpose: "reply" });
    return run.cost();
  };

  test("is what the result says, where it says so, live and from the journal", async () => {
    const store = new MemoryJournalStore();
    const live = await withRun(recordTo(store, { runId: "r" }), (run) => body(run, new ScriptedClient(answers)));
    expect(live).toBe(7 + 15_000);
    const again = await withRun(replayFrom(store, "r"), (run) => body(run, new ScriptedClient([])));
    expect(again).toBe(live);
    expect((await readRun(store, "r")).summary.cost).toBe(live);
    expect(await withRun(undefined, (run) => body(run, new ScriptedClient(answers)), { maxModelCalls: 9 })).toBe(live);
  });

  test("is unknown where the result says that it is, and nothing where a cache answered", async () => {
    const unknown = [{ content: "a", cost: null }, "b"];
    expect(await withRun(undefined, (run) => body(run, new ScriptedClient(unknown)))).toBeUndefined();
    const cached = [{ content: "a", cost: 7, cached: true }, "b"];
    expect(await withRun(undefined, (run) => body(run, new ScriptedClient(cached)))).toBe(15_000);
  });
});

describe("callModel", () => {
  test("in plain mode is the call of the client, with the caller's own options", async () => {
    const client = new ScriptedClient(["hi"]);
    const options = { purpose: "reply", extraCreateArgs: { temperature: 0 } };
    const result = await callModel(plainContext(), client, messages, options);
    expect(result.content).toBe("hi");
    expect(client.options[0]).toBe(options);
  });

  test("gives the client the signal, the context and the key of the effect", async () => {
    const client = new ScriptedClient(["hi"]);
    const { signal } = new AbortController();
    await callModel(plainContext({ signal }), client, messages, { purpose: "reply" });
    expect(client.options[0]?.signal).toBe(signal);
    await withRun(recordTo(new MemoryJournalStore()), ({ context }) =>
      callModel(context, client, messages, { purpose: "reply" }),
    );
    expect(client.options[1]).toMatchObject({ idempotencyKey: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(client.options[1]?.context?.leaf?.address).toBe("!model:reply[0]");
  });

  test("is answered from the journal: same result, same usage, same cost, no call", async () => {
    const store = new MemoryJournalStore();
    const answers: readonly Partial<CreateResult>[] = [
      { content: [{ id: "", name: "f", arguments: "{}" }], finishReason: "function_calls", thought: "hm" },
      {
        content: "cut \ud83d in two",
        providerData: { signed: ["x"] },
        logprobs: [{ token: "a", logprob: -1, bytes: [1] }],
      },
    ];
    const client = new ScriptedClient(answers);
    const body = async (run: Run): Promise<unknown> => {
      const results = [];
      for (const _ of answers) results.push(await callModel(run.context, client, messages, { purpose: "reply" }));
      return { results, usage: run.usage(), cost: run.cost() };
    };
    const first = await withRun(recordTo(store, { runId: "r" }), body);
    expect(first).toMatchObject({ usage: { promptTokens: 20, completionTokens: 10 }, cost: 30_000 });
    const again = await withRun(replayFrom(store, "r"), body);
    expect(again).toEqual(first);
    expect(client.calls).toBe(2);
    expect(first).not.toHaveProperty("results.0.cost");
    const { summary, effects } = await readRun(store, "r");
    expect(summary).toMatchObject({ cost: 30_000, promptTokens: 20, status: "finished" });
    expect(effects[0]).toMatchObject({
      address: "!model:reply[0]",
      request: { model: "scripted", messages: [{ content: "hello" }] },
    });
  });

  test("keeps keys, headers and signals out of the request, and tools and parameters in", async () => {
    const store = new MemoryJournalStore();
    const client = Object.assign(new ScriptedClient(["hi"]), {
      apiKey: "secret",
      requestDefaults: { temperature: 1, top_p: 1 },
    });
    const tools = [
      { name: "f", description: "d".repeat(300), parameters: { type: "object" as const, properties: {} } },
    ];
    const call = {
      purpose: "reply",
      tools,
      toolChoice: "auto" as const,
      jsonOutput: { name: "o", schema: { type: "object" } },
      extraCreateArgs: { temperature: 0 },
      signal: new AbortController().signal,
    };
    await withRun(recordTo(store, { runId: "r" }), ({ context }) => callModel(context, client, messages, call));
    const [effect] = (await readRun(store, "r")).effects;
    expect(effect?.request).toEqual({
      model: "scripted",
      messages: [{ content: "hello", source: "user", type: "UserMessage" }],
      tools,
      tool_choice: "auto",
      json_output: { name: "o", schema: { type: "object" } },
      parameters: { temperature: 0, top_p: 1 },
    });
  });

  test("settles an error of the client as that error", async () => {
    const store = new MemoryJournalStore();
    const client = new ScriptedClient([new RangeError("too long")]);
    for (const journal of [undefined, recordTo(store, { runId: "r" }), replayFrom(store, "r")]) {
      await withRun(journal, async ({ context }) => {
        const call = callModel(context, client, messages, { purpose: "reply" });
        await expect(call).rejects.toMatchObject({ name: "RangeError", message: "too long" });
      });
    }
    expect(client.calls).toBe(2);
  });
});

describe("limits of model calls", () => {
  const calls =
    (client: ScriptedClient, count: number) =>
    async (run: Run): Promise<readonly string[]> => {
      const said: string[] = [];
      for (let at = 0; at < count; at += 1) {
        const error = await callModel(run.context, client, messages, { purpose: "reply" }).catch((e: unknown) => e);
        said.push(error instanceof Error && "code" in error ? String(error.code) : "ok");
      }
      return said;
    };

  test.each([
    ["maxModelCalls", { maxModelCalls: 2 }, ["ok", "ok", "ERR_LIMIT_MODEL_CALLS"]],
    // A call reserves (10 + 100) tokens of 1,000 pico-dollars and costs 15.
    ["maxCost", { maxCost: 130_000 }, ["ok", "ok", "ERR_LIMIT_COST"]],
    // A call reserves 10 tokens and uses 15.
    ["maxTokens", { maxTokens: 30 }, ["ok", "ok", "ERR_LIMIT_TOKENS"]],
  ])("%s refuses before anything is sent, with a journal and without", async (_, limits, expected) => {
    const store = new MemoryJournalStore();
    for (const journal of [undefined, recordTo(store, { runId: "r" })]) {
      const client = new ScriptedClient(["hi"]);
      expect(await withRun(journal, calls(client, 3), limits)).toEqual(expected);
      expect(client.calls).toBe(2);
    }
    expect(await withRun(replayFrom(store, "r"), calls(new ScriptedClient([]), 3))).toEqual(expected);
  });

  test("money reserved by calls under way is not given out twice", async () => {
    const client = new ScriptedClient(["hi"]);
    await withRun(
      undefined,
      async ({ context }) => {
        const both = [1, 2].map(() => callModel(context, client, messages, { purpose: "reply" }));
        const results = await Promise.allSettled(both);
        expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
      },
      { maxCost: 150_000 },
    );
  });

  test("an unknown price is refused when money is limited, and makes the cost unknown when it is not", async () => {
    const client = new ScriptedClient(["hi"]);
    client.price = undefined;
    expect(await withRun(undefined, calls(client, 1), { maxCost: 1e12 })).toEqual(["ERR_LIMIT_COST"]);
    await withRun(undefined, async (run) => {
      await calls(client, 1)(run);
      expect(run.cost()).toBeUndefined();
      expect(run.usage()).toEqual({ promptTokens: 10, completionTokens: 5 });
    });
  });
});

describe("streamModel", () => {
  const stream =
    (client: ScriptedClient, chunks: unknown[]) =>
    async ({ context }: Run): Promise<CreateResult> =>
      streamModel(context, client, messages, { purpose: "reply" }, (chunk, info) => {
        chunks.push(info.restarted === true ? [chunk, "restarted"] : chunk);
      });

  test.each([
    ["text", { content: "one two three" }],
    ["a thought and text", { thought: "let me see ", content: "one two" }],
    ["nothing", { content: "" }],
    ["calls", { content: [{ id: "1", name: "f", arguments: "{}" }] }],
    ["calls after a thought", { thought: "a b ", content: [{ id: "1", name: "f", arguments: "{}" }] }],
  ])("of %s gives the same pieces in a replay, without their text in the journal twice", async (_, answer) => {
    const store = new MemoryJournalStore();
    const client = new ScriptedClient([answer]);
    const [plain, first, again]: [unknown[], unknown[], unknown[]] = [[], [], []];
    await withRun(undefined, stream(client, plain));
    const result = await withRun(recordTo(store, { runId: "r" }), stream(client, first));
    expect(await withRun(replayFrom(store, "r"), stream(client, again))).toEqual(result);
    expect(first).toEqual(plain);
    expect(again).toEqual(first);
    expect(client.calls).toBe(2);
    for await (const entry of store.read("r"))
      if (entry.e === "settle") expect(JSON.stringify(entry.s ?? {})).not.toContain("x");
  });

  test("whose text is not its result keeps the pieces themselves", async () => {
    const store = new MemoryJournalStore();
    const client = new ScriptedClient([{ content: "final" }]);
    client.createStream = () => ({
      async *[Symbol.asyncIterator]() {
        yield* ["some", "thing else"];
        yield await client.create([]);
      },
    });
    const [first, again]: [unknown[], unknown[]] = [[], []];
    await withRun(recordTo(store, { runId: "r" }), stream(client, first));
    await withRun(replayFrom(store, "r"), stream(client, again));
    expect(again).toEqual(["some", "thing else"]);
  });

  test("cut by a crash is asked for again, and its first piece says that it begins anew", async () => {
    const store = new MemoryJournalStore();
    const hanging = new ScriptedClient(["x"]);
    hanging.createStream = () => ({
      async *[Symbol.asyncIterator]() {
        yield "one ";
        await new Promise(() => undefined);
        yield "never";
      },
    });
    const chunks: unknown[] = [];
    const crashed = await openRun({ name: "x", task: "t", journal: recordTo(store, { runId: "r" }) });
    void stream(hanging, chunks)(crashed).catch(() => undefined);
    await settled(5);
    // What was begun is written with the next thing that must be: then the process is gone.
    await crashed.signal("message", "x", null);
    const left = new MemoryJournalStore();
    const writer = await left.open("r", "create");
    for await (const entry of store.read("r")) await writer.append([entry]);
    await writer.close();
    const again: unknown[] = [];
    const result = await withRun(resumeFrom(left, "r"), stream(new ScriptedClient(["one two"]), again));
    expect(result.content).toBe("one two");
    expect(chunks).toEqual(["one "]);
    expect(again).toEqual([["one ", "restarted"], "two"]);
  });

  test("reads the groups of a client that has them", async () => {
    const client = new ScriptedClient(["x"]);
    client.createStream = () => ({
      [Symbol.asyncIterator]: () => {
        throw new Error("the groups are there");
      },
      async *batches() {
        yield ["a", "b"];
        yield ["c", await client.create([])];
      },
    });
    const chunks: unknown[] = [];
    await withRun(undefined, stream(client, chunks));
    expect(chunks).toEqual(["a", "b", "c"]);
  });

  test("refuses what is no stream of a model", async () => {
    const client = new ScriptedClient(["x"]);
    const give = (items: readonly unknown[]): Promise<unknown> => {
      client.createStream = () => ({
        async *[Symbol.asyncIterator]() {
          yield* items as string[];
        },
      });
      return withRun(undefined, stream(client, []));
    };
    await expect(give(["a"])).rejects.toThrow("No final model result in streaming mode");
    await expect(give([{ type: "Other" }])).rejects.toThrow("Invalid chunk type");
    await expect(give([7])).rejects.toThrow("Invalid chunk type");
  });
});

describe("a client that is called directly", () => {
  /** A client as authors write it: it opens the leaf itself when nobody did. */
  class OwnClient extends ScriptedClient {
    override create(given: readonly LLMMessage[], options = {}): Promise<CreateResult> {
      return performModelCall(this, given, options, (inside) => super.create(given, inside));
    }

    override createStream(given: readonly LLMMessage[], options = {}): ReturnType<ScriptedClient["createStream"]> {
      return performModelStream(this, given, options, (inside) => super.createStream(given, inside));
    }
  }

  async function addresses(store: MemoryJournalStore): Promise<readonly string[]> {
    return (await readRun(store, "r")).effects.map(({ address }) => address);
  }

  test("in a scope opens the leaf itself; called by callModel it does not", async () => {
    const store = new MemoryJournalStore();
    const client = new OwnClient(["one two"]);
    const body = ({ context }: Run): Promise<readonly unknown[]> =>
      scope(context, "agent", async (inner) => {
        const direct = await client.create(messages);
        const items: unknown[] = [];
        for await (const item of client.createStream(messages)) items.push(item);
        const batches: unknown[] = [];
        const stream = client.createStream(messages, { context: inner });
        for (let next = await iterate(stream); next !== undefined; next = undefined) batches.push(...next);
        const called = await callModel(inner, client, messages, { purpose: "reply" });
        return [direct, items, batches, called];
      });
    const first = await withRun(recordTo(store, { runId: "r" }), body);
    expect(first[1]).toEqual(["one ", "two", expect.objectContaining({ content: "one two" })]);
    expect(await addresses(store)).toEqual([
      "/agent[0]!model:call[0]",
      "/agent[0]!model:call[1]",
      "/agent[0]!model:call[2]",
      "/agent[0]!model:reply[0]",
    ]);
    expect(client.calls).toBe(4);
    expect(await withRun(replayFrom(store, "r"), body)).toEqual(first);
    expect(client.calls).toBe(4);
  });

  test("without a run is a call", async () => {
    const client = new OwnClient(["hi"]);
    expect((await client.create(messages)).content).toBe("hi");
    const items: unknown[] = [];
    for await (const item of client.createStream(messages)) items.push(item);
    expect(items).toHaveLength(2);
  });
});

async function iterate(stream: ReturnType<ScriptedClient["createStream"]>): Promise<readonly unknown[] | undefined> {
  const items: unknown[] = [];
  const batches = stream.batches?.();
  if (batches === undefined) return undefined;
  for (let next = await batches.next(); next.done !== true; next = await batches.next()) items.push(...next.value);
  return items;
}
