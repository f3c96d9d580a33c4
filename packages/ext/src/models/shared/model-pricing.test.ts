import { CreateResult } from "@tesserae/core";
import { ModelCatalogue } from "@tesserae/wire/catalogue";
import { NO_USAGE } from "@tesserae/wire/usage";
import { expect, test } from "vitest";
import { ModelPricing } from "./model-pricing.ts";
import { toRequestUsage } from "./request-usage.ts";

const catalogue = new ModelCatalogue();
const usage = { ...NO_USAGE, inputTokens: 10, outputTokens: 1, reportedCost: 123 };
const result = CreateResult({ finishReason: "stop", content: "", usage: toRequestUsage(usage) });

test("the provider's own bill counts where no table has a price, and only there", () => {
  const query = { provider: "openrouter" };
  const unknown = new ModelPricing({ model: "vendor/unheard-of", catalogue, query });
  expect(unknown.priced(result, usage)).toEqual({ ...result, cost: 123 });
  const price = { input: 2, output: 3 };
  const known = new ModelPricing({ model: "vendor/unheard-of", catalogue, query, price });
  expect(known.priced(result, usage)).toBe(result);
});

test("a model that the call names has its own price", () => {
  const pricing = new ModelPricing({ model: "gpt-4o-mini", catalogue, query: { provider: "openai" } });
  expect(pricing.priced(result, usage, "gpt-4o").cost).toBe(10 * 2.5e6 + 10e6);
});

test("an answer whose usage nobody reported has no known cost, unless the model is free or has no price", () => {
  const query = { provider: "openai" };
  const dear = new ModelPricing({ model: "gpt-4o-mini", catalogue, query });
  expect(dear.priced(result, null)).toEqual({ ...result, cost: null });
  const free = new ModelPricing({ model: "own", catalogue, query, price: { input: 0, output: 0 } });
  expect(free.priced(result, null)).toBe(result);
  const unknown = new ModelPricing({ model: "unheard-of", catalogue, query });
  expect(unknown.priced(result, null)).toBe(result);
});
