import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ModelCatalogue, type ModelPrice } from "../catalogue/index.ts";
import { NO_USAGE, type Usage } from "../usage/usage.ts";
import { costOfCall } from "./cost-of-call.ts";
import { costOf, costParts } from "./cost.ts";
import { maxCost } from "./max-cost.ts";
import { formatDollars } from "./pico-dollars.ts";

const usage = (parts: Partial<Usage>): Usage => ({ ...NO_USAGE, ...parts });
const catalogue = new ModelCatalogue();
const at = Date.parse("2026-06-01");

describe("the check values of the recorder's specification", () => {
  test.each([
    [
      "claude-sonnet-4-6",
      usage({ inputTokens: 1600, cacheReadTokens: 500, cacheWriteTokens: 100, outputTokens: 100 }),
      "0.005025",
    ],
    ["claude-haiku-4-5", usage({ inputTokens: 1000, outputTokens: 100 }), "0.0015"],
    ["gpt-4o", usage({ inputTokens: 1000, cacheReadTokens: 400, outputTokens: 100 }), "0.003"],
  ])("%s", (model, used, dollars) => {
    const price = catalogue.price(model, { at })?.price;
    expect(price && formatDollars(costOf(used, price))).toBe(dollars);
  });
});

describe("rules", () => {
  const price: ModelPrice = { input: 10, output: 100 };

  test("kinds without a price of their own cost what their kin costs", () => {
    const all = usage({
      inputTokens: 100,
      cacheReadTokens: 10,
      cacheWriteTokens: 10,
      cacheWrite1hTokens: 10,
      inputAudioTokens: 5,
      outputTokens: 50,
      outputAudioTokens: 5,
      reasoningTokens: 20,
    });
    expect(costOf(all, price)).toBe(100 * 10 + 50 * 100);
    expect(costParts(usage({ inputTokens: 10, cacheWrite1hTokens: 10 }), { ...price, cacheWrite: 12 }).cacheWrite).toBe(
      120,
    );
  });

  test("each kind has its price, and the parts add up", () => {
    const full: ModelPrice = {
      ...price,
      cacheRead: 1,
      cacheWrite: 12,
      cacheWrite1h: 20,
      inputAudio: 30,
      cacheReadAudio: 3,
      outputAudio: 200,
      outputImage: 300,
      outputReasoning: 50,
      webSearch: 7,
    };
    const all = usage({
      inputTokens: 100,
      cacheReadTokens: 40,
      cacheReadAudioTokens: 10,
      cacheWriteTokens: 10,
      cacheWrite1hTokens: 5,
      inputAudioTokens: 15,
      outputTokens: 50,
      outputAudioTokens: 5,
      outputImageTokens: 5,
      reasoningTokens: 10,
      webSearchRequests: 2,
    });
    const parts = costParts(all, full);
    expect(parts).toEqual({
      input: 40 * 10 + 5 * 30,
      cacheRead: 30 * 1 + 10 * 3,
      cacheWrite: 10 * 12 + 5 * 20,
      output: 5 * 200 + 5 * 300 + 10 * 50 + 30 * 100,
      requests: 14,
      total: 550 + 60 + 220 + 6000 + 14,
    });
  });

  test("the tier is chosen by all input, holds for the whole call, and begins above its limit", () => {
    const tiered: ModelPrice = {
      ...price,
      cacheRead: 1,
      tiers: [
        { above: 1000, input: 20, output: 150 },
        { above: 2000, input: 40 },
      ],
    };
    expect(costOf(usage({ inputTokens: 1000, outputTokens: 1 }), tiered)).toBe(1000 * 10 + 100);
    expect(costOf(usage({ inputTokens: 1001, cacheReadTokens: 1000, outputTokens: 1 }), tiered)).toBe(20 + 1000 + 150);
    expect(costOf(usage({ inputTokens: 2001, outputTokens: 1 }), tiered)).toBe(2001 * 40 + 100);
  });

  test("a cost of 2^53 pico-dollars is refused, never rounded", () => {
    const dear: ModelPrice = { input: 2 ** 40, output: 0 };
    expect(costOf(usage({ inputTokens: 2 ** 12 }), dear)).toBe(2 ** 52);
    expect(() => costOf(usage({ inputTokens: 2 ** 13 }), dear)).toThrow(
      expect.objectContaining({ code: "ERR_COST_RANGE" }),
    );
    expect(() => costOf(usage({ inputTokens: 1 }), { input: 0.5, output: 0 })).toThrow(/whole number/);
  });

  test("other models inside a call are paid at their own price; one unknown price makes the whole unknown", () => {
    const inner = usage({ inputTokens: 2 });
    const used = usage({
      inputTokens: 1,
      additional: [
        { kind: "advisor", model: "b", usage: inner },
        { kind: "compaction", usage: inner },
      ],
    });
    const prices: Record<string, ModelPrice> = { a: { input: 1, output: 0 }, b: { input: 100, output: 0 } };
    expect(costOfCall("a", used, (model) => prices[model])).toBe(1 + 200 + 2);
    expect(costOfCall("a", used, (model) => (model === "a" ? prices["a"] : undefined))).toBeUndefined();
  });
});

describe("the most a request can cost", () => {
  test("takes the dearest rate and tier that it can reach", () => {
    const price: ModelPrice = {
      input: 10,
      output: 100,
      cacheWrite: 12,
      cacheWrite1h: 20,
      inputAudio: 50,
      webSearch: 5,
      tiers: [{ above: 1000, output: 200 }],
    };
    expect(maxCost({ inputTokens: 1000, maxOutputTokens: 10 }, price)).toBe(12_000 + 1000);
    expect(maxCost({ inputTokens: 1001, maxOutputTokens: 10 }, price)).toBe(12_012 + 2000);
    expect(maxCost({ inputTokens: 10, maxOutputTokens: 0, cacheFor1h: true, webSearches: 3 }, price)).toBe(215);
    expect(maxCost({ inputTokens: 10, maxOutputTokens: 0, media: true }, price)).toBe(500);
  });

  test("no usage within the bound costs more", () => {
    const amount = fc.nat(1000);
    const price = fc.record(
      {
        input: amount,
        output: amount,
        cacheRead: amount,
        cacheWrite: amount,
        cacheWrite1h: amount,
        outputReasoning: amount,
      },
      { requiredKeys: ["input", "output"] },
    );
    const tier = fc.record({ above: fc.nat(2000), input: amount, output: amount }, { requiredKeys: ["above"] });
    fc.assert(
      fc.property(
        price,
        fc.array(tier, { maxLength: 2 }),
        fc.nat(1000),
        fc.nat(1000),
        fc.nat(1000),
        amount,
        amount,
        (base, tiers, plain, w, h, output, reasoning) => {
          // A provider's cache never costs more to read than not to use.
          const fair = { ...base, tiers, cacheRead: Math.min(base.cacheRead ?? 0, base.input) };
          fc.pre(tiers.every((other) => (other.input ?? base.input) >= fair.cacheRead));
          const used = usage({
            inputTokens: plain + w + h,
            cacheWriteTokens: w,
            cacheWrite1hTokens: h,
            outputTokens: output,
            reasoningTokens: Math.min(reasoning, output),
          });
          const bound = { inputTokens: used.inputTokens, maxOutputTokens: output, cacheFor1h: true };
          expect(costOf(used, fair)).toBeLessThanOrEqual(maxCost(bound, fair));
        },
      ),
    );
  });
});
