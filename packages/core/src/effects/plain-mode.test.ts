import { describe, expect, test } from "vitest";
import { plainContext } from "../run/context.ts";
import { openRun } from "../run/open-run.ts";
import { effect, scope } from "./effect.ts";
import { effectStream } from "./effect-stream.ts";

describe("without journal and subscriber", () => {
  test("an effect is the call of its body: its request is never made", async () => {
    const request = (): never => {
      throw new Error("must not be called");
    };
    await expect(effect(plainContext(), { kind: "x", name: "y", request }, () => Promise.resolve(7))).resolves.toBe(7);
  });

  test("a run has a context with ids, a clock and no session", async () => {
    const run = await openRun({ name: "team", task: "go" });
    expect(run.context.session).toBeUndefined();
    expect(run.context.id()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const before = Date.now();
    const now = run.context.now();
    expect([before <= now, now <= Date.now()]).toEqual([true, true]);
    await expect(scope(run.context, "a", (inner) => Promise.resolve(inner === run.context))).resolves.toBe(true);
    await run.end({ status: "finished" });
  });

  test("a stream gives its items, then its result", async () => {
    const stream = effectStream(plainContext(), { kind: "x", name: "y", request: () => null }, async function* () {
      yield 1;
      yield 2;
      return "done";
    });
    const items: number[] = [];
    for await (const item of stream) items.push(item);
    expect(items).toEqual([1, 2]);
    await expect(stream.result).resolves.toBe("done");
  });

  test("leaving a stream early aborts it", async () => {
    let aborted: Promise<unknown> | undefined;
    const stream = effectStream(plainContext(), { kind: "x", name: "y", request: () => null }, async function* (io) {
      aborted = new Promise((resolve) => io.signal?.addEventListener("abort", resolve));
      yield 1;
      await aborted;
      throw new Error("aborted");
    });
    for await (const item of stream) {
      expect(item).toBe(1);
      break;
    }
    await aborted;
    await expect(stream.result).rejects.toThrow("aborted");
  });
});
