import { MemoryJournalStore, dumpComponent, recordTo, replayFrom, type CreateResult } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { rejection } from "../../testing/collect.ts";
import { linesOf } from "../../testing/run-items.ts";
import {
  SCRIPTED_USAGE,
  ScriptedClient,
  answerOf,
  callsOf,
  type ScriptedAnswer,
} from "../../testing/scripted-client.ts";
import { addTool } from "../../testing/tools.ts";
import { AssistantAgent } from "./assistant-agent.ts";
import type { AssistantAgentOptions } from "./options.ts";
import { hasToolCall, stepCountIs } from "./stop-conditions.ts";
import type { PrepareStepState, StopWhenState } from "./tool-loop.ts";

const call = (name = "add", a = 1): CreateResult => callsOf([name, { a, b: 1 }]);

function assistant(
  answers: readonly ScriptedAnswer[],
  options: Partial<AssistantAgentOptions>,
): {
  readonly it: AssistantAgent;
  readonly model: ScriptedClient;
} {
  const model = new ScriptedClient(answers);
  const tools = [addTool(), addTool("plus")];
  return { it: new AssistantAgent({ name: "a", modelClient: model, tools, ...options }), model };
}

describe("stopWhen", () => {
  test.each([0, -1, 1.5, Number.NaN])("stepCountIs(%d) would never be reached, and is refused", (count) => {
    expect(() => stepCountIs(count)).toThrow(/whole number above 0/);
  });

  test("lifts the limit of one round; the loop ends by a text", async () => {
    const { it, model } = assistant([call(), call(), call(), "done"], { stopWhen: [] });
    expect(linesOf((await it.run("x")).messages).at(-1)).toBe("a: done");
    expect(model.calls).toHaveLength(4);
  });

  test("ends the loop as maxToolIterations does: with the summary of the last round, or a reflection", async () => {
    const { it, model } = assistant([call(), call("add", 2), call()], { stopWhen: stepCountIs(2) });
    expect(linesOf((await it.run("x")).messages).at(-1)).toBe("a: 3");
    expect(model.calls).toHaveLength(2);
    const reflecting = assistant([call(), "one and one is two"], { stopWhen: stepCountIs(1), reflectOnToolUse: true });
    expect(linesOf((await reflecting.it.run("x")).messages).at(-1)).toBe("a: one and one is two");
    expect(reflecting.model.calls[1]?.options.toolChoice).toBe("none");
  });

  test("maxToolIterations holds beside it", async () => {
    const { it, model } = assistant([call(), call(), call()], { stopWhen: stepCountIs(9), maxToolIterations: 2 });
    await it.run("x");
    expect(model.calls).toHaveLength(2);
  });

  test("a list ends the loop when one says so; each is told what was called, what came of it and what it used", async () => {
    const states: StopWhenState[] = [];
    const { it, model } = assistant([{ ...call(), thought: "hm" }, call("plus", 5), call()], {
      stopWhen: [
        (state) => {
          states.push(state);
          return Promise.resolve(false);
        },
        hasToolCall("plus"),
      ],
    });
    await it.run("x");
    expect(model.calls).toHaveLength(2);
    expect(states.map(({ steps }) => steps.length)).toEqual([1, 2]);
    expect(states[1]?.steps[0]).toMatchObject({ thought: "hm", usage: SCRIPTED_USAGE });
    expect(states[1]?.steps[1]).toMatchObject({
      toolCalls: [{ name: "plus" }],
      toolResults: [{ content: "6", isError: false }],
    });
    expect(states[1]?.usage).toEqual({ promptTokens: 20, completionTokens: 10 });
  });

  test("is asked no more after a handoff, and its answers are recorded", async () => {
    let asked = 0;
    const stopWhen = (): boolean => {
      asked += 1;
      return asked > 1;
    };
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    const { it } = assistant([call(), call("transfer_to_b")], { stopWhen, handoffs: ["b"] });
    const result = await it.run("x", { journal });
    expect(result.messages.at(-1)?.type).toBe("HandoffMessage");
    expect(asked).toBe(1);
    const again = assistant([], { stopWhen: () => true, handoffs: ["b"] });
    const replayed = await again.it.run(undefined, { journal: replayFrom(store, journal.runId ?? "") });
    expect(replayed.messages).toEqual(result.messages);
  });

  test("an error in it ends the run", async () => {
    const { it } = assistant([call()], {
      stopWhen: () => {
        throw new TypeError("no idea");
      },
    });
    expect(String(await rejection(it.run("x")))).toContain("no idea");
  });
});

