import { SingleThreadedAgentRuntime } from "@tesserae/core";
import { expect, test } from "vitest";
import { rejection } from "../../testing/collect.ts";
import { linesOf } from "../../testing/run-items.ts";
import { SayingAgent } from "../../testing/team-agents.ts";
import { RoundRobinGroupChat } from "../round-robin-group-chat/round-robin-group-chat.ts";

test("a team that is closed leaves nothing in the runtime that it shares, nor do the teams in it", async () => {
  const runtime = new SingleThreadedAgentRuntime();
  runtime.start();
  const inner = new RoundRobinGroupChat({
    name: "inner",
    participants: [new SayingAgent("x", "x")],
    maxTurns: 1,
    runtime,
  });
  const other = new RoundRobinGroupChat({ participants: [new SayingAgent("o", "o")], maxTurns: 1, runtime });
  const team = new RoundRobinGroupChat({ participants: [inner, new SayingAgent("a", "a")], maxTurns: 2, runtime });
  await other.run("Go.");
  const before = runtime.subscriptions.length;
  await team.run("Go.");
  expect(runtime.subscriptions.length).toBeGreaterThan(before);
  await team.close();
  expect(runtime.subscriptions).toHaveLength(before);
  expect(Object.keys(await runtime.saveState())).toHaveLength(2);
  expect(linesOf((await other.run("Again.")).messages)).toEqual(["user: Again.", "o: o"]);
  await runtime.close();
});

test("a team that runs is not closed, and closing tells what a participant throws, after all have been closed", async () => {
  const closed: string[] = [];
  class Closing extends SayingAgent {
    override close(): Promise<void> {
      closed.push(this.name);
      return this.name === "a" ? Promise.reject(new Error("stuck")) : Promise.resolve();
    }
  }
  const team: RoundRobinGroupChat = new RoundRobinGroupChat({
    participants: [
      new Closing("a", async () => {
        expect(String(await rejection(team.close()))).toMatch(/currently running/);
        return "a";
      }),
      new Closing("b", "b"),
    ],
    maxTurns: 2,
  });
  expect(linesOf((await team.run("Go.")).messages)).toHaveLength(3);
  expect(String(await rejection(team.close()))).toMatch(/stuck/);
  expect(closed).toEqual(["a", "b"]);
});
