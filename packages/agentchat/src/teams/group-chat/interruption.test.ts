import { LimitError, RuntimeError, isAbortError, type SingleThreadedAgentRuntime } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AssistantAgent } from "../../agents/assistant-agent/assistant-agent.ts";
import { FunctionalTermination } from "../../conditions/functional-termination.ts";
import { MaxMessageTermination } from "../../conditions/max-message-termination.ts";
import { rejection } from "../../testing/collect.ts";
import { linesOf, readStream } from "../../testing/run-items.ts";
import { ScriptedClient } from "../../testing/scripted-client.ts";
import { Gate, SayingAgent, type Say } from "../../testing/team-agents.ts";
import { TEAM_RUNTIMES, type TestedRuntime } from "../../testing/team-runtimes.ts";
import { RoundRobinGroupChat } from "../round-robin-group-chat/round-robin-group-chat.ts";
import { SelectorGroupChat } from "../selector-group-chat/selector-group-chat.ts";

const forEver = (): Promise<never> => new Promise(() => undefined);

describe.each(TEAM_RUNTIMES)("a team with %s that is interrupted", (_name, make) => {
  let tested: TestedRuntime;
  let runtime: SingleThreadedAgentRuntime | undefined;
  let unhandled: unknown[];
  const onUnhandled = (error: unknown): void => void unhandled.push(error);

  beforeEach(() => {
    tested = make();
    ({ runtime } = tested);
    unhandled = [];
    process.on("unhandledRejection", onUnhandled);
  });
  afterEach(async () => {
    await tested.close();
    // Unhandled rejections are told after the microtasks.
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", onUnhandled);
    expect(unhandled).toEqual([]);
  });

  const pair = (first: Say | string, second: Say | string = "b", maxTurns = 4): RoundRobinGroupChat =>
    new RoundRobinGroupChat({
      participants: [new SayingAgent("a", first), new SayingAgent("b", second)],
      maxTurns,
      runtime,
    });

  test("a second run while it runs is refused, and the first goes on", async () => {
    const gate = new Gate();
    const team = pair(
      async () => {
        await gate.pass();
        return "a";
      },
      "b",
      1,
    );
    const first = team.run("Go");
    await gate.reached;
    expect(await rejection(team.run("Again"))).toMatchObject({ code: "ERR_TEAM_RUNNING" });
    const second = await readStream(team.runStream("Again"));
    expect(second).toMatchObject({ items: [], result: { status: "failed" }, error: { code: "ERR_TEAM_RUNNING" } });
    expect(String(await rejection(team.run("Again")))).toMatch(/already running/);
    expect(String(await rejection(team.reset()))).toMatch(/currently running/);
    expect(String(await rejection(team.loadState({})))).toMatch(/cannot be loaded while it is running/);
    expect(await rejection(team.close())).toMatchObject({ code: "ERR_TEAM_RUNNING" });
    gate.open();
    expect((await first).status).toBe("finished");
  });

  test("an abort before the start runs nothing", async () => {
    const team = pair("a");
    const { items, result, error } = await readStream(team.runStream("Go", { signal: AbortSignal.abort() }));
    expect(isAbortError(error)).toBe(true);
    expect(items).toEqual([]);
    expect(result).toMatchObject({ status: "aborted", messages: [] });
    expect((await team.run("Go")).messages).toHaveLength(5);
  });

  test("an abort ends a participant that never answers and does not look at the signal", async () => {
    const gate = new Gate();
    let asked = 0;
    const team = pair(async () => {
      asked += 1;
      if (asked > 1) return "a";
      void gate.pass();
      return forEver();
    });
    const controller = new AbortController();
    const reading = readStream(team.runStream("Go", { signal: controller.signal }));
    await gate.reached;
    controller.abort(new Error("enough"));
    const { items, result, error } = await reading;
    expect(error).toMatchObject({ code: "ERR_ABORTED" });
    expect(result).toMatchObject({ status: "aborted", messages: items, usage: { promptTokens: 0 } });
    // Who was asked and did not answer is asked again, with what it was asked.
    expect(linesOf((await team.run(undefined)).messages)).toEqual(["a: a", "b: b", "a: a", "b: b"]);
  });

  test("an abort ends a selector, a candidate function and a condition that never answer", async () => {
    for (const stuck of ["selectorFunc", "candidateFunc", "condition"] as const) {
      const gate = new Gate();
      let calls = 0;
      const wait = <T>(value: T): T | Promise<T> => {
        calls += 1;
        if (calls > 1) return value;
        void gate.pass();
        return forEver();
      };
      const team = new SelectorGroupChat({
        participants: [new SayingAgent("a", "a"), new SayingAgent("b", "b")],
        modelClient: new ScriptedClient([]),
        selectorFunc: stuck === "selectorFunc" ? () => wait("a") : stuck === "condition" ? () => "a" : undefined,
        candidateFunc: stuck === "candidateFunc" ? () => wait(["a"]) : undefined,
        terminationCondition: stuck === "condition" ? new FunctionalTermination(() => wait(false)) : undefined,
        maxTurns: 2,
        runtime,
      });
      const controller = new AbortController();
      const running = rejection(team.run("Go", { signal: controller.signal }));
      await gate.reached;
      controller.abort();
      expect(isAbortError(await running)).toBe(true);
      const again = await team.run();
      expect(linesOf(again.messages)).toEqual(["a: a", "a: a"]);
    }
  });

  test("an abort of a model call reaches the call", async () => {
    const gate = new Gate();
    const seen: (AbortSignal | undefined)[] = [];
    const client = new ScriptedClient([
      ({ signal }) => {
        seen.push(signal);
        void gate.pass();
        return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Error("cut"))));
      },
      "later",
    ]);
    const team = new RoundRobinGroupChat({
      participants: [new AssistantAgent({ name: "a", modelClient: client })],
      maxTurns: 1,
      runtime,
    });
    const controller = new AbortController();
    const running = rejection(team.run("Go", { signal: controller.signal }));
    await gate.reached;
    controller.abort();
    expect(isAbortError(await running)).toBe(true);
    expect(seen[0]?.aborted).toBe(true);
    expect(linesOf((await team.run()).messages)).toEqual(["a: later"]);
    // The aborted turn left no trace: the model is given the task once.
    expect(client.calls[1]?.messages.filter(({ type }) => type === "UserMessage")).toHaveLength(1);
  });

  test("a long chat is cut short, and goes on to its turns", async () => {
    const controller = new AbortController();
    let turns = 0;
    const count: Say = (_heard, _turn, _n) => {
      turns += 1;
      if (turns === 40) controller.abort();
      return "x";
    };
    const team = pair(count, count, 1000);
    const { result, error } = await readStream(team.runStream("Go", { signal: controller.signal }));
    expect(isAbortError(error)).toBe(true);
    expect(result?.messages).toHaveLength(40);
    const rest = await team.run();
    expect(rest.stopReason).toBe("Maximum number of turns 1000 reached.");
    // The one who aborted the run answered all the same: the answer counts, though nobody was shown it.
    expect(rest.messages).toHaveLength(1000 - 40);
  });

  test("a long chat lets timers run, so that a timer can end it", async () => {
    const { error, result } = await readStream(
      pair("a", "b", 1_000_000).runStream("Go", { signal: AbortSignal.timeout(20) }),
    );
    expect(isAbortError(error)).toBe(true);
    expect(result?.status).toBe("aborted");
  });

  test("leaving the loop early stops the team before the loop's end returns, and frees it", async () => {
    const agent = new SayingAgent("a", "a");
    const team = new RoundRobinGroupChat({ participants: [agent], maxTurns: 1000, runtime });
    const stream = team.runStream("Go");
    for await (const item of stream) if (item.type === "TextMessage" && item.source === "a") break;
    const turns = agent.heard.length;
    expect(turns).toBeLessThan(1000);
    expect(isAbortError(await rejection(stream.result))).toBe(true);
    await team.reset();
    expect(agent.heard.length).toBe(turns);
    expect((await team.run("Go")).messages).toHaveLength(1001);
  });

  test("what was shown when the loop was left was said: nobody is asked for it again", async () => {
    const [a, b] = [new SayingAgent("a", "from a"), new SayingAgent("b", "from b")];
    const team = new RoundRobinGroupChat({ participants: [a, b], maxTurns: 2, runtime });
    for await (const item of team.runStream("Go")) if (item.type === "TextMessage" && item.source === "a") break;
    const shown = linesOf((await team.run()).messages);
    expect(shown[0]).toBe("b: from b");
    expect(linesOf(b.heard[0] ?? [])).toEqual(["user: Go", "a: from a"]);
    expect(a.heard).toHaveLength(shown.length);
  });

  test("a participant that throws ends the run with its error named, its code and as the cause", async () => {
    const cause = new RuntimeError("no luck", { code: "ERR_MODEL_ANSWER" });
    const { items, result, error } = await readStream(
      pair("a", () => {
        throw cause;
      }).runStream("Go"),
    );
    expect(error).toMatchObject({ message: "RuntimeError: no luck", code: "ERR_MODEL_ANSWER", cause });
    expect(result).toMatchObject({ status: "failed", error, messages: items });
    expect(linesOf(items)).toEqual(["user: Go", "a: a"]);
  });

  test("after a failure the one who failed is asked again, with everything it had not answered", async () => {
    const heard: (readonly string[])[] = [];
    const team = pair(
      "from a",
      (messages, _turn, count) => {
        heard.push(linesOf(messages));
        if (count === 1) throw new Error("flaky");
        return "from b";
      },
      2,
    );
    expect(String(await rejection(team.run("Go")))).toMatch(/Error: flaky/);
    expect(linesOf((await team.run("Once more")).messages)).toEqual(["user: Once more", "b: from b"]);
    expect(heard).toEqual([
      ["user: Go", "a: from a"],
      ["user: Go", "a: from a", "user: Once more"],
    ]);
  });

  test("after a failure a reset starts from the first speaker", async () => {
    const team = pair("a", (_heard, _turn, count) => {
      if (count === 1) throw new Error("flaky");
      return "b";
    });
    await rejection(team.run("Go"));
    await team.reset();
    await rejection(team.run("Go"));
    await team.reset();
    const { items } = await readStream(team.runStream("Go"));
    expect(linesOf(items).slice(0, 2)).toEqual(["user: Go", "a: a"]);
  });

  test("a selector that throws fails the start with its own error, and later with the team's", async () => {
    let calls = 0;
    const team = new SelectorGroupChat({
      participants: [new SayingAgent("a", "a"), new SayingAgent("b", "b")],
      modelClient: new ScriptedClient([]),
      selectorFunc: () => {
        calls += 1;
        if (calls !== 2) throw new RuntimeError("undecided");
        return "a";
      },
      maxTurns: 3,
      runtime,
    });
    expect(await rejection(team.run("Go"))).toMatchObject({ message: "undecided" });
    expect(await rejection(team.run("Go"))).toMatchObject({ message: "RuntimeError: undecided" });
  });

  test("a condition that throws fails the run, at the task with its own error", async () => {
    const condition = (at: number): FunctionalTermination => {
      let calls = 0;
      return new FunctionalTermination(() => {
        calls += 1;
        if (calls === at) throw new RuntimeError("unsure");
        return false;
      });
    };
    const run = (at: number): Promise<unknown> =>
      rejection(
        new RoundRobinGroupChat({
          participants: [new SayingAgent("a", "a")],
          terminationCondition: condition(at),
          runtime,
        }).run("Go"),
      );
    expect(await run(1)).toMatchObject({ message: "unsure" });
    expect(await run(2)).toMatchObject({ message: "RuntimeError: unsure" });
  });

  test("a condition begins anew after a run that ended by an error or an abort; turns go on", async () => {
    const condition = new MaxMessageTermination(4);
    const team = new RoundRobinGroupChat({
      participants: [
        new SayingAgent("a", (_heard, _turn, count) => {
          if (count === 3) throw new Error("flaky");
          return "a";
        }),
      ],
      terminationCondition: condition,
      maxTurns: 5,
      runtime,
    });
    await rejection(team.run("Go"));
    expect(condition.terminated).toBe(false);
    const result = await team.run();
    expect(result.stopReason).toBe("Maximum number of turns 5 reached.");
    expect(result.messages).toHaveLength(3);
  });

  test("a limit that is passed ends the run with the limit's error and a partial result", async () => {
    const client = new ScriptedClient(["one", "two"]);
    const team = new RoundRobinGroupChat({
      participants: [new AssistantAgent({ name: "a", modelClient: client })],
      maxTurns: 5,
      runtime,
    });
    const { result, error } = await readStream(team.runStream("Go", { limits: { maxModelCalls: 1 } }));
    expect(error).toBeInstanceOf(LimitError);
    expect(linesOf(result?.messages ?? [])).toEqual(["user: Go", "a: one"]);
    expect(result?.usage).toEqual({ promptTokens: 10, completionTokens: 5 });
  });

  test("pause and resume reach the participants while the run stays pending", async () => {
    const gate = new Gate();
    const agent = new SayingAgent("a", async () => {
      await gate.pass();
      return "a";
    });
    const team = new RoundRobinGroupChat({ participants: [agent], maxTurns: 1, runtime });
    expect(String(await rejection(team.pause()))).toMatch(/has not been initialized/);
    expect(String(await rejection(team.resume()))).toMatch(/has not been initialized/);
    const running = team.run("Go");
    await gate.reached;
    await team.pause();
    expect(agent.calls).toEqual(["pause"]);
    await team.resume();
    gate.open();
    expect((await running).status).toBe("finished");
    // An idle team passes it on as well, and does not hang.
    await team.pause();
    expect(agent.calls).toEqual(["pause", "resume", "pause"]);
  });

  test("a counting participant stands still while it is paused and goes on afterwards", async () => {
    let paused: { wait: Promise<void>; go: () => void } | undefined;
    const reached = new Gate();
    let count = 0;
    const counter = new SayingAgent("counter", async () => {
      while (count < 100) {
        if (paused !== undefined) await paused.wait;
        count += 1;
        if (count === 10) await reached.pass();
        await Promise.resolve();
      }
      return "100";
    });
    counter.onPause = () => {
      let go = (): void => undefined;
      const wait = new Promise<void>((resolve) => (go = resolve));
      paused = { wait, go };
      return Promise.resolve();
    };
    counter.onResume = () => {
      paused?.go();
      paused = undefined;
      return Promise.resolve();
    };
    const team = new RoundRobinGroupChat({ participants: [counter], maxTurns: 1, runtime });
    const running = team.run("Go");
    await reached.reached;
    await team.pause();
    reached.open();
    await new Promise((resolve) => setImmediate(resolve));
    const standing = count;
    await new Promise((resolve) => setImmediate(resolve));
    expect(count).toBe(standing);
    expect(standing).toBeLessThan(100);
    await team.resume();
    expect(linesOf((await running).messages)).toEqual(["user: Go", "counter: 100"]);
  });

  test("what a participant throws at a pause reaches the one who paused", async () => {
    const agent = new SayingAgent("a", "a");
    const team = new RoundRobinGroupChat({ participants: [agent], maxTurns: 1, runtime });
    await team.run("Go");
    agent.onPause = () => Promise.reject(new RuntimeError("cannot wait"));
    expect(String(await rejection(team.pause()))).toMatch(/cannot wait/);
  });

  test("a task that comes while an aborted turn still comes to its end is heard in the next turn", async () => {
    const gate = new Gate();
    const heard: (readonly string[])[] = [];
    const team = pair(
      async (messages, { context }) => {
        heard.push(linesOf(messages));
        if (heard.length > 1) return "a";
        void gate.pass();
        await new Promise((resolve) => context.signal?.addEventListener("abort", resolve, { once: true }));
        // It takes its time to clean up.
        for (let left = 20; left > 0; left -= 1) await new Promise((resolve) => setImmediate(resolve));
        throw new Error("aborted");
      },
      "b",
      1,
    );
    const controller = new AbortController();
    const first = rejection(team.run("Old", { signal: controller.signal }));
    await gate.reached;
    controller.abort();
    await first;
    await team.run("New");
    expect(heard).toEqual([["user: Old"], ["user: Old", "user: New"]]);
  });

  test("a team that was closed runs again", async () => {
    const team = pair("a", "b", 1);
    await team.run("Go");
    await team.close();
    await team.close();
    expect((await team.run("Go")).messages).toHaveLength(2);
  });
});
