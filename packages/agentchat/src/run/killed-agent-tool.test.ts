import { MemoryJournalStore, recordTo, replayFrom, resumeFrom, tool } from "@tesserae/core";
import { expect, test } from "vitest";
import type { TaskResult } from "../base/task.ts";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import { MortalStore } from "../testing/mortal-store.ts";
import { ScriptedClient, callsOf } from "../testing/scripted-client.ts";
import { AgentTool } from "../tools/agent-tool.ts";

/** A boss who asks the same buyer twice at once; each time the buyer pays whom the task names, and must not do so again. */
function makeBoss(paid: string[], isDead: () => boolean = () => false): AssistantAgent {
  const pay = tool({
    name: "pay",
    description: "Pays.",
    parameters: { type: "object", properties: { to: { type: "string" } } },
    execute: async ({ to }) => {
      if (isDead()) return new Promise<string>(() => undefined);
      paid.push(String(to));
      await new Promise((resolve) => setImmediate(resolve));
      return `paid ${String(to)}`;
    },
  });
  const client: ScriptedClient = new ScriptedClient(
    Array.from({ length: 4 }, () => () => {
      const last = client.calls.at(-1)?.messages.at(-1);
      return typeof last?.content === "string" ? callsOf(["pay", { to: last.content }]) : "bought";
    }),
  );
  const buyer = new AssistantAgent({ name: "buyer", modelClient: client, tools: [pay], reflectOnToolUse: true });
  const bossModel: ScriptedClient = new ScriptedClient(
    Array.from({ length: 2 }, () => () => {
      const asked = bossModel.calls.at(-1)?.messages.at(-1)?.type === "UserMessage";
      return asked ? callsOf(["buyer", { task: "Ada" }], ["buyer", { task: "Bob" }]) : "done";
    }),
  );
  const tools = [new AgentTool({ agent: buyer })];
  return new AssistantAgent({ name: "boss", modelClient: bossModel, tools, reflectOnToolUse: true });
}

/** What was said and done, without ids and times. */
function shape({ messages }: TaskResult): readonly unknown[] {
  return messages.map(({ source, type, ...rest }) => [source, type, "content" in rest ? rest.content : undefined]);
}

test("an agent that is a tool twice at once, killed after any entry, is resumed to its end: each call is made once", async () => {
  const store = new MemoryJournalStore();
  const whole = await makeBoss([]).run("Go.", { journal: recordTo(store, { runId: "r", seed: "s" }) });
  let entries = 0;
  for await (const _ of store.read("r")) entries += 1;
  expect(entries).toBeGreaterThan(15);
  let inDoubt = 0;
  for (let dieAfter = 1; dieAfter < entries; dieAfter += 1) {
    const moment = `killed after entry ${dieAfter}`;
    const mortal = new MortalStore();
    mortal.dieAfter = dieAfter;
    const died = new Promise<void>((resolve) => (mortal.die = resolve));
    const paid: string[] = [];
    const dying = makeBoss(paid, () => mortal.dead).run("Go.", {
      journal: recordTo(mortal, { runId: "r", seed: "s" }),
    });
    await Promise.race([died, dying]);
    mortal.dead = false;
    mortal.dieAfter = Number.POSITIVE_INFINITY;
    const result = await makeBoss(paid).run(undefined, { journal: resumeFrom(mortal, "r") });
    expect(result.status, moment).toBe("finished");
    expect(new Set(paid).size, moment).toBe(paid.length);
    // A payment that had begun when the process died may have been made: the buyer is told so.
    if (JSON.stringify(result.messages).includes("outcome is unknown")) inDoubt += 1;
    else {
      expect(shape(result), moment).toEqual(shape(whole));
      expect(paid, moment).toEqual(["Ada", "Bob"]);
    }
    const replayed = await makeBoss([]).run(undefined, { journal: replayFrom(mortal, "r") });
    expect(replayed.messages, moment).toEqual(result.messages);
  }
  expect(inDoubt).toBeLessThan(entries / 2);
});
