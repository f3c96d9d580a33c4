import { describe, expect, test } from "vitest";
import { fingerprint } from "./fingerprint.ts";

const of = (body: unknown, other: Partial<Parameters<typeof fingerprint>[0]> = {}): string | undefined =>
  fingerprint({ keyId: "K", upstreamId: "openai", dialect: "openai", body, ...other });
const chat = (system: string, user = "Hello"): object => ({
  messages: [
    { role: "system", content: system },
    { role: "user", content: user },
  ],
});
const PLANNER = of(chat("You plan."));

describe("the fingerprint of a request", () => {
  test("is auto: and ten digits", () => {
    expect(PLANNER).toMatch(/^auto:[0-9a-f]{10}$/);
  });

  test("is the same for the same instructions, whatever the user says", () => {
    expect(of(chat("You plan.", "Something else"))).toBe(PLANNER);
  });

  test("tells apart keys, upstreams, dialects, instructions and tools", () => {
    const tools = [{ type: "function", function: { name: "search" } }];
    const others = [
      of(chat("You write.")),
      of(chat("You plan."), { keyId: "L" }),
      of(chat("You plan."), { upstreamId: "openrouter" }),
      of(chat("You plan."), { dialect: "anthropic" }),
      of({ ...chat("You plan."), tools }),
    ];
    expect(new Set([PLANNER, ...others]).size).toBe(6);
  });

  test("takes every number as the same: a date in the instructions changes nothing, nor does its length", () => {
    const dated = (date: string): string | undefined => of(chat(`Today is ${date}. You plan. ${"x".repeat(300)}`));
    expect(dated("2026-01-02")).toBe(dated("2027-11-30"));
    expect(dated("1 May")).toBe(dated("31 May"));
  });

  test("sees the head alone, so that a selector's prompt with a longer history stays the same", () => {
    const roles = `You are in a role play game. The following roles are available:\n${"planner: plans the work.\n".repeat(12)}`;
    expect(of(chat(`${roles}\nuser: hi`))).toBe(of(chat(`${roles}\nuser: hi\nplanner: first, let us plan`)));
  });

  test("does not depend on the order of tools", () => {
    const tools = (...names: string[]): object => ({ ...chat("x"), tools: names.map((name) => ({ name })) });
    expect(of(tools("a", "b"))).toBe(of(tools("b", "a")));
    expect(of(tools("a", "b"))).not.toBe(of(tools("a", "c")));
  });

  test("reads instructions wherever a protocol has them", () => {
    const bodies = [
      chat("You plan."),
      { messages: [{ role: "developer", content: [{ type: "text", text: "You plan." }] }] },
      { instructions: "You plan.", input: "Hello" },
      {
        input: [
          { role: "system", content: "You plan." },
          { role: "user", content: "Hello" },
        ],
      },
      { system: "You plan.", messages: [{ role: "user", content: "Hello" }] },
      { system: [{ type: "text", text: "You plan." }], messages: [] },
      // Without instructions it is the first text of a user.
      {
        messages: [
          { role: "user", content: "You plan." },
          { role: "user", content: "Hello" },
        ],
      },
      { input: "You plan." },
    ];
    expect(new Set(bodies.map((body) => of(body)))).toEqual(new Set([PLANNER]));
  });

  test.each([[undefined], [null], ["text"], [[1]]])("there is none of %j", (body) => {
    expect(of(body)).toBeUndefined();
  });

  test.each([
    [{}],
    [{ messages: 1, tools: 2, system: 3 }],
    [{ messages: [null, 1, { role: "system" }], tools: [null, {}] }],
  ])("there is one of %j, which says little", (body) => expect(of(body)).toMatch(/^auto:/));
});
