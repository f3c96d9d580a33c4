import { tool, type Tool } from "@tesserae/core";
import { expect, test } from "vitest";
import { ScriptedClient, callsOf } from "../../testing/scripted-client.ts";
import { AssistantAgent } from "./assistant-agent.ts";

/** What happens when a model calls `slow` and then `quick`; `slow` takes longer. */
async function order(parallelToolCalls: boolean | undefined): Promise<readonly string[]> {
  const log: string[] = [];
  const noting = (name: string, steps: number): Tool =>
    tool({
      name,
      description: name,
      parameters: { type: "object", properties: {} },
      execute: async () => {
        log.push(`${name} begins`);
        for (let left = steps; left > 0; left -= 1) await new Promise((resolve) => setImmediate(resolve));
        log.push(`${name} ends`);
        if (name === "slow") throw new Error("no luck");
        return name;
      },
    });
  const agent = new AssistantAgent({
    name: "a",
    modelClient: new ScriptedClient([callsOf(["slow", {}], ["quick", {}])]),
    tools: [noting("slow", 5), noting("quick", 1)],
    parallelToolCalls,
  });
  const { messages } = await agent.run("go");
  const execution = messages.find(({ type }) => type === "ToolCallExecutionEvent");
  expect(execution).toMatchObject({
    content: [
      { name: "slow", content: "no luck", isError: true },
      { name: "quick", content: "quick", isError: false },
    ],
  });
  return log;
}

test("tool calls run at once by default; with parallelToolCalls false one after another, also after one that fails", async () => {
  expect(await order(undefined)).toEqual(["slow begins", "quick begins", "quick ends", "slow ends"]);
  expect(await order(false)).toEqual(["slow begins", "slow ends", "quick begins", "quick ends"]);
});
