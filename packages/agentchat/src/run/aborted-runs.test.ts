import {
  MemoryJournalStore,
  raceSignal,
  recordTo,
  replayFrom,
  resumeFrom,
  tool,
  type JournalEntry,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import { CodeExecutorAgent } from "../agents/code-executor-agent/code-executor-agent.ts";
import { UserProxyAgent } from "../agents/user-proxy-agent/user-proxy-agent.ts";
import type { ChatAgent } from "../base/chat-agent.ts";
import type { TaskResult } from "../base/task.ts";
import type { StreamItem } from "../messages/types.ts";
import { RoundRobinGroupChat } from "../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { ScriptedClient, callsOf, type ScriptedAnswer } from "../testing/scripted-client.ts";
import { ScriptedExecutor } from "../testing/scripted-executor.ts";

/** What never ends by itself; in the run that is aborted it says when it began. */
type Begun = () => void;

const deaf = (): Promise<never> => new Promise(() => undefined);

/** A model whose stream stands still after two pieces, the first time. */
class Stalling extends ScriptedClient {
  readonly #begun: Begun | undefined;

  constructor(answers: readonly ScriptedAnswer[], begun: Begun | undefined) {
    super(answers);
    this.#begun = begun;
  }

  override async *createStream(
    ...args: Parameters<ScriptedClient["createStream"]>
  ): ReturnType<ScriptedClient["createStream"]> {
    let count = 0;
    for await (const item of super.createStream(...args)) {
      yield item;
      count += 1;
      if (count === 2 && this.#begun !== undefined) {
        this.#begun();
        await deaf();
      }
    }
  }
}

/** Each kind of effect that an abort can come into: the agent that begins it, and stops there when it is given `begun`. */
const agents: { readonly [kind: string]: (begun?: Begun) => ChatAgent } = {
  "model:reply": (begun) =>
    new AssistantAgent({
      name: "a",
      modelClient: new Stalling(["one two three"], begun),
      modelClientStream: true,
    }),
  "tool:wait": (begun) =>
    new AssistantAgent({
      name: "a",
      modelClient: new ScriptedClient([...(begun === undefined ? [] : [callsOf(["wait", {}])]), "told"]),
      tools: [
        tool({
          name: "wait",
          description: "Waits.",
          parameters: { type: "object", properties: {} },
          repeat: "safe",
          execute: async () => {
            if (begun === undefined) return "waited";
            begun();
            return deaf();
          },
        }),
      ],
      reflectOnToolUse: true,
    }),
  "exec:code": (begun) =>
    new CodeExecutorAgent({
      name: "a",
      codeExecutor: new ScriptedExecutor([
        ({ signal }) => {
          begun?.();
          return raceSignal(deaf(), signal);
        },
      ]),
      approvalFunc: () => ({ approved: true, reason: "" }),
    }),
  "input:request": (begun) =>
    new UserProxyAgent({
      name: "a",
      inputFunc: () => {
        if (begun === undefined) return "yes";
        begun();
        return deaf();
      },
    }),
};

async function watched(
  runner: ChatAgent | RoundRobinGroupChat,
  options: NonNullable<Parameters<ChatAgent["runStream"]>[1]>,
  task?: string,
): Promise<{
  readonly items: readonly StreamItem[];
  readonly result: TaskResult | undefined;
  readonly error: unknown;
}> {
  const items: StreamItem[] = [];
  let result: TaskResult | undefined;
  try {
    for await (const item of runner.runStream(task, options)) {
      if (item.type === "TaskResult") result = item;
      else items.push(item);
    }
  } catch (error) {
    return { items, result, error };
  }
  return { items, result, error: undefined };
}

async function entriesOf(store: MemoryJournalStore): Promise<readonly JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for await (const entry of store.read("r")) entries.push(entry);
  return entries;
}

const isSettle = (entry: JournalEntry): entry is Extract<JournalEntry, { readonly e: "settle" }> =>
  entry.e === "settle";
const TASK = "Go\n```python\nprint(1)\n```";
const shapes = {
  "an agent": (agent: ChatAgent): ChatAgent => agent,
  "a team": (agent: ChatAgent): RoundRobinGroupChat => new RoundRobinGroupChat({ participants: [agent], maxTurns: 1 }),
  "a team in a team": (agent: ChatAgent): RoundRobinGroupChat =>
    new RoundRobinGroupChat({
      participants: [new RoundRobinGroupChat({ name: "inner", participants: [agent], maxTurns: 1 })],
      maxTurns: 1,
    }),
};

