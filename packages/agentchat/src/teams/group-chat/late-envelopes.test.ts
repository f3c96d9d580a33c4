import { SingleThreadedAgentRuntime, isObject } from "@tesserae/core";
import { expect, test } from "vitest";
import { SayingAgent } from "../../testing/team-agents.ts";
import { RoundRobinGroupChat } from "../round-robin-group-chat/round-robin-group-chat.ts";

// A shared runtime lets timers run after every few messages. Leaving the stream just before that leaves an envelope of
// the run in the queue, which is delivered when the next run has begun: so every place is tried.
test("an envelope of a run that was left, delivered in the next run, does nothing there but being heard", async () => {
  const runtime = new SingleThreadedAgentRuntime({ yieldEvery: 3 });
  runtime.start();
  for (let turns = 1; turns <= 24; turns += 1) {
    const team = new RoundRobinGroupChat({
      participants: [new SayingAgent("a", "a"), new SayingAgent("b", "b")],
      maxTurns: 1000,
      runtime,
    });
    let shown = 0;
    for await (const item of team.runStream("Go")) {
      if (item.type === "TextMessage" && item.source !== "user") shown += 1;
      if (shown === turns) break;
    }
    let more = 0;
    for await (const item of team.runStream()) {
      if (item.type === "TextMessage") more += 1;
      if (more === 5) break;
    }
    const { agent_states: states } = await team.saveState();
    const manager = isObject(states) ? states["RoundRobinGroupChatManager"] : undefined;
    const thread = isObject(manager) && Array.isArray(manager["message_thread"]) ? manager["message_thread"] : [];
    const sources = thread.slice(1).map((message: unknown) => (isObject(message) ? message["source"] : undefined));
    expect(sources.length).toBeGreaterThanOrEqual(turns + 4);
    expect(sources).toEqual(sources.map((_, index) => (index % 2 === 0 ? "a" : "b")));
    await team.close();
  }
  await runtime.close();
});
