import { afterEach, describe, expect, test } from "vitest";
import { CancelledError } from "../errors/kinds.ts";
import { AgentId } from "../identifiers/agent-id.ts";
import { TopicId } from "../identifiers/topic-id.ts";
import { sleep } from "../run/sleep.ts";
import { SingleThreadedAgentRuntime } from "../runtime/single-threaded-agent-runtime.ts";
import { Recorder } from "../runtime/testing/agents.ts";
import { TypeSubscription } from "../subscriptions/type-subscription.ts";
import { SeededSchedule, abortAtEveryStep } from "./seeded-schedule.ts";
import { VirtualClock } from "./virtual-clock.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of undo.splice(0)) await each();
});

/** Three that work at once, and what they did. */
async function three(
  seed: string | number,
): Promise<{ readonly done: readonly string[]; readonly steps: readonly string[] }> {
  const schedule = new SeededSchedule(seed);
  const done: string[] = [];
  const work = async (name: string): Promise<void> => {
    for (const part of [1, 2, 3]) {
      await schedule.turn(name);
      done.push(`${name}${part}`);
    }
  };
  await schedule.run(() => Promise.all([work("a"), work("b"), work("c")]));
  return { done, steps: schedule.steps };
}

describe("a schedule", () => {
  test("gives the same order for a seed", async () => {
    const { done, steps } = await three("seed");
    expect(await three("seed")).toEqual({ done, steps });
    expect(done.map((each) => each[0])).toEqual(steps);
    expect(done.toSorted()).toEqual(["a1", "a2", "a3", "b1", "b2", "b3", "c1", "c2", "c3"]);
  });

  test("gives other orders for other seeds, each worker's own order kept", async () => {
    const orders = new Set<string>();
    for (let seed = 0; seed < 20; seed += 1) {
      const { done } = await three(seed);
      for (const name of ["a", "b", "c"]) {
        expect(done.filter((each) => each.startsWith(name))).toEqual([`${name}1`, `${name}2`, `${name}3`]);
      }
      orders.add(done.join());
    }
    expect(orders.size).toBeGreaterThan(15);
  });

  test("dispatches the messages of a runtime, in steps of its own", async () => {
    const play = async (seed: number): Promise<readonly string[]> => {
      const schedule = new SeededSchedule(seed);
      const runtime = new SingleThreadedAgentRuntime();
      undo.push(() => runtime.close());
      const heard: string[] = [];
      for (const type of ["a", "b"]) {
        const handle = async (message: unknown): Promise<void> => {
          await schedule.turn(type);
          heard.push(`${type}: ${String(message)}`);
        };
        await runtime.registerFactory(type, () => new Recorder(handle));
        await runtime.addSubscription(new TypeSubscription("news", type));
      }
      schedule.drive(runtime);
      await schedule.run(async () => {
        await runtime.publishMessage("1", new TopicId("news", "default"));
        await runtime.sendMessage("2", new AgentId("a", "default"));
        await runtime.sendMessage("3", new AgentId("b", "default"));
      });
      return [...schedule.steps, ...heard];
    };
    const first = await play(1);
    expect(await play(1)).toEqual(first);
    expect(first).toContain("message");
    const others = new Set(await Promise.all([2, 3, 4, 5, 6].map(async (seed) => (await play(seed)).join())));
    expect(others.size).toBeGreaterThan(1);
  });

  test("moves the clock on when nothing else can happen", async () => {
    const clock = new VirtualClock().install();
    undo.push(() => clock.uninstall());
    const schedule = new SeededSchedule("seed", { clock });
    const began = Date.now();
    await schedule.run(async () => {
      await Promise.all([sleep(60_000, undefined), sleep(30_000, undefined)]);
      await schedule.turn("after");
    });
    expect(schedule.steps).toEqual(["clock +30000 ms", "clock +30000 ms", "after"]);
    expect(Date.now() - began).toBe(60_000);
  });

  test("lets go whose signal aborts", async () => {
    const schedule = new SeededSchedule("seed");
    const controller = new AbortController();
    const outcome = await schedule.run(async () => {
      const waits = schedule.turn("waits", controller.signal).catch((error: unknown) => error);
      controller.abort(new Error("enough"));
      return waits;
    });
    expect(outcome).toBeInstanceOf(CancelledError);
    await expect(schedule.turn("late", controller.signal)).rejects.toThrow(CancelledError);
    expect(schedule.steps).toEqual([]);
  });

  test("waits for nobody outside of a run, and lets everybody go at its end", async () => {
    const schedule = new SeededSchedule("seed");
    await schedule.turn("before");
    const left: Promise<void>[] = [];
    await schedule.run(async () => {
      left.push(schedule.turn("left"));
    });
    await Promise.all(left);
    expect(schedule.steps).toEqual([]);
  });

  test("says so when the run is stuck, and passes errors on", async () => {
    const schedule = new SeededSchedule("seed", { patienceMs: 0 });
    const stuck = schedule.run(async () => {
      await schedule.turn("first");
      await new Promise(() => undefined);
    });
    await expect(stuck).rejects.toThrow("The run is stuck: it has not ended, and nothing waits");
    await expect(schedule.run(() => Promise.reject(new RangeError("broken")))).rejects.toThrow("broken");
    const nested = schedule.run(() => schedule.run(() => Promise.resolve()));
    await expect(nested).rejects.toThrow("runs already");
  });
});

test("a scenario is run once as it is, and once with an abort at each of its steps", async () => {
  const aborts: (number | undefined)[] = [];
  const done: string[] = [];
  const steps = await abortAtEveryStep("seed", async (schedule, signal, at) => {
    aborts.push(at);
    const said: string[] = [];
    const run = schedule.run(async () => {
      for (const part of ["a", "b", "c"]) {
        await schedule.turn(part, signal);
        said.push(part);
      }
    });
    if (at === undefined) await run;
    else await expect(run).rejects.toBeInstanceOf(CancelledError);
    done.push(said.join(""));
  });
  expect(steps).toBe(3);
  expect(aborts).toEqual([undefined, 0, 1, 2]);
  expect(done).toEqual(["abc", "", "a", "ab"]);
});
