import { RoundRobinGroupChat, SocietyOfMindAgent } from "@tesserae/agentchat";
import { MemoryJournalStore, recordTo, replayFrom } from "@tesserae/core";
import { ScriptedClient } from "@tesserae/core/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AssistantsServer } from "../testing/assistants-server.ts";
import { OpenAIAssistantAgent } from "./openai-assistant-agent.ts";

let server: AssistantsServer;
const agents: OpenAIAssistantAgent[] = [];
beforeEach(async () => void (server = await AssistantsServer.start()));
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.close();
  await server.close();
});

function makeAgent(): OpenAIAssistantAgent {
  const agent = new OpenAIAssistantAgent({
    name: "helper",
    description: "Helps",
    model: "gpt-4o",
    instructions: "Be brief.",
    pollInterval: 0.001,
    client: { baseUrl: server.url, apiKey: "sk-test", provider: "openai", retry: { maxRetries: 0 } },
  });
  agents.push(agent);
  return agent;
}

/** Resets its team, and so the agent, after each of its two answers. */
function society(...texts: readonly string[]): RoundRobinGroupChat {
  const team = new RoundRobinGroupChat({ name: "inner", participants: [makeAgent()], maxTurns: 1 });
  const mind = new SocietyOfMindAgent({ name: "mind", team, modelClient: new ScriptedClient([...texts]) });
  return new RoundRobinGroupChat({ participants: [mind], maxTurns: 2 });
}

const deletes = (): number => server.asked.filter(([line]) => line.startsWith("DELETE")).length;
const said = { type: "text", text: { value: "said since", annotations: [] } };

test("a run with a reset in it deletes messages once: a replay deletes nothing of what was said since", async () => {
  server.plans.push([{ text: "1" }], [{ text: "2" }]);
  const store = new MemoryJournalStore();
  const journal = recordTo(store);
  const recorded = await society("One.", "Two.").run("Go", { journal });
  expect(deletes()).toBe(2);
  server.add("user", [said]);
  const before = server.asked.length;
  const replayed = await society().run(undefined, { journal: replayFrom(store, journal.runId ?? "") });
  expect(replayed.messages).toEqual(recorded.messages);
  expect(server.asked).toHaveLength(before);
});

test("a reset that waits for the next turn is part of the state", async () => {
  server.plans.push([{ text: "1" }], [{ text: "2" }]);
  const first = makeAgent();
  await first.run("Go", { journal: recordTo(new MemoryJournalStore()) });
  await first.onReset();
  expect(deletes()).toBe(0);
  const second = makeAgent();
  await second.loadState(await first.saveState());
  await second.run("Again");
  expect(deletes()).toBe(2);
  expect(await second.saveState()).not.toHaveProperty("reset_pending");
});
