import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OPENAI } from "../../test/ledger-traffic.ts";
import { openStore, type Store } from "../store/store.ts";
import { openPrices } from "./price-list.ts";
import { readPriceSource, type PriceSource } from "./price-source.ts";
import { agreedValue, voteOnPrices } from "./price-vote.ts";
import { SyncedTable } from "./synced-table.ts";

const votes = (...values: readonly number[]): { source: string; value: number }[] =>
  values.map((value, index) => ({ source: `s${index}`, value }));

describe("a price that sources vote on", () => {
  test("is usable where two of them agree within a hundredth, and staged where none do", () => {
    expect(agreedValue(votes(2_500_000, 2_520_000, 2_500_000))).toBe(2_500_000);
    expect(agreedValue(votes(2_500_000, 2_600_000))).toBeUndefined();
    expect(agreedValue(votes(2_500_000))).toBeUndefined();
    expect(agreedValue([])).toBeUndefined();
    expect(agreedValue(votes(1, 5_000_000, 5_000_000))).toBe(5_000_000);
    expect(agreedValue(votes(1000, 1000, 2000, 2000))).toBeUndefined();
    expect(agreedValue(votes(0, 0))).toBe(0);
  });

  test("is always one that a source named and another confirms, in whatever order they speak", () => {
    const value = fc.integer({ min: 1, max: 5 }).map((step) => step * 1000);
    fc.assert(
      fc.property(fc.array(value, { maxLength: 5 }), fc.nat(), (values, turn) => {
        const agreed = agreedValue(votes(...values));
        const at = values.length === 0 ? 0 : turn % values.length;
        expect(agreedValue(votes(...values.slice(at), ...values.slice(0, at)))).toBe(agreed);
        if (agreed !== undefined) expect(values.filter((one) => one === agreed).length).toBeGreaterThan(1);
      }),
    );
  });
});

const liteLlm = (models: object): PriceSource => readPriceSource(JSON.stringify(models), "l.json");
const GPT = "gpt-4o";
const litellm = liteLlm({
  sample_spec: { input_cost_per_token: 0 },
  [GPT]: {
    litellm_provider: "openai",
    input_cost_per_token: 5e-6,
    output_cost_per_token: 1.5e-5,
    cache_read_input_token_cost: 2.5e-6,
  },
  "gemini/gemini-9": { litellm_provider: "gemini", input_cost_per_token: 1e-7, output_cost_per_token: 4e-7 },
  "claude-sonnet-9-1": { litellm_provider: "anthropic", input_cost_per_token: 3e-6, output_cost_per_token: 1.5e-5 },
  "dall-e": { litellm_provider: "openai", output_cost_per_image: 1 },
});
const openRouter = readPriceSource(
  JSON.stringify({
    data: [
      { id: "openai/gpt-4o", pricing: { prompt: "0.000005", completion: "0.000015", input_cache_read: "0.000001" } },
      { id: "anthropic/claude-sonnet-9.1", pricing: { prompt: "0.000003", completion: "0.000015" } },
      { id: "openai/gpt-4o:free", pricing: { prompt: "0", completion: "0" } },
    ],
  }),
  "o.json",
);
const modelsDev = readPriceSource(
  JSON.stringify({ google: { id: "google", models: { "gemini-9": { cost: { input: 0.1, output: 0.5 } } } } }),
  "m.json",
);

test("the lists of LiteLLM, OpenRouter and models.dev are known by their form; others are refused", () => {
  expect([litellm.source, openRouter.source, modelsDev.source]).toEqual(["litellm", "openrouter", "models.dev"]);
  expect(litellm.prices.map(({ provider, model }) => `${provider}/${model}`)).toEqual([
    "openai/gpt-4o",
    "google/gemini-9",
    "anthropic/claude-sonnet-9-1",
  ]);
  for (const text of ["", "[]", "{}", '{"data":[]}', '{"a":1}', "null"])
    expect(() => readPriceSource(text, "x.json")).toThrow(/^x\.json is no list of prices/);
});

describe("what is agreed on", () => {
  let folder = "";
  let store: Store;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tessera-vote-"));
    store = openStore(join(folder, "tessera.db"));
  });
  afterEach(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("is in force; on everything else the last good value stays", () => {
    const { agreed, staged } = voteOnPrices([openRouter, litellm, modelsDev]);
    expect(agreed).toEqual([
      { provider: "openai", model: "gpt-4o", rates: { input: 5_000_000, output: 15_000_000 } },
      { provider: "anthropic", model: "claude-sonnet-9-1", rates: { input: 3_000_000, output: 15_000_000 } },
    ]);
    expect(staged.map(({ model, field, votes: said }) => [model, field, said.map(({ value }) => value)])).toEqual([
      ["gpt-4o", "cacheRead", [2_500_000, 1_000_000]],
      ["gemini-9", "output", [400_000, 500_000]],
    ]);
    const prices = openPrices({ store });
    const before = prices.priceOf(GPT, OPENAI, 0);
    const pinned = prices.find(GPT, OPENAI, Date.now());
    if (pinned === undefined) throw new Error("no price");
    const snapshot = prices.pin(pinned);
    new SyncedTable(store).takeVote(agreed, staged, 1);
    expect(prices.priceOf(GPT, OPENAI, 0)).toBe(before);
    prices.reload();
    const after = prices.find("gpt-4o-2024-08-06", OPENAI, Date.now());
    expect(after).toMatchObject({ name: "synced/openai/gpt-4o", price: { input: 5_000_000, output: 15_000_000 } });
    expect(after?.price.cacheRead).toBe(pinned.price.cacheRead);
    // Rows that were written keep their snapshot.
    expect(after === undefined ? undefined : prices.pin(after)).not.toBe(snapshot);
    const anthropic = { id: "anthropic", kind: "anthropic", baseURL: "https://api.anthropic.com" } as const;
    expect(prices.priceOf("claude-sonnet-9-1", anthropic, 0)).toMatchObject({ input: 3_000_000 });
    expect(new SyncedTable(store).staged()).toHaveLength(2);
  });

  test("gives way to what the operator sets, and that to the configuration", () => {
    const table = new SyncedTable(store);
    table.takeVote(voteOnPrices([openRouter, litellm]).agreed, [], 1);
    table.set("operator", { provider: "openai", model: GPT, rates: { input: 7, output: 8 } }, 1);
    const prices = openPrices({ store });
    expect(prices.priceOf(GPT, OPENAI, 0)).toEqual({ input: 7, output: 8 });
    prices.override([{ provider: "openai", model: GPT, price: { input: 1, output: 2 } }]);
    expect(prices.priceOf(GPT, OPENAI, 0)).toEqual({ input: 1, output: 2 });
    prices.override([]);
    expect(table.remove("operator", "openai", GPT)).toBe(true);
    prices.reload();
    expect(prices.find(GPT, OPENAI, 0)?.name).toBe("synced/openai/gpt-4o");
  });

  test("by an earlier vote stays where a later one says nothing of it", () => {
    const table = new SyncedTable(store);
    const rates = { input: 1, output: 2, cacheRead: 3 };
    table.takeVote([{ provider: "p", model: "m", rates }], [], 1);
    table.takeVote([{ provider: "p", model: "m", rates: { input: 4, output: 5 } }], [], 2);
    expect(table.all("vote")).toEqual([{ provider: "p", model: "m", rates: { input: 4, output: 5, cacheRead: 3 } }]);
  });
});
