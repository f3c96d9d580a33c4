import { CancelledError } from "@tesserae/core";
import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { backoffDelay, type RetryClock, type RetryPolicy, type TryRecord, withRetries } from "./retry.ts";

/** A clock whose pauses pass at once and are noted. */
function testClock(): RetryClock & { readonly pauses: number[] } {
  let time = 1_000;
  const pauses: number[] = [];
  return {
    pauses,
    now: () => (time += 5),
    sleep: (milliseconds) => {
      pauses.push(milliseconds);
      time += milliseconds;
      return Promise.resolve();
    },
  };
}

class Failure extends Error {
  tries: readonly TryRecord[] = [];
  readonly code = "ERR_MODEL_SERVER";
  readonly status = 500;
  readonly requestId = "req_1";
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  constructor(retryable: boolean, retryAfterMs?: number) {
    super("it failed");
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Runs with failures until they are used up, and tells how often it was asked and how long it paused. */
async function run(
  policy: RetryPolicy,
  failures: unknown[],
  random = 0,
): Promise<{ result: unknown; asked: number[]; pauses: number[]; noted: TryRecord[] }> {
  const clock = testClock();
  const asked: number[] = [];
  const noted: TryRecord[] = [];
  const left = [...failures];
  const attempt = (index: number): Promise<string> => {
    asked.push(index);
    return left.length > 0 ? Promise.reject(left.shift()) : Promise.resolve("done");
  };
  const result = await withRetries(policy, attempt, {
    clock,
    random: () => random,
    onTry: (record) => noted.push(record),
  }).catch((error: unknown) => error);
  return { result, asked, pauses: clock.pauses, noted };
}

const passing = (retryAfterMs?: number): Failure => new Failure(true, retryAfterMs);

describe("how often", () => {
  test("once when it works", async () => {
    expect(await run({}, [])).toMatchObject({ result: "done", asked: [0], pauses: [] });
  });

  test("by default two times more; the index of the try is given", async () => {
    expect(await run({}, [passing(), passing()])).toMatchObject({ result: "done", asked: [0, 1, 2] });
    const last = passing();
    expect(await run({}, [passing(), passing(), last])).toMatchObject({ result: last, asked: [0, 1, 2] });
  });

  test.each([0, 1, 5])("maxRetries %d", async (maxRetries) => {
    const { asked } = await run(
      { maxRetries },
      Array.from({ length: 10 }, () => passing()),
    );
    expect(asked).toHaveLength(maxRetries + 1);
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("maxRetries %d is refused", async (maxRetries) => {
    expect((await run({ maxRetries }, [])).result).toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
  });

  test("not again when the error says so, or says nothing", async () => {
    for (const failure of [new Failure(false), new Error("a bug"), "a string"]) {
      expect(await run({}, [failure])).toMatchObject({ result: failure, asked: [0], pauses: [] });
    }
  });

  test("a classifier of the caller's decides in its place", async () => {
    const clock = testClock();
    const options = { clock, classify: () => ({ retryable: true, retryAfterMs: 7 }) };
    let left = 1;
    const attempt = (): Promise<string> => (left-- > 0 ? Promise.reject(new Error("any")) : Promise.resolve("done"));
    expect(await withRetries({}, attempt, options)).toBe("done");
    expect(clock.pauses).toEqual([7]);
  });
});

describe("how long", () => {
  test("0.5 s, doubled up to 8 s, as in the vendors' SDKs", async () => {
    const { pauses } = await run(
      { maxRetries: 6 },
      Array.from({ length: 6 }, () => passing()),
    );
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000]);
  });

  test("less up to a quarter at random", () => {
    expect(backoffDelay({}, 0, () => 0)).toBe(500);
    expect(backoffDelay({}, 0, () => 0.5)).toBe(437.5);
    expect(backoffDelay({}, 3, () => 1)).toBe(3_000);
    expect(backoffDelay({ initialDelayMs: 10, maxDelayMs: 15 }, 9, () => 0)).toBe(15);
  });

  test("as long as the provider asks, without jitter; 0 is at once", async () => {
    expect((await run({}, [passing(1_234), passing(0)], 1)).pauses).toEqual([1_234, 0]);
  });

  test("a provider that asks for too long is not asked again", async () => {
    const failure = passing(60_001);
    expect(await run({}, [failure])).toMatchObject({ result: failure, asked: [0], pauses: [] });
    expect((await run({}, [passing(60_000)])).pauses).toEqual([60_000]);
    expect((await run({ maxRetryAfterMs: 5 }, [passing(6)])).asked).toEqual([0]);
  });
});

describe("tries are data", () => {
  test("each is reported, the last error carries all", async () => {
    const last = passing();
    const { noted } = await run({ maxRetries: 1 }, [passing(40), last]);
    const common = {
      outcome: "failed",
      durationMs: 5,
      code: "ERR_MODEL_SERVER",
      status: 500,
      requestId: "req_1",
      message: "it failed",
    };
    expect(noted).toEqual([
      { index: 0, startedAt: 1_005, delayMs: 40, ...common },
      { index: 1, startedAt: 1_055, ...common },
    ]);
    expect(last.tries).toEqual(noted);
  });

  test("a success too", async () => {
    const { noted } = await run({}, [passing()]);
    expect(noted.map(({ index, outcome }) => [index, outcome])).toEqual([
      [0, "failed"],
      [1, "ok"],
    ]);
  });
});

describe("an abort", () => {
  test("before the first try: nothing is tried", async () => {
    let asked = 0;
    const attempt = (): Promise<void> => {
      asked += 1;
      return Promise.resolve();
    };
    const signal = AbortSignal.abort();
    await expect(withRetries({}, attempt, { signal })).rejects.toMatchObject({ code: "ERR_ABORTED" });
    expect(asked).toBe(0);
  });

  test("during a pause ends it at once and leaves no listener", async () => {
    const controller = new AbortController();
    const sent = withRetries({}, () => Promise.reject(passing(50_000)), {
      signal: controller.signal,
      onTry: () => queueMicrotask(() => controller.abort(new Error("enough"))),
    });
    await expect(sent).rejects.toMatchObject({ code: "ERR_ABORTED", cause: { message: "enough" } });
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });

  test("a pause that ends leaves no listener either", async () => {
    const controller = new AbortController();
    let left = 2;
    const attempt = (): Promise<string> => (left-- > 0 ? Promise.reject(passing(1)) : Promise.resolve("done"));
    expect(await withRetries({}, attempt, { signal: controller.signal })).toBe("done");
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });

  test("during a try is never tried again, whatever the try makes of it", async () => {
    for (const failure of [new CancelledError(), passing(), new Error("socket hang up")]) {
      const controller = new AbortController();
      const noted: TryRecord[] = [];
      const attempt = (): Promise<never> => {
        controller.abort();
        return Promise.reject(failure);
      };
      const options = { signal: controller.signal, onTry: (record: TryRecord) => noted.push(record) };
      await expect(withRetries({}, attempt, options)).rejects.toMatchObject({ code: "ERR_ABORTED" });
      expect(noted.map(({ outcome }) => outcome)).toEqual(["aborted"]);
    }
  });
});
