import type { JsonObject } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { FunctionalTermination } from "../../conditions/functional-termination.ts";
import { TextMentionTermination } from "../../conditions/text-mention-termination.ts";
import { rejection } from "../../testing/collect.ts";
import { linesOf } from "../../testing/run-items.ts";
import { Gate, SayingAgent } from "../../testing/team-agents.ts";
import { TEAM_RUNTIMES } from "../../testing/team-runtimes.ts";
import { BaseGroupChat } from "./base-group-chat.ts";
import type { TeamOptions } from "./team-options.ts";

/** A team of the user's own: everybody speaks at once. */
class ChoirGroupChat extends BaseGroupChat {
  constructor(options: TeamOptions) {
    const everybody = options.participants.map(({ name }) => name);
    super(options, {
      name: "Choir",
      managerName: "ChoirManager",
      description: "Everybody speaks at once.",
      speaksAtOnce: true,
      selection: {
        stateType: "ChoirManagerState",
        select: () => everybody,
        reset: () => undefined,
        saveState: (): JsonObject => ({}),
        loadState: () => undefined,
      },
    });
  }
}

describe.each(TEAM_RUNTIMES)("participants who speak at once, with %s", (_name, make) => {
  test("are cut short when one of them fails, even one who never answers; the next run asks each of them once", async () => {
    const gate = new Gate();
    const turns: string[] = [];
    const signals: (AbortSignal | undefined)[] = [];
    let fails = true;
    const team = new ChoirGroupChat({
      participants: [
        new SayingAgent("a", async () => {
          turns.push("a");
          if (!fails) return "a";
          await gate.reached;
          throw new Error("flaky");
        }),
        new SayingAgent("b", async (_heard, { context }) => {
          turns.push("b");
          if (!fails) return "b";
          signals.push(context.signal);
          void gate.pass();
          return new Promise(() => undefined);
        }),
      ],
      maxTurns: 1,
      runtime: make().runtime,
    });
    expect(String(await rejection(team.run("Sing.")))).toMatch(/flaky/);
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
    fails = false;
    expect(linesOf((await team.run()).messages).toSorted()).toEqual(["a: a", "b: b"]);
    expect(turns.toSorted()).toEqual(["a", "a", "b", "b"]);
  });

  test("what all of them said is judged together, once, whoever was last", async () => {
    const gates = { a: new Gate(), b: new Gate(), c: new Gate() };
    const participants = (["a", "b", "c"] as const).map(
      (name) =>
        new SayingAgent(name, async () => {
          await gates[name].pass();
          return name === "b" ? "stop" : name;
        }),
    );
    const judged: number[] = [];
    const counting = new FunctionalTermination((delta) => {
      judged.push(delta.length);
      return false;
    });
    const team = new ChoirGroupChat({
      participants,
      terminationCondition: counting.or(new TextMentionTermination("stop")),
      maxTurns: 5,
      runtime: make().runtime,
    });
    const running = team.run("Sing.");
    await Promise.all(Object.values(gates).map(({ reached }) => reached));
    // The one who says the word is the first to end, not the last.
    for (const name of ["b", "c", "a"] as const) {
      gates[name].open();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const result = await running;
    expect(linesOf(result.messages).toSorted()).toEqual(["a: a", "b: stop", "c: c", "user: Sing."]);
    expect(result.stopReason).toBe("Text 'stop' mentioned");
    // The task, then the three answers.
    expect(judged).toEqual([1, 3]);
  });

  test("a round of them is one turn", async () => {
    const participants = ["a", "b"].map((name) => new SayingAgent(name, name));
    const team = new ChoirGroupChat({ participants, maxTurns: 2, runtime: make().runtime });
    const result = await team.run("Sing.");
    expect(linesOf(result.messages)).toHaveLength(5);
    expect(result.stopReason).toBe("Maximum number of turns 2 reached.");
  });
});
