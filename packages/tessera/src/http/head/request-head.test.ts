import { describe, expect, test } from "vitest";
import { readHead } from "./request-head.ts";

const head = (headers: readonly (readonly [string, string])[]) => readHead(headers.flat());

test("what is for the provider goes on as it came, in order and in its own case", () => {
  const { forwarded } = head([
    ["Content-Type", "application/json"],
    ["OpenAI-Beta", "a"],
    ["X-Stainless-Lang", "js"],
    ["openai-beta", "b"],
  ]);
  expect(forwarded).toEqual([
    "Content-Type",
    "application/json",
    "OpenAI-Beta",
    "a",
    "X-Stainless-Lang",
    "js",
    "openai-beta",
    "b",
  ]);
});

test("what is for this connection, for the gateway, or for a trusted proxy to say stays here", () => {
  const { forwarded } = head([
    ["Connection", "keep-alive, X-Secret"],
    ["X-Secret", "1"],
    ["Keep-Alive", "timeout=5"],
    ["TE", "trailers"],
    ["Trailer", "x"],
    ["Transfer-Encoding", "chunked"],
    ["Upgrade", "h2c"],
    ["Proxy-Authorization", "Basic x"],
    ["Host", "gateway"],
    ["Content-Length", "3"],
    ["Accept-Encoding", "gzip, br"],
    ["X-Forwarded-For", "1.2.3.4"],
    ["Forwarded", "for=1.2.3.4"],
    ["X-Tessera-Workload", "w"],
    ["X-Tesserae-Run", "r"],
    ["X-Tesserae-Else", "r"],
    ["accept", "*/*"],
  ]);
  expect(forwarded).toEqual(["accept", "*/*"]);
});

test("what is said to the gateway is understood", () => {
  expect(
    head([
      ["X-Tessera-Api-Key", " tk_1 "],
      ["X-Tessera-Workload", "triage"],
      ["x-tesserae-run", "run_1"],
      ["x-tesserae-agent", "team/r%C3%A9viseur"],
      ["x-tesserae-effect", "r%2F1"],
      ["anthropic-version", "2023-06-01"],
      ["te", "gzip, trailers"],
      ["cache-control", "no-cache"],
      ["Authorization", "Bearer sk-1"],
    ]),
  ).toMatchObject({
    tesseraKey: "tk_1",
    tessera: new Map([["workload", "triage"]]),
    place: { run: "run_1", agent: "team/réviseur", effect: "r/1" },
    isAnthropic: true,
    takesTrailers: true,
    cacheControl: "no-cache",
    credentials: [{ header: "authorization", value: "Bearer sk-1" }],
    forwarded: ["anthropic-version", "2023-06-01", "cache-control", "no-cache"],
  });
});

test.each(["before", "after"])("the address of an effect counts, and not its key, which comes %s it", (order) => {
  const address = ["x-tesserae-address", "/team%5B0%5D!model:reply%5B0%5D"] as const;
  const key = ["x-tesserae-effect", "0123456789abcdef"] as const;
  const { place } = head(order === "before" ? [key, address] : [address, key]);
  expect(place.effect).toBe("/team[0]!model:reply[0]");
});

describe("a header that must come once is refused when it comes twice", () => {
  test.each([
    ["Authorization", "authorization"],
    ["x-api-key", "X-Api-Key"],
    ["api-key", "api-key"],
    ["x-tessera-api-key", "x-tessera-key"],
    ["x-tessera-workload", "X-Tessera-Workload"],
    ["x-tesserae-run", "x-tesserae-run"],
  ])("%s and %s", (first, second) => {
    const headers = [
      [first, "a"],
      [second, "a"],
    ] as const;
    expect(() => head(headers)).toThrow(expect.objectContaining({ status: 400 }) as Error);
  });
});

test.each([
  ["x-tessera-feature-tag", "a\nb"],
  ["x-tessera-feature-tag", "a\u0000b"],
  ["x-tesserae-agent", "%E0%A4%A"],
  ["x-tesserae-run", "r".repeat(1025)],
])("%s with a value that cannot be is refused", (name, value) => {
  expect(() => head([[name, value]])).toThrow(expect.objectContaining({ status: 400 }) as Error);
});
