import { describe, expect, test } from "vitest";
import { Handoff } from "../../base/handoff.ts";
import type { HandoffMessage } from "../../messages/types.ts";
import { typesOf, warningsOf } from "../../testing/collect.ts";
import { ScriptedClient, callsOf, type ScriptedAnswer } from "../../testing/scripted-client.ts";
import { addTool } from "../../testing/tools.ts";
import { AssistantAgent } from "./assistant-agent.ts";

function assistant(...answers: readonly ScriptedAnswer[]): AssistantAgent {
  return new AssistantAgent({
    name: "a",
    modelClient: new ScriptedClient(answers),
    tools: [addTool()],
    handoffs: ["b", new Handoff({ target: "c", message: "Over to c." })],
    reflectOnToolUse: true,
    maxToolIterations: 5,
  });
}

async function handedOver(agent: AssistantAgent): Promise<HandoffMessage> {
  const { chatMessage } = await agent.onMessages([]);
  if (chatMessage.type !== "HandoffMessage") throw new Error(`It answered with a ${chatMessage.type}.`);
  return chatMessage;
}

describe("a handoff", () => {
  test("is offered to the model after the tools", async () => {
    const client = new ScriptedClient(["hi"]);
    const agent = new AssistantAgent({
      name: "a",
      modelClient: client,
      tools: [addTool()],
      handoffs: [{ target: "b" }],
    });
    await agent.run("go");
    expect(client.calls[0]?.options.tools?.map(({ name }) => name)).toEqual(["add", "transfer_to_b"]);
  });

  test("ends the step: no reflection, no further iteration", async () => {
    const agent = assistant(callsOf(["transfer_to_b", {}]));
    const { messages } = await agent.run("go");
    expect(typesOf(messages)).toEqual([
      "TextMessage",
      "ToolCallRequestEvent",
      "ToolCallExecutionEvent",
      "HandoffMessage",
    ]);
    expect(messages.at(-1)).toMatchObject({ target: "b", source: "a", context: [], modelsUsage: undefined });
  });

  test("with an ordinary call beside it: the context holds only that call and its result", async () => {
    const calls = callsOf(["add", { a: 1, b: 2 }], ["transfer_to_c", {}]);
    const message = await handedOver(assistant({ ...calls, thought: "hm" }));
    expect(message.content).toBe("Over to c.");
    expect(message.context).toMatchObject([
      { type: "AssistantMessage", content: [{ name: "add" }], source: "a", thought: "hm" },
      { type: "FunctionExecutionResultMessage", content: [{ name: "add", content: "3" }] },
    ]);
  });

  test("alone, with a thought: the context is one assistant message with the thought", async () => {
    const message = await handedOver(assistant({ ...callsOf(["transfer_to_b", {}]), thought: "b knows" }));
    expect(message.context).toEqual([{ type: "AssistantMessage", content: "b knows", source: "a" }]);
  });

  test("two at once: a warning, and the first is followed", async () => {
    let message: HandoffMessage | undefined;
    const warnings = await warningsOf(async () => {
      message = await handedOver(assistant(callsOf(["transfer_to_c", {}], ["transfer_to_b", {}])));
    });
    expect(message?.target).toBe("c");
    expect(warnings).toEqual([expect.stringMatching(/Multiple handoffs detected: transfer_to_c, transfer_to_b/)]);
  });

  test("surplus arguments are ignored; arguments that do not parse leave the configured message", async () => {
    expect((await handedOver(assistant(callsOf(["transfer_to_c", { reason: "x" }])))).content).toBe("Over to c.");
    expect((await handedOver(assistant(callsOf(["transfer_to_c", "{bad"])))).content).toBe("Over to c.");
  });
});