describe.each(Object.entries(shapes))("a run of %s that is aborted", (_shape, shape) => {
  test.each(Object.entries(agents))(
    "in an effect %s settles it as aborted, replays equal, and goes on when it is resumed",
    async (kind, make) => {
      const store = new MemoryJournalStore();
      const controller = new AbortController();
      const agent = make(() => setImmediate(() => controller.abort(new Error("enough"))));
      const options = { signal: controller.signal, journal: recordTo(store, { runId: "r" }) };
      const first = await watched(shape(agent), options, TASK);
      expect(first.result?.status).toBe("aborted");

      const entries = await entriesOf(store);
      const at = entries.findIndex(({ e }) => e === "signal");
      const after = entries.slice(at + 1).filter(({ e }) => e !== "blob" && e !== "value");
      expect(after.map(({ e }) => e)).toEqual(["settle", "end"]);
      const [settle] = after.filter(isSettle);
      expect(settle).toMatchObject({ o: "aborted", error: { code: "ERR_ABORTED" } });
      expect(settle?.a).toContain(`!${kind}[0]`);
      if (kind === "model:reply") expect(settle?.s).toEqual({ x: ["one ", "two "] });

      const replayed = await watched(shape(make()), { journal: replayFrom(store, "r") });
      expect(replayed.result).toEqual({ ...first.result, error: replayed.result?.error });
      expect(replayed.items.map(({ type }) => type)).toEqual(first.items.map(({ type }) => type));
      expect(replayed.error).toMatchObject({ code: "ERR_ABORTED" });

      const resumed = await watched(shape(make()), { journal: resumeFrom(store, "r") });
      expect(resumed.error).toBeUndefined();
      expect(resumed.result?.status).toBe("finished");
      const answer = resumed.result?.messages.at(-1);
      const said: { readonly [kind: string]: string } = {
        "model:reply": "one two three",
        "tool:wait": "told",
        "input:request": "yes",
      };
      if (answer?.type !== "TextMessage") throw new Error("The run ends with a text.");
      expect(answer.content).toMatch(said[kind] ?? /outcome is unknown/);

      const again = await watched(shape(make()), { journal: replayFrom(store, "r") });
      expect(again.error).toBeUndefined();
      expect(again.result?.messages).toEqual(resumed.result?.messages);
    },
  );

  test("by leaving its stream is recorded in the same way", async () => {
    const store = new MemoryJournalStore();
    const make = agents["model:reply"];
    if (make === undefined) throw new Error("There is a model.");
    for await (const item of shape(make(() => undefined)).runStream("Go", {
      journal: recordTo(store, { runId: "r" }),
    })) {
      if (item.type === "ModelClientStreamingChunkEvent") break;
    }
    const kinds = (await entriesOf(store)).map((entry) => (entry.e === "settle" ? entry.o : entry.e));
    expect(kinds.filter((kind) => kind !== "blob" && kind !== "value")).toEqual([
      "run",
      "begin",
      "signal",
      "aborted",
      "end",
    ]);
    const resumed = await shape(make()).run(undefined, { journal: resumeFrom(store, "r") });
    expect(resumed.status).toBe("finished");
  });
});

test("one tool of several was done when the abort came: it is not called again, the model hears of both", async () => {
  const store = new MemoryJournalStore();
  const controller = new AbortController();
  const called: string[] = [];
  const make = (aborts: boolean): AssistantAgent => {
    const quick = tool({
      name: "quick",
      description: "Is quick.",
      parameters: { type: "object", properties: {} },
      execute: async () => {
        called.push("quick");
        return "quick is done";
      },
    });
    const slow = tool({
      name: "slow",
      description: "Is slow.",
      parameters: { type: "object", properties: {} },
      execute: async () => {
        called.push("slow");
        // After the quick one had its place.
        for (let left = 10; left > 0; left -= 1) await new Promise(setImmediate);
        controller.abort();
        return deaf();
      },
    });
    return new AssistantAgent({
      name: "a",
      modelClient: new ScriptedClient([...(aborts ? [callsOf(["quick", {}], ["slow", {}])] : []), "I know"]),
      tools: [quick, slow],
      reflectOnToolUse: true,
    });
  };
  await watched(make(true), { signal: controller.signal, journal: recordTo(store, { runId: "r" }) }, "Go");
  const resumed = await make(false).run(undefined, { journal: resumeFrom(store, "r") });
  const execution = resumed.messages.find(({ type }) => type === "ToolCallExecutionEvent");
  if (execution?.type !== "ToolCallExecutionEvent") throw new Error("The calls have results.");
  expect(execution.content.map(({ content }) => content)).toEqual([
    "quick is done",
    expect.stringContaining("outcome is unknown"),
  ]);
  expect(called).toEqual(["quick", "slow"]);
});
