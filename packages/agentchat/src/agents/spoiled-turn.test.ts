import type { Json, JsonObject } from "@tesserae/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChatAgent } from "../base/chat-agent.ts";
import { Till, buyer } from "../testing/buyers.ts";
import { rejection } from "../testing/collect.ts";
import { readStream } from "../testing/run-items.ts";
import { ScriptedClient } from "../testing/scripted-client.ts";
import { ScriptedExecutor } from "../testing/scripted-executor.ts";
import { CodeExecutorAgent } from "./code-executor-agent/code-executor-agent.ts";
import { UserProxyAgent } from "./user-proxy-agent/user-proxy-agent.ts";

const AGENTS: readonly (readonly [string, () => ChatAgent])[] = [
  ["an assistant", () => buyer(new Till())],
  [
    "an agent that runs code",
    () =>
      new CodeExecutorAgent({
        name: "coder",
        codeExecutor: new ScriptedExecutor([]),
        modelClient: new ScriptedClient(["Nothing to do."]),
        requiresApproval: true,
      }),
  ],
  ["a person's agent", () => new UserProxyAgent({ name: "human", inputFunc: () => "Yes." })],
];

/** The state of an agent with another open turn. */
async function stateWith(agent: ChatAgent, turn: Json): Promise<JsonObject> {
  return { ...(await agent.saveState()), open_turn: turn };
}

describe.each(AGENTS)("%s", (_what, make) => {
  test.each([
    ["a text", "turn"],
    ["nothing", null],
    ["a list", []],
    ["a text in the place of a list", { heard: "all" }],
    ["an answer that is none", { answers: [null] }],
    ["what was shown, and is nothing", { shown: [null] }],
    ["a result whose ordinal is a text", { results: [["0", { content: "paid" }]] }],
    ["a result that is none", { results: [[0, null]] }],
    ["a decision without an ordinal", { decisions: [{ approved: true }] }],
    ["a question that is none", { pending_inputs: [[0]] }],
  ])("refuses a turn that waits and is %s, and stays as it was", async (_kind, turn) => {
    const agent = make();
    await agent.run("Hello.").catch(() => undefined);
    const before = await agent.saveState();
    const error = await rejection(agent.loadState(await stateWith(agent, turn)));
    expect(error).toMatchObject({ code: "ERR_INVALID_ARGUMENT", message: expect.stringContaining('"open_turn"') });
    expect(await agent.saveState()).toEqual(before);
  });

  test("tells in words what is wrong with a turn, at the latest when it would go on with it", async () => {
    const entry = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.tuple(fc.nat(2), fc.jsonValue({ maxDepth: 1 })));
    const list = fc.oneof({ weight: 5, arbitrary: fc.array(entry, { maxLength: 3 }) }, { weight: 1, arbitrary: entry });
    const turns = fc.record(
      {
        agent: fc.string(),
        heard: fc.constant([]),
        context: list,
        answers: list,
        results: list,
        begun: list,
        decisions: list,
        shown: list,
        pending_inputs: list,
      },
      { requiredKeys: ["heard"] },
    );
    await fc.assert(
      fc.asyncProperty(turns, async (turn) => {
        const agent = make();
        const state = await stateWith(agent, JSON.parse(JSON.stringify(turn)) as Json);
        let outcome: unknown;
        try {
          await agent.loadState(state);
          outcome = (await readStream(agent.runStream())).error;
        } catch (error) {
          outcome = error;
        }
        if (outcome !== undefined) expect(outcome).toMatchObject({ code: expect.stringMatching(/^ERR_/) });
      }),
    );
  });
});
