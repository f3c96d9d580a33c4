import {
  BaseTool,
  MemoryJournalStore,
  StaticStreamWorkbench,
  recordTo,
  replayFrom,
  resumeFrom,
  type Journal,
  type JournalEntry,
  type StreamTool,
  type ToolSchema,
} from "@tesserae/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TextMessage } from "../../messages/factories.ts";
import { messageText } from "../../messages/message-text.ts";
import type { StreamItem } from "../../messages/types.ts";
import { ScriptedClient, callsOf } from "../../testing/scripted-client.ts";
import { AssistantAgent } from "./assistant-agent.ts";

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Shows what it does, each item after so many turns of the event loop. */
class Streaming extends BaseTool<string> implements StreamTool<StreamItem, string> {
  readonly schema: ToolSchema;
  readonly #pace: readonly number[];
  readonly #last: number;
  readonly stopAt: number | undefined;
  performed = 0;

  constructor(
    name: string,
    pace: readonly number[],
    last = 0,
    stop?: { readonly at: number; readonly now: () => void },
  ) {
    super({ name, description: "Streams.", repeat: "safe" });
    this.schema = { name, parameters: { type: "object", properties: {} } };
    this.#pace = pace;
    this.#last = last;
    this.stopAt = stop?.at;
    this.#stop = stop?.now;
  }

  readonly #stop: (() => void) | undefined;

  async runJson(): Promise<string> {
    return `${this.name} is done`;
  }

  async *runJsonStream(): AsyncGenerator<StreamItem | string> {
    this.performed += 1;
    for (const [index, wait] of this.#pace.entries()) {
      for (let left = wait; left > 0; left -= 1) await turn();
      if (index === this.stopAt) {
        this.#stop?.();
        await new Promise(() => undefined);
      }
      yield TextMessage({ content: `${this.name}${index}`, source: this.name });
    }
    for (let left = this.#last; left > 0; left -= 1) await turn();
    yield `${this.name} is done`;
  }
}

function agentOf(
  tools: readonly Streaming[],
  names: readonly string[] = tools.map(({ name }) => name),
): AssistantAgent {
  return new AssistantAgent({
    name: "a",
    modelClient: new ScriptedClient([callsOf(...names.map((name) => [name, {}] as const)), "told"]),
    workbench: [new StaticStreamWorkbench({ tools })],
    reflectOnToolUse: true,
  });
}

async function shown(agent: AssistantAgent, journal: Journal | undefined, task?: string): Promise<readonly string[]> {
  const { messages } = await agent.run(task, journal === undefined ? {} : { journal });
  return messages.filter(({ source }) => source !== "a" && source !== "user").map(messageText);
}

async function ordersOf(store: MemoryJournalStore): Promise<readonly JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for await (const entry of store.read("r")) if (entry.e === "value" && entry.k === "order") entries.push(entry);
  return entries;
}

const paces = fc.array(fc.array(fc.nat({ max: 3 }), { maxLength: 4 }), { minLength: 2, maxLength: 3 });
const names = ["x", "y", "z"];
const streaming = (pace: readonly (readonly number[])[], last = 0): readonly Streaming[] =>
  pace.map((items, index) => new Streaming(names[index] ?? "", items, last));

describe("parallel tools that stream", () => {
  test("show their items in the recorded order in a replay, whatever the order was", async () => {
    let mixed = 0;
    await fc.assert(
      fc.asyncProperty(paces, fc.nat({ max: 3 }), async (pace, last) => {
        const store = new MemoryJournalStore();
        const first = await shown(agentOf(streaming(pace, last)), recordTo(store, { runId: "r" }), "Go");
        expect(first.toSorted()).toEqual(
          pace.flatMap((items, tool) => items.map((_, index) => `${names[tool]}${index}`)).toSorted(),
        );
        const tools = streaming(pace);
        const again = await shown(agentOf(tools), replayFrom(store, "r"));
        expect(again).toEqual(first);
        expect(tools.every(({ performed }) => performed === 0)).toBe(true);
        if (first.join() !== first.toSorted().join()) mixed += 1;
      }),
      { numRuns: 60 },
    );
    expect(mixed).toBeGreaterThan(10);
  });

  test("write the order only where two stream", async () => {
    for (const [calls, some] of [
      [["x"], false],
      [["x", "plain"], false],
      [["x", "y"], true],
    ] as const) {
      const store = new MemoryJournalStore();
      const tools = [new Streaming("x", [1, 1]), new Streaming("y", [1, 1])];
      const agent = new AssistantAgent({
        name: "a",
        modelClient: new ScriptedClient([callsOf(...calls.map((name) => [name, {}] as const)), "told"]),
        workbench: [new StaticStreamWorkbench({ tools: [...tools, plainTool()] })],
        reflectOnToolUse: true,
      });
      await agent.run("Go", { journal: recordTo(store, { runId: "r" }) });
      expect((await ordersOf(store)).length > 0).toBe(some);
    }
  });

  test("one that is called twice at once has two strands", async () => {
    const store = new MemoryJournalStore();
    const tool = (): readonly Streaming[] => [new Streaming("x", [2, 0, 1])];
    const first = await shown(agentOf(tool(), ["x", "x"]), recordTo(store, { runId: "r" }), "Go");
    expect(first).toHaveLength(6);
    const again = await shown(agentOf(tool(), ["x", "x"]), replayFrom(store, "r"));
    expect(again).toEqual(first);
  });

  test("aborted in the middle, keep what they have shown; a replay ends there, a resume goes on", async () => {
    const store = new MemoryJournalStore();
    const controller = new AbortController();
    const stop = { at: 2, now: () => controller.abort() };
    const aborted = agentOf([new Streaming("x", [1, 1, 3], 0, stop), new Streaming("y", [0, 1, 1, 30])]);
    const items: string[] = [];
    const look = async (stream: ReturnType<AssistantAgent["runStream"]>): Promise<readonly string[]> => {
      items.length = 0;
      try {
        for await (const item of stream) {
          if (item.type === "TextMessage" && item.source !== "user") items.push(item.content);
        }
      } catch {
        // The abort.
      }
      return [...items];
    };
    const { signal } = controller;
    const first = await look(aborted.runStream("Go", { signal, journal: recordTo(store, { runId: "r" }) }));
    expect(first.length).toBeGreaterThanOrEqual(3);
    const fresh = (): readonly Streaming[] => [new Streaming("x", [1, 1, 3]), new Streaming("y", [0, 1, 1, 30])];
    const replay = replayFrom(store, "r");
    expect(await look(agentOf(fresh()).runStream(undefined, { journal: replay }))).toEqual(first);

    const resumed = new AssistantAgent({
      name: "a",
      modelClient: new ScriptedClient(["told"]),
      workbench: [new StaticStreamWorkbench({ tools: fresh() })],
      reflectOnToolUse: true,
    });
    const went = await shown(resumed, resumeFrom(store, "r"));
    expect(went.toSorted()).toEqual(["x0", "x1", "x2", "y0", "y1", "y2", "y3"]);
    expect(await shown(agentOf(fresh()), replayFrom(store, "r"))).toEqual(went);
  });
});

function plainTool(): BaseTool<string> {
  return new (class extends BaseTool<string> {
    readonly schema: ToolSchema = { name: "plain", parameters: { type: "object", properties: {} } };
    runJson(): Promise<string> {
      return Promise.resolve("plain");
    }
  })({ name: "plain", description: "Plain.", repeat: "safe" });
}
