import { expect, test } from "vitest";
import { warningsOf } from "../../testing/collect.ts";
import { linesOf } from "../../testing/run-items.ts";
import { ScriptedClient } from "../../testing/scripted-client.ts";
import { SayingAgent } from "../../testing/team-agents.ts";
import { SelectorGroupChat } from "./selector-group-chat.ts";

test("when the model names nobody in all its attempts, a warning says who speaks instead and what to do", async () => {
  const modelClient = new ScriptedClient(["nobody", "x", "y", "b", "nobody", "x", "y"]);
  const participants = ["a", "b", "c"].map((name) => new SayingAgent(name, name));
  const team = new SelectorGroupChat({ participants, modelClient, maxTurns: 3 });
  let lines: readonly string[] = [];
  const warnings = await warningsOf(async () => {
    lines = linesOf((await team.run("Go")).messages);
  });
  // The first participant where nobody spoke before, else the one who spoke last.
  expect(lines).toEqual(["user: Go", "a: a", "b: b", "b: b"]);
  expect(warnings).toEqual([
    expect.stringMatching(/no valid speaker in 3 attempts; 'a' speaks.*selectorFunc/),
    expect.stringMatching(/no valid speaker in 3 attempts; 'b' speaks/),
  ]);
});
