import { describe, expect, test } from "vitest";
import type { KeyRecord } from "../keys/key-record.ts";
import { RelayError } from "./errors/relay-error.ts";
import { RateLimits } from "./rate-limits.ts";

const key = (limits: Partial<KeyRecord>): KeyRecord => ({ id: "k", tenant: "t", label: "", createdAt: 0, ...limits });

/** How long to wait, or 0 for a request that was admitted. */
function wait(limits: RateLimits, record: KeyRecord, tokens: number, now: number): number {
  try {
    limits.admit(record, "openai", tokens, now);
    return 0;
  } catch (error) {
    return error instanceof RelayError ? (error.retryAfterMs ?? -1) : -1;
  }
}

test("a key without limits has none", () => {
  expect(new RateLimits().admit(key({}), "openai", 1e9, 0)).toBeUndefined();
});

test("so many requests a minute are admitted at once, and then as time goes by", () => {
  const limits = new RateLimits();
  const record = key({ rpm: 3 });
  expect([0, 0, 0].map(() => wait(limits, record, 1, 0))).toEqual([0, 0, 0]);
  expect(wait(limits, record, 1, 0)).toBe(20_000);
  expect(wait(limits, record, 1, 15_000)).toBe(5000);
  expect(wait(limits, record, 1, 20_000)).toBe(0);
  expect(wait(limits, record, 1, 20_000)).toBe(20_000);
});

test("tokens are set aside, and what was not used comes back", () => {
  const limits = new RateLimits();
  const record = key({ tpm: 1000 });
  const slot = limits.admit(record, "openai", 900, 0);
  expect(wait(limits, record, 400, 0)).toBe(18_000);
  slot?.release(100);
  slot?.release(0);
  expect(wait(limits, record, 900, 0)).toBe(0);
  expect(wait(limits, record, 1, 0)).toBe(60);
});

test("a request larger than a minute's tokens waits for a full bucket, not for ever", () => {
  const limits = new RateLimits();
  const record = key({ tpm: 100 });
  expect(wait(limits, record, 5000, 0)).toBe(0);
  expect(wait(limits, record, 1, 0)).toBe(60_000);
});

test("so many at once", () => {
  const limits = new RateLimits();
  const record = key({ concurrency: 2 });
  const slots = [limits.admit(record, "openai", 1, 0), limits.admit(record, "openai", 1, 0)];
  expect(wait(limits, record, 1, 0)).toBeGreaterThan(0);
  slots[0]?.release(1);
  expect(wait(limits, record, 1, 0)).toBe(0);
});

describe("the refusal tells the limit as the dialect does", () => {
  const refusal = (dialect: "openai" | "anthropic"): readonly string[] => {
    const limits = new RateLimits();
    limits.admit(key({ rpm: 1 }), dialect, 1, 0);
    try {
      limits.admit(key({ rpm: 1 }), dialect, 1, 0);
    } catch (error) {
      return error instanceof RelayError ? error.headers : [];
    }
    return [];
  };

  test("of OpenAI", () => {
    expect(refusal("openai")).toEqual([
      "x-ratelimit-limit-requests",
      "1",
      "x-ratelimit-remaining-requests",
      "0",
      "x-ratelimit-reset-requests",
      "60000ms",
    ]);
  });

  test("of Anthropic", () => {
    expect(refusal("anthropic")).toEqual([
      "anthropic-ratelimit-requests-limit",
      "1",
      "anthropic-ratelimit-requests-remaining",
      "0",
      "anthropic-ratelimit-requests-reset",
      "1970-01-01T00:01:00.000Z",
    ]);
  });
});
