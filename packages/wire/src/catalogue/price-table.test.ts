import { calcPrice, findProvider } from "@pydantic/genai-prices";
import { describe, expect, test } from "vitest";
import { costOf } from "../cost/cost.ts";
import { NO_USAGE } from "../usage/usage.ts";
import { ModelCatalogue } from "./index.ts";
import { PRICE_TABLE } from "./price-data.ts";

const catalogue = new ModelCatalogue();
const at = Date.parse("2026-06-01T12:00:00Z");

type Row = readonly [id: string, match: unknown, context: number, prices: unknown];
const table = JSON.parse(PRICE_TABLE) as readonly (readonly [
  string,
  string,
  unknown,
  readonly string[],
  readonly Row[],
])[];

describe("where a price is looked for", () => {
  test("by the model's name, the provider, or the address that is called", () => {
    expect(catalogue.price("gpt-4o-mini", { at })).toMatchObject({ provider: "openai", id: "gpt-4o-mini" });
    expect(catalogue.price("claude-sonnet-4-20250514")).toMatchObject({ provider: "anthropic" });
    expect(catalogue.price("gemini-2.5-pro")).toMatchObject({ provider: "google" });
    expect(catalogue.price("llama-3.3-70b-versatile", { provider: "groq" })?.provider).toBe("groq");
    expect(catalogue.price("llama-3.3-70b-versatile", { baseUrl: "https://api.groq.com/openai/v1" })?.provider).toBe(
      "groq",
    );
    expect(catalogue.price("grok-4")?.provider).toBe("x-ai");
  });

  test("a vendor in front of the name; a reseller with its own names; a cloud that resells", () => {
    expect(catalogue.price("openai/gpt-5")).toMatchObject({ provider: "openai", id: "gpt-5" });
    expect(catalogue.price("openai/gpt-4o", { provider: "openrouter" })?.provider).toBe("openrouter");
    expect(catalogue.price("meta-llama/llama-3.3-70b-instruct")?.provider).toBe("openrouter");
    expect(catalogue.price("claude-sonnet-4-5", { baseUrl: "https://x.openai.azure.com/v1" })?.provider).toMatch(
      /azure|anthropic/,
    );
  });

  test("by the name of its row, also where the source lists dated names alone", () => {
    expect(catalogue.price("codestral", { provider: "mistral" })?.id).toBe("codestral");
    expect(catalogue.price("us.anthropic.claude-sonnet-4-6-v1:0", { provider: "aws" })?.provider).toBe("aws");
  });

  test("what nobody knows has no price, and what runs here is free", () => {
    expect(catalogue.price("gpt-4o", { provider: "nobody" })).toBeUndefined();
    expect(catalogue.price("gpt-4o", { baseUrl: "http://127.0.0.1:8080/v1" })).toBeUndefined();
    expect(catalogue.price("llama3.2", { provider: "ollama" })?.price).toEqual({ input: 0, output: 0 });
  });

  test("a price that changed is that of its day", () => {
    const day = (date: string): number | undefined => catalogue.price("o3", { at: Date.parse(date) })?.price.input;
    expect(day("2025-01-01")).toBeGreaterThan(day("2026-01-01") ?? Infinity);
  });
});

describe("the table equals its source", () => {
  const moments = ["2025-01-01T00:10:00Z", "2026-06-01T12:00:00Z", "2026-12-01T20:00:00Z"];

  test.each(
    table.filter(([provider]) => provider !== "openrouter").map(([provider, , , , models]) => ({ provider, models })),
  )("$provider, small and large inputs, on several days", ({ provider, models }) => {
    const source = findProvider({ providerId: provider });
    expect(models.length).toBeGreaterThan(0);
    for (const [id] of models) {
      for (const moment of moments) {
        for (const [inputTokens, cacheReadTokens] of [
          [1000, 400],
          [300_000, 0],
        ] as const) {
          const ours = catalogue.price(id, { provider, at: Date.parse(moment) });
          const usage = { ...NO_USAGE, inputTokens, cacheReadTokens, outputTokens: 100 };
          const theirs = calcPrice(
            { input_tokens: inputTokens, cache_read_tokens: cacheReadTokens, output_tokens: 100 },
            id,
            { ...(source === undefined ? {} : { provider: source }), timestamp: new Date(moment) },
          );
          if (theirs === null || ours === undefined) continue;
          expect([id, costOf(usage, ours.price) / 1e12]).toEqual([id, expect.closeTo(theirs.total_price, 10)]);
        }
      }
    }
  });
});
