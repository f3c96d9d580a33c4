import { expect, test } from "vitest";
import type { FinishedCall } from "./finished-call.ts";
import { RetryLinks } from "./retry-links.ts";

const call = (members: Partial<FinishedCall>): FinishedCall => ({
  tier: 3,
  provider: "openai",
  surface: "chat.completions.create",
  protocol: "openai-chat",
  method: "POST",
  url: "https://api.openai.com/v1/chat/completions",
  startedAt: 0,
  durationMs: 100,
  streamed: false,
  status: "error",
  httpStatus: 500,
  attempts: [],
  requestText: "{}",
  ...members,
});

test.each<readonly [string, Partial<FinishedCall>, boolean]>([
  ["a server's error", {}, true],
  ["too many requests", { httpStatus: 429 }, true],
  ["a time-out of the server", { httpStatus: 408 }, true],
  ["a conflict", { httpStatus: 409 }, true],
  ["no connection", { httpStatus: undefined, failure: "connection" }, true],
  ["a stream that broke", { httpStatus: 200, streamEnd: "network_error", failure: "connection" }, true],
  ["a wrong request", { httpStatus: 400 }, false],
  ["success", { httpStatus: 200, status: "ok" }, false],
  ["a caller that gave up", { httpStatus: undefined, failure: "aborted" }, false],
  ["a call of an SDK, which tries again itself", { tier: 1 }, false],
  ["a body that nobody saw", { requestText: undefined }, false],
])("after %s", (_what, members, isLinked) => {
  const links = new RetryLinks();
  links.add(call(members), "evt_1", undefined);
  const found = links.take(call({ startedAt: 200 }));
  expect(found).toEqual(isLinked ? { retryOf: "evt_1", attempt: 2 } : undefined);
});

test("a minute later it is no retry, nor is what began before the other had failed", () => {
  const links = new RetryLinks();
  links.add(call({}), "evt_1", undefined);
  expect(links.take(call({ startedAt: 50 }))).toBe(undefined);
  expect(links.take(call({ startedAt: 60_101 }))).toBe(undefined);
  expect(links.take(call({ startedAt: 60_099 }))).toEqual({ retryOf: "evt_1", attempt: 2 });
  expect(links.take(call({ startedAt: 60_099 }))).toBe(undefined);
});

test("of very many failures the newest are remembered", () => {
  const links = new RetryLinks();
  for (let number = 0; number < 1000; number += 1) {
    links.add(
      call({ url: `https://h${number % 300}/v1/messages`, requestText: String(number) }),
      `evt_${number}`,
      undefined,
    );
  }
  const found = (number: number) =>
    links.take(call({ url: `https://h${number % 300}/v1/messages`, requestText: String(number), startedAt: 200 }));
  expect(found(999)).toEqual({ retryOf: "evt_999", attempt: 2 });
  expect(found(800)).toEqual({ retryOf: "evt_800", attempt: 2 });
  expect(found(5)).toBe(undefined);
});
