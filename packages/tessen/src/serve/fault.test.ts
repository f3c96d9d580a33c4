import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { faultText, parseFault, parsePlannedFault, type Fault } from "./fault.ts";

const count = fc.nat(999_999_999);
const faults: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ type: fc.constant("status" as const), status: fc.integer({ min: 400, max: 599 }) }),
  fc.record({ type: fc.constant("status" as const), status: fc.integer({ min: 400, max: 599 }), waitMs: count }),
  fc.constant({ type: "reset" as const }),
  fc.constant({ type: "stall" as const }),
  fc.record({ type: fc.constant("cut" as const), afterBytes: count }),
  fc.record({ type: fc.constant("stall" as const), afterBytes: count }),
  fc.record({ type: fc.constant("garbage" as const), of: fc.constantFrom("body" as const, "http" as const) }),
  fc.record({ type: fc.constant("slow" as const), ms: count }),
);

describe("faults as text", () => {
  test("every fault is read back from its text", () => {
    fc.assert(
      fc.property(faults, (fault) => {
        expect(parseFault(faultText(fault))).toEqual(fault);
      }),
    );
  });

  test.each([
    "",
    "200",
    "399",
    "600",
    "42",
    "4290",
    "429:",
    "429:-1",
    "429:soon",
    "cut",
    "cut:",
    "cut:x",
    "cut:1.5",
    "cut:1e3",
    "slow",
    "reset:1",
    "garbage:json",
    "explode",
    "constructor",
  ])("%j is none", (text) => {
    expect(() => parseFault(text)).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_ARGUMENT",
        message: expect.stringContaining(`"${text}" is no fault`),
      }),
    );
  });

  test.each([
    ["429@2", { from: 2, to: 2 }],
    ["429@2-5", { from: 2, to: 5 }],
    ["429", { from: 1, to: Number.POSITIVE_INFINITY }],
  ])("%s says which calls are hit", (text, calls) => {
    expect(parsePlannedFault(text)).toEqual({ fault: { type: "status", status: 429 }, ...calls });
  });

  test.each(["@2", "429@", "429@0", "429@3-2", "429@1-", "429@x", "429@1@2", "nothing@1"])(
    "%j plans nothing",
    (text) => {
      expect(() => parsePlannedFault(text)).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
    },
  );
});
