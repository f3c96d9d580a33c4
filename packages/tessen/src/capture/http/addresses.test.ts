import { expect, test } from "vitest";
import { Addresses } from "./addresses.ts";
import { HostCatalogue } from "./host-catalogue.ts";

test.each([
  ["https://api.openai.com/v1/chat/completions", "openai"],
  ["https://mine.openai.azure.com/openai/deployments/d/chat/completions?api-version=1", "azure_openai"],
  ["https://llm.company.test/openai/deployments/d/chat/completions?api-version=1", "azure_openai"],
  ["https://own.test/team/openai/responses?api-version=preview", "azure_openai"],
  ["https://own.test/v1/openai/chat/completions", "custom"],
  ["https://llm.company.test/v1/openai/chat/completions", undefined],
  ["no address", undefined],
])("%s is of %s", (url, provider) => {
  expect(new Addresses(new HostCatalogue(["own.test"], {})).of(url).provider).toBe(provider);
});
