import { describe, expect, test } from "vitest";
import { isObject, type JsonObject } from "../json.ts";
import type { Journal } from "../journal/journal.ts";
import { recordTo, replayFrom, resumeFrom } from "../journal/journals.ts";
import { MemoryJournalStore } from "../journal/memory-store.ts";
import { readRun } from "../journal/read-run.ts";
import { MortalMachine } from "../journal/testing/mortal.ts";
import { settled, World } from "../journal/testing/world.ts";
import { UserMessage, type LLMMessage } from "../models/messages.ts";
import { currentRun } from "../run/current-run.ts";
import { openRun } from "../run/open-run.ts";
import type { Run } from "../run/run.ts";
import { textToolResult } from "../tools/tool-result.ts";
import type { ToolCallOptions } from "../tools/tool.ts";
import type { StreamWorkbench, ToolResult, ToolTraits } from "../tools/workbench.ts";
import { callModel } from "./call-model.ts";
import { callTool } from "./call-tool.ts";
import { choose } from "./choose.ts";
import { effect, scope } from "./effect.ts";
import { executeCode } from "./execute-code.ts";
import { listTools } from "./list-tools.ts";
import { openResource } from "./open-resource.ts";
import { ScriptedClient } from "./testing/scripted-client.ts";
import { updateContextFromMemory } from "./update-context-from-memory.ts";

const messages: readonly LLMMessage[] = [UserMessage({ content: "hello", source: "user" })];

type Execute = (args: JsonObject, options: ToolCallOptions, emit: (item: unknown) => void) => Promise<string>;

/** A workbench of one tool. */
class OneTool implements StreamWorkbench {
  calls = 0;
  readonly name = "bench";
  readonly #traits: ToolTraits;
  readonly #execute: Execute;

  constructor(traits: ToolTraits, execute: Execute) {
    this.#traits = traits;
    this.#execute = execute;
  }

