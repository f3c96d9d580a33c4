import {
  MemoryJournalStore,
  answer,
  dumpComponent,
  readRun,
  recordTo,
  replayFrom,
  resumeFrom,
  type CodeResult,
  type OpenRunOptions,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { warningsOf } from "../../testing/collect.ts";
import { linesOf, readStream } from "../../testing/run-items.ts";
import { ScriptedClient } from "../../testing/scripted-client.ts";
import { ScriptedExecutor } from "../../testing/scripted-executor.ts";
import { CodeExecutorAgent } from "./code-executor-agent.ts";

const BLOCK = "```sh\nrm -r old\n```";
const GOOD: CodeResult = { exitCode: 0, output: "gone\n" };
const BLOCKS = [{ language: "sh", code: "rm -r old\n" }];

type Approvals = Pick<OpenRunOptions, "approve" | "toolPolicy">;

function runner(): { readonly agent: CodeExecutorAgent; readonly executor: ScriptedExecutor } {
  const executor = new ScriptedExecutor([GOOD, GOOD]);
  return { agent: new CodeExecutorAgent({ name: "runner", codeExecutor: executor, requiresApproval: true }), executor };
}

describe("code that must be approved", () => {
  test("is put to whoever approves as a call of run_code, and runs as it was approved", async () => {
    const { agent, executor } = runner();
    const asked: unknown[] = [];
    const approvals: Approvals = {
      approve: ({ name, arguments: args, agent: who }) => {
        asked.push([who, name, args]);
        return true;
      },
    };
    expect(linesOf((await agent.run(BLOCK, approvals)).messages).at(-1)).toBe("runner: gone\n");
    expect(asked).toEqual([["runner", "run_code", { blocks: BLOCKS }]]);
    expect(executor.executed).toEqual([BLOCKS]);
  });

  test.each<readonly [Approvals, readonly unknown[], string]>([
    [{ approve: () => false }, [], "was not approved"],
    [{ toolPolicy: () => ({ approved: false, reason: "no shell here" }) }, [], "Reason: no shell here"],
    [{ toolPolicy: () => "allow" }, [BLOCKS], "gone"],
    [
      { approve: () => ({ approved: true, arguments: { blocks: [{ language: "sh", code: "ls old" }] } }) },
      [[{ language: "sh", code: "ls old" }]],
      "gone",
    ],
    [{ approve: () => ({ approved: true, arguments: { blocks: "ls" } }) }, [], "was not approved"],
  ])("%#: does what policies and people say", async (approvals, executed, says) => {
    const { agent, executor } = runner();
    expect(linesOf((await agent.run(BLOCK, approvals)).messages).at(-1)).toContain(says);
    expect(executor.executed).toEqual(executed);
  });

  test("waits in the journal, and is run once when it was approved from elsewhere", async () => {
    const store = new MemoryJournalStore();
    const first = runner();
    const { result } = await readStream(first.agent.runStream(BLOCK, { journal: recordTo(store, { runId: "r" }) }));
    expect(result?.status).toBe("waiting");
    const { inputs } = (await readRun(store, "r")).summary;
    expect(inputs).toMatchObject([{ path: "/runner[0]", tool: { name: "run_code", arguments: { blocks: BLOCKS } } }]);
    await answer(store, "r", inputs[0]?.requestId ?? "", "approve");
    const second = runner();
    const resumed = await second.agent.run(undefined, { journal: resumeFrom(store, "r") });
    expect(first.executor.executed).toEqual([]);
    expect(second.executor.executed).toEqual([BLOCKS]);
    expect(await runner().agent.run(undefined, { journal: replayFrom(store, "r") })).toEqual(resumed);
  });

  test("of every attempt of a model is asked for", async () => {
    const executor = new ScriptedExecutor([{ exitCode: 1, output: "failed" }, GOOD]);
    const retry = JSON.stringify({ reason: "a typo", retry: true });
    const agent = new CodeExecutorAgent({
      name: "coder",
      codeExecutor: executor,
      modelClient: new ScriptedClient([BLOCK, retry, BLOCK, "done"]),
      maxRetriesOnError: 1,
      requiresApproval: true,
    });
    let asked = 0;
    const approvals: Approvals = {
      approve: () => {
        asked += 1;
        return true;
      },
    };
    await agent.run("Go.", approvals);
    expect(asked).toBe(2);
    expect(executor.executed).toHaveLength(2);
  });

  test("stands in the JSON of the agent, and nobody is warned of unreviewed code", async () => {
    expect(await warningsOf(() => runner())).toEqual([]);
    expect(() => dumpComponent(runner().agent)).toThrow(/ScriptedExecutor/);
    expect(CodeExecutorAgent.component.schema).toMatchObject({
      properties: { requires_approval: { type: "boolean" } },
    });
  });
});
