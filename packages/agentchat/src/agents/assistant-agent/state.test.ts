import type { JsonObject } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { rejection } from "../../testing/collect.ts";
import { ScriptedClient, type ScriptedAnswer } from "../../testing/scripted-client.ts";
import { AssistantAgent } from "./assistant-agent.ts";

function assistant(...answers: readonly ScriptedAnswer[]): { agent: AssistantAgent; client: ScriptedClient } {
  const client = new ScriptedClient(answers);
  return { client, agent: new AssistantAgent({ name: "a", modelClient: client, systemMessage: null }) };
}

describe("the state of an assistant", () => {
  test("is its model's context, and goes on in a twin", async () => {
    const { agent } = assistant("one");
    await agent.run("go");
    const state = await agent.saveState();
    expect(state).toMatchObject({
      type: "AssistantAgentState",
      version: "1.0.0",
      llm_context: { messages: [{ type: "UserMessage" }, { type: "AssistantMessage", thought: null }] },
    });
    const twin = assistant("two");
    await twin.agent.loadState(structuredClone(state));
    expect(await twin.agent.saveState()).toEqual(state);
    await twin.agent.run("next");
    expect(twin.client.calls[0]?.messages).toHaveLength(3);
  });

  test("of an older form is read; a wrong one is refused", async () => {
    const { agent } = assistant();
    await agent.loadState({ llm_messages: [{ type: "UserMessage", content: "x", source: "u" }] });
    expect(await agent.saveState()).toMatchObject({ llm_context: { messages: [{ content: "x" }] } });
    await agent.loadState({});
    expect(await agent.saveState()).toMatchObject({ llm_context: { messages: [] } });
    expect(String(await rejection(agent.loadState({ llm_context: "x" })))).toMatch(/llm_context/);
    expect(String(await rejection(agent.loadState({ llm_context: { messages: [{ type: "X" }] } })))).toMatch(
      /\/messages\/0/,
    );
  });

  test("saved in a turn holds what the turn has added, which is given again after a load", async () => {
    const states: JsonObject[] = [];
    const { agent } = assistant("one", async () => {
      states.push(await agent.saveState());
      return "two";
    });
    await agent.run("go");
    await agent.run("next");
    expect(states).toMatchObject([{ llm_context: { messages: [{}, {}, { content: "next" }], turn_began: 2 } }]);
    expect(await agent.saveState()).not.toHaveProperty("llm_context.turn_began");
    const twin = assistant("two");
    for (const state of states) await twin.agent.loadState(structuredClone(state));
    await twin.agent.run("next");
    expect(await twin.agent.saveState()).toEqual(await agent.saveState());
  });

  test("a reset clears the context", async () => {
    const { agent, client } = assistant("one", "two");
    await agent.run("go");
    await agent.onReset();
    await agent.run("again");
    expect(client.calls[1]?.messages).toHaveLength(1);
  });
});