describe("prepareStep", () => {
  test("changes one call: instructions, messages, tools, choice, parameters, model", async () => {
    const other = new ScriptedClient([call("plus")]);
    const states: PrepareStepState[] = [];
    const { it, model } = assistant([call(), "done"], {
      stopWhen: [],
      prepareStep: (state) => {
        states.push(state);
        if (state.stepNumber === 0) {
          return {
            systemMessage: "Be brief.",
            messages: state.messages.slice(-1),
            activeTools: ["add"],
            toolChoice: "required",
            extraCreateArgs: { temperature: 0 },
          };
        }
        return state.stepNumber === 1 ? { modelClient: other, systemMessage: null } : undefined;
      },
    });
    await it.run(["one", "two"].map((content) => ({ ...TEXT, content })));
    expect(model.calls[0]?.messages).toMatchObject([{ content: "Be brief." }, { content: "two" }]);
    expect(model.calls[0]?.options).toMatchObject({ toolChoice: "required", extraCreateArgs: { temperature: 0 } });
    expect(model.calls[0]?.options.tools?.map(({ name }) => name)).toEqual(["add"]);
    expect(other.calls[0]?.messages.map(({ type }) => type)).not.toContain("SystemMessage");
    expect(other.calls[0]?.options.tools).toHaveLength(2);
    // What held for the first calls is over.
    expect(model.calls[1]?.messages.map(({ type }) => type)).toEqual([
      "SystemMessage",
      "UserMessage",
      "UserMessage",
      "AssistantMessage",
      "FunctionExecutionResultMessage",
      "AssistantMessage",
      "FunctionExecutionResultMessage",
    ]);
    expect(model.calls[1]?.options.toolChoice).toBeUndefined();
    expect(states.map(({ stepNumber, steps }) => [stepNumber, steps.length])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    expect(states[0]?.tools.map(({ name }) => name)).toEqual(["add", "plus"]);
  });

  test("a tool that is not active is not run, though the model calls it", async () => {
    const { it } = assistant([call("plus"), "done"], { prepareStep: () => ({ activeTools: ["add"] }) });
    expect(linesOf((await it.run("x")).messages).at(-1)).toContain("'plus' not found");
  });

  test("nor is a handoff that is not active followed, though the model calls it", async () => {
    const { it } = assistant([callsOf(["transfer_to_b", {}]), "done"], {
      handoffs: ["b"],
      prepareStep: () => ({ activeTools: ["add"] }),
    });
    const { messages } = await it.run("x");
    expect(messages.at(-1)?.type).toBe("ToolCallSummaryMessage");
    expect(linesOf(messages).at(-1)).toContain("'transfer_to_b' not found");
  });

  test("a name that no tool has is an error that names those there are", async () => {
    const { it } = assistant([], { prepareStep: () => ({ activeTools: ["minus"] }) });
    expect(String(await rejection(it.run("x")))).toMatch(/minus.*add, plus/);
  });

  test("a reflection is offered none of the active tools either", async () => {
    const { it, model } = assistant([call(), "two"], {
      reflectOnToolUse: true,
      prepareStep: () => ({ activeTools: ["add"] }),
    });
    expect((await it.run("x")).messages.at(-1)).toMatchObject({ type: "TextMessage", content: "two" });
    expect(model.calls[1]?.options.tools).toBeUndefined();
  });

  test("a reflection is prepared too, and stays without tools", async () => {
    const seen: unknown[] = [];
    const { it, model } = assistant([call(), "two"], {
      reflectOnToolUse: true,
      prepareStep: ({ purpose, tools }) => {
        seen.push([purpose, tools.length]);
        return { systemMessage: purpose, toolChoice: "auto" };
      },
    });
    await it.run("x");
    expect(seen).toEqual([
      ["reply", 2],
      ["reflect", 0],
    ]);
    expect(model.calls[1]?.options).toMatchObject({ toolChoice: "none" });
    expect(model.calls[1]?.messages[0]).toMatchObject({ content: "reflect" });
  });

  test("the request that went out is recorded: prepared otherwise, a replay differs", async () => {
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    const prepareStep = (word: string): Partial<AssistantAgentOptions> => ({
      prepareStep: () => ({ systemMessage: word }),
    });
    await assistant(["done"], prepareStep("one")).it.run("x", { journal });
    const replay = (word: string): Promise<unknown> =>
      assistant([], prepareStep(word)).it.run(undefined, { journal: replayFrom(store, journal.runId ?? "") });
    expect(await rejection(replay("two"))).toMatchObject({ code: "ERR_JOURNAL_DIVERGED" });
    await expect(replay("one")).resolves.toMatchObject({ status: "finished" });
  });
});

const TEXT = {
  type: "TextMessage",
  source: "user",
  metadata: {},
  id: "1",
  createdAt: "",
  modelsUsage: undefined,
} as const;

test.each<[string, Partial<AssistantAgentOptions>]>([
  ["middleware", { middleware: [{ modelCall: (_, next) => next() }] }],
  ["prepareStep", { prepareStep: () => undefined }],
  ["stopWhen", { stopWhen: stepCountIs(2) }],
])("an agent with %s cannot be written to JSON, and says why", (name, options) => {
  const { it } = assistant([answerOf({ content: "x" })], options);
  const dump = (): unknown => dumpComponent(it);
  expect(dump).toThrow(`has a ${name}`);
  expect(dump).toThrow(expect.objectContaining({ code: "ERR_COMPONENT_NOT_SERIALIZABLE" }));
});