  async callTool(name: string, args: JsonObject = {}, options: ToolCallOptions = {}): Promise<ToolResult> {
    this.calls += 1;
    try {
      return textToolResult(name, await this.#execute(args, options, () => undefined));
    } catch (error) {
      return textToolResult(name, String(error), true);
    }
  }

  async *callToolStream(name: string, args: JsonObject = {}, options: ToolCallOptions = {}): AsyncGenerator<unknown> {
    this.calls += 1;
    const items: unknown[] = [];
    const text = await this.#execute(args, options, (item) => items.push(item));
    yield* items;
    yield textToolResult(name, text);
  }

  toolTraits(): ToolTraits {
    return this.#traits;
  }

  async listTools() {
    this.calls += 1;
    return [{ name: "tool", description: "does", parameters: { type: "object" as const, properties: {} } }];
  }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  async reset(): Promise<void> {}

  async saveState(): Promise<JsonObject> {
    return {};
  }

  async loadState(): Promise<void> {}
}

async function withRun<T>(journal: Journal | undefined, body: (run: Run) => Promise<T>): Promise<T> {
  const run = await openRun({ name: "x", task: "t", journal });
  const value = await body(run);
  await run.end({ status: "finished" });
  return value;
}

/** Records, replays, and gives what both gave and the addresses in the journal. */
async function twice<T>(body: (run: Run) => Promise<T>): Promise<{ first: T; again: T; addresses: readonly string[] }> {
  const store = new MemoryJournalStore();
  const first = await withRun(recordTo(store, { runId: "r" }), body);
  const again = await withRun(replayFrom(store, "r"), body);
  const { effects } = await readRun(store, "r");
  return { first, again, addresses: effects.map(({ address }) => address) };
}

const call = (index: number, callId = "same") => ({ name: "tool", arguments: { n: index }, callId, index });

describe("callTool", () => {
  test("three parallel calls with equal ids are told apart by their place", async () => {
    const bench = new OneTool({}, async ({ n }) => {
      await settled(3 - Number(n));
      return `result ${JSON.stringify(n)}`;
    });
    const body = ({ context }: Run): Promise<readonly ToolResult[]> =>
      Promise.all([0, 1, 2].map((index) => callTool(context, bench, call(index))));
    const { first, again, addresses } = await twice(body);
    expect(first.map(({ result }) => result[0]?.content)).toEqual(["result 0", "result 1", "result 2"]);
    expect(again).toEqual(first);
    expect(bench.calls).toBe(3);
    // In the order in which they ended.
    expect(addresses).toEqual(["!tool:tool[2]", "!tool:tool[1]", "!tool:tool[0]"]);
  });

  test("shows the items of a streaming tool, in a replay too, without members that are undefined", async () => {
    const bench = new OneTool({}, async (_, __, emit) => {
      emit({ type: "Event", usage: undefined, nested: [{ none: undefined }] });
      emit("text");
      return "done";
    });
    const body = async ({ context }: Run): Promise<readonly unknown[]> => {
      const items: unknown[] = [];
      const result = await callTool(context, bench, call(0), { onItem: (item) => void items.push(item) });
      return [...items, result];
    };
    const { first, again } = await twice(body);
    expect(again).toEqual(first);
    expect(again).toHaveLength(3);
    expect(bench.calls).toBe(1);
    expect(await withRun(undefined, body)).toEqual(first);
  });

  test("a failing tool is a result, and the same one in a replay", async () => {
    const bench = new OneTool({}, () => Promise.reject(new Error("broken")));
    const { first, again } = await twice(({ context }) => callTool(context, bench, call(0)));
    expect(first).toMatchObject({ isError: true });
    expect(again).toEqual(first);
  });

  test("an effect inside of a tool is covered by the tool's own, and what it cost is counted", async () => {
    const client = new ScriptedClient(["inner"]);
    const bench = new OneTool({}, async (_, options) => {
      const context = options.context ?? currentRun();
      if (context === undefined) throw new Error("no run");
      expect(currentRun()?.leaf?.address).toBe("!tool:tool[0]");
      const { content } = await callModel(context, client, messages, { purpose: "reply" });
      await scope(context, "x", (inner) => effect(inner, { kind: "y", name: "z", request: () => null }, async () => 1));
      return typeof content === "string" ? content : "";
    });
    const body = async (run: Run): Promise<unknown> => [
      await callTool(run.context, bench, call(0)),
      run.usage(),
      run.cost(),
    ];
    const { first, again, addresses } = await twice(body);
    expect(first).toMatchObject([{}, { promptTokens: 10, completionTokens: 5 }, 15_000]);
    expect(again).toEqual(first);
    expect(addresses).toEqual(["!tool:tool[0]"]);
    expect(client.calls).toBe(1);
  });

  test("a composite tool is a scope: its steps are effects of the run, twice at once as well", async () => {
    const client = new ScriptedClient(["inner"]);
    const bench = new OneTool({ composite: true }, async (_, { context }) => {
      if (context === undefined) throw new Error("no run");
      return scope(context, "writer", async (inner) => {
        await callModel(inner, client, messages, { purpose: "reply" });
        return inner.path;
      });
    });
    const body = ({ context }: Run): Promise<readonly ToolResult[]> =>
      Promise.all([callTool(context, bench, call(0)), callTool(context, bench, call(1))]);
    const { first, again, addresses } = await twice(body);
    expect(first.map(({ result }) => result[0]?.content)).toEqual(["/call[0]/writer[0]", "/call[1]/writer[0]"]);
    expect(again).toEqual(first);
    expect(addresses).toEqual(["/call[0]/writer[0]!model:reply[0]", "/call[1]/writer[0]!model:reply[0]"]);
    expect(client.calls).toBe(2);
    // The body of a scope always runs.
    expect(bench.calls).toBe(4);
  });

  test.each([
    ["never", 1, "outcome is unknown"],
    ["safe", 2, "paid"],
  ] as const)("cut by a crash and %s to repeat is performed %i times", async (repeat, performed, text) => {
    const machine = new MortalMachine();
    const world = new World();
    const hang = { now: true };
    const bench = new OneTool({ repeat }, async (_, { idempotencyKey }) => {
      await world.touch(idempotencyKey ?? "", "pay", undefined);
      if (hang.now) await new Promise(() => undefined);
      return "paid";
    });
    const crashed = await openRun({ name: "x", task: "t", journal: recordTo(machine.start(world), { runId: "r" }) });
    void callTool(crashed.context, bench, call(0)).catch(() => undefined);
    await settled(3);
    await crashed.signal("message", "", null);
    machine.disk.frozen = true;
    hang.now = false;
    const result = await withRun(resumeFrom(machine.start(world), "r"), ({ context }) =>
      callTool(context, bench, call(0)),
    );
    const [part] = result.result;
    expect(part?.content).toContain(text);
    expect(world.total).toBe(performed);
    if (repeat === "never") expect(part?.content).toContain('"n":0');
    expect(world.performed.size).toBe(1);
  });
});

describe("a tool in doubt whose owner wants to be asked", () => {
  test.each([
    [{ choice: "done", value: "paid, says the bank" }, "paid, says the bank", 1],
    [{ choice: "repeat" }, "paid", 2],
    [{ choice: "fail" }, "outcome is unknown", 1],
  ] as const)("%j", async (decision, text, performed) => {
    const machine = new MortalMachine();
    const world = new World();
    const hang = { now: true };
    const bench = new OneTool({ repeat: "ask" }, async (_, { idempotencyKey }) => {
      await world.touch(idempotencyKey ?? "", "pay", undefined);
      if (hang.now) await new Promise(() => undefined);
      return "paid";
    });
    const crashed = await openRun({ name: "x", task: "t", journal: recordTo(machine.start(world), { runId: "r" }) });
    void callTool(crashed.context, bench, call(0)).catch(() => undefined);
    await settled(3);
    machine.disk.frozen = true;
    hang.now = false;
    const journal = resumeFrom(machine.start(world), "r", { decide: async () => decision });
    const result = await withRun(journal, ({ context }) => callTool(context, bench, call(0)));
    expect(result.result[0]?.content).toContain(text);
    expect(world.total).toBe(performed);
  });
});

describe("the other effects of the seam", () => {
  test("listTools is a leaf, unless the workbench knows its tools", async () => {
    const bench = new OneTool({}, async () => "");
    const { first, again, addresses } = await twice(({ context }) => listTools(context, bench));
    expect(again).toEqual(first);
    expect(addresses).toEqual(["!tools:bench[0]"]);
    expect(bench.calls).toBe(1);
    const known = Object.assign(new OneTool({}, async () => ""), { staticTools: [{ name: "known" }] });
    expect((await twice(({ context }) => listTools(context, known))).addresses).toEqual([]);
  });

  test("executeCode is a leaf with the blocks and the executor's configuration", async () => {
    let runs = 0;
    const executor = {
      start: async () => undefined,
      stop: async () => undefined,
      restart: async () => undefined,
      describe: () => ({ image: "python:3", timeout: undefined }),
      executeCodeBlocks: async () => {
        runs += 1;
        return { exitCode: 0, output: "42" };
      },
    };
    const blocks = [{ code: "print(42)", language: "python" }];
    const { first, again, addresses } = await twice(({ context }) => executeCode(context, executor, blocks));
    expect(again).toEqual(first);
    expect(first).toEqual({ exitCode: 0, output: "42" });
    expect(addresses).toEqual(["!exec:code[0]"]);
    expect(runs).toBe(1);
  });

  test("updateContextFromMemory adds the recorded messages again", async () => {
    let asked = 0;
    const memory = {
      name: "notes",
      updateContext: async (context: { addMessage(message: LLMMessage): unknown; clear(): unknown }) => {
        asked += 1;
        await context.clear();
        await context.addMessage(UserMessage({ content: "remember this", source: "memory" }));
        return { memories: { results: [{ content: "remember this", mimeType: "text/plain" }] } };
      },
      query: async () => ({ results: [] }),
      add: async () => undefined,
      clear: async () => undefined,
      close: async () => undefined,
    };
    const body = async ({ context }: Run): Promise<unknown> => {
      let list: LLMMessage[] = [...messages];
      const modelContext = {
        addMessage: (message: LLMMessage) => void list.push(message),
        getMessages: () => [...list],
        clear: () => {
          list = [];
        },
        saveState: () => ({}),
        loadState: () => undefined,
      };
      return [await updateContextFromMemory(context, memory, modelContext), list];
    };
    const { first, again } = await twice(body);
    expect(first).toMatchObject([{}, [{ content: "remember this" }]]);
    expect(again).toEqual(first);
    expect(await withRun(undefined, body)).toMatchObject([{}, [{ content: "remember this" }]]);
    expect(asked).toBe(2);
  });

  test("choose keeps what a callback chose", async () => {
    let chosen = 0;
    const body = ({ context }: Run): Promise<string> =>
      choose(context, "selector", [{ id: "1" }], () => {
        chosen += 1;
        return `agent ${chosen}`;
      });
    const { first, again, addresses } = await twice(body);
    expect(again).toBe(first);
    expect(addresses).toEqual(["!choice:selector[0]"]);
  });

  test("a resource is opened once, opened again by a resume, and not at all by a replay", async () => {
    const store = new MemoryJournalStore();
    const log: string[] = [];
    let gone = false;
    let fail = true;
    const body = async (run: Run): Promise<unknown> => {
      const { record, resource } = await openResource(run.context, {
        name: "folder",
        config: { image: "x" },
        open: async () => {
          log.push("open");
          return { resource: { folder: "/tmp/1" }, record: "/tmp/1" };
        },
        reopen: async (folder: string) => {
          log.push(`reopen ${folder}`);
          if (gone) throw new Error("no such folder");
          return { folder };
        },
      });
      return [record, isObject(resource) ? resource["folder"] : "nothing"];
    };
    const attempt = async (journal: Journal): Promise<unknown> => {
      const run = await openRun({ name: "x", task: "t", journal });
      try {
        const value = await body(run);
        if (fail) throw new Error("later");
        await run.end({ status: "finished" });
        return value;
      } catch (error) {
        await run.end({ status: "failed", error });
        return error;
      }
    };
    await attempt(recordTo(store, { runId: "r" }));
    gone = true;
    expect(await attempt(resumeFrom(store, "r"))).toMatchObject({
      code: "ERR_RESOURCE_GONE",
      message: expect.stringContaining('"folder"'),
    });
    gone = false;
    fail = false;
    expect(await attempt(resumeFrom(store, "r"))).toEqual(["/tmp/1", "/tmp/1"]);
    expect(log).toEqual(["open", "reopen /tmp/1", "reopen /tmp/1"]);
    expect(await attempt(replayFrom(store, "r"))).toEqual(["/tmp/1", "nothing"]);
    expect(log).toHaveLength(3);
  });
});
