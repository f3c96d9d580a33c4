import { AsyncLocalStorage } from "node:async_hooks";
import { tracingChannel } from "node:diagnostics_channel";
import { isObject } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { ORCHESTRATOR, ledgerOf, magenticTeam } from "../../testing/magentic-team.ts";
import { SayingAgent } from "../../testing/team-agents.ts";
import { TEAM_RUNTIMES } from "../../testing/team-runtimes.ts";
import { rejection } from "../../testing/collect.ts";
import { RoundRobinGroupChat } from "../round-robin-group-chat/round-robin-group-chat.ts";

/** What is published on a channel while the body runs. */
async function published(
  name: "tesserae:agent" | "tesserae:message",
  body: () => Promise<unknown>,
): Promise<readonly { readonly [key: string]: unknown }[]> {
  const channel = tracingChannel(name);
  const seen: { readonly [key: string]: unknown }[] = [];
  const subscribers = { asyncEnd: (payload: unknown) => void (isObject(payload) && seen.push({ ...payload })) };
  channel.subscribe(subscribers as never);
  try {
    await body();
  } finally {
    channel.unsubscribe(subscribers as never);
  }
  return seen;
}

const pair = (): RoundRobinGroupChat =>
  new RoundRobinGroupChat({
    participants: [new SayingAgent("a", "from a"), new SayingAgent("b", "from b")],
    maxTurns: 2,
  });

describe.each(TEAM_RUNTIMES)("an agent of a team with %s", (_name, make) => {
  test("finds what the caller of the run has put into the async context", async () => {
    const { runtime, close } = make();
    const user = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const team = user.run("who made the team", () => {
      const agent = new SayingAgent("a", async () => {
        seen.push(user.getStore());
        await Promise.resolve();
        seen.push(user.getStore());
        return "a";
      });
      return new RoundRobinGroupChat({ participants: [agent], maxTurns: 1, runtime });
    });
    await user.run("first caller", () => team.run("Go"));
    await user.run("second caller", () => team.run("Go"));
    await team.run("Go");
    expect(seen).toEqual(["first caller", "first caller", "second caller", "second caller", undefined, undefined]);
    await close();
  });
});

describe("who listens to the channels", () => {
  test("is told of each turn of an agent and of an inner team, with its place", async () => {
    const inner = new RoundRobinGroupChat({ name: "inner", participants: [new SayingAgent("x", "x")], maxTurns: 1 });
    const team = new RoundRobinGroupChat({ participants: [inner, new SayingAgent("r", "r")], maxTurns: 2 });
    const turns = await published("tesserae:agent", () => team.run("Go"));
    expect(turns).toMatchObject([
      { name: "x", path: "/team[0]/inner[0]/team[0]/x[0]", response: { content: "x" } },
      { name: "inner", kind: "RoundRobinGroupChat", path: "/team[0]/inner[0]", response: { source: "x" } },
      { name: "r", path: "/team[0]/r[0]", messages: [{ content: "Go" }, { content: "x" }] },
    ]);
  });

  test("is told of a turn that fails", async () => {
    const team = new RoundRobinGroupChat({
      participants: [
        new SayingAgent("a", () => {
          throw new Error("no luck");
        }),
      ],
      maxTurns: 1,
    });
    const [turn] = await published("tesserae:agent", () => rejection(team.run("Go")));
    expect(turn).toMatchObject({ name: "a", error: { name: "Error", message: "no luck" } });
  });

  test("is told what a participant says to the others", async () => {
    const messages = await published("tesserae:message", () => pair().run("Go"));
    expect(messages).toMatchObject([
      { from: "a", to: expect.stringMatching(/^group_topic_/), message: { content: "from a" } },
      { from: "b", message: { content: "from b" } },
    ]);
  });

  test("is told of what a manager says that leads by itself", async () => {
    const { team } = magenticTeam(["F", "P", ledgerOf({ instruction: "Begin." }), ledgerOf({ done: "x" }), "end"]);
    const messages = await published("tesserae:message", () => team.run("Go"));
    expect(messages.map(({ from }) => from)).toEqual([ORCHESTRATOR, ORCHESTRATOR, "a", ORCHESTRATOR]);
    expect(messages[1]).toMatchObject({ message: { type: "TextMessage", source: ORCHESTRATOR, content: "Begin." } });
  });
});
