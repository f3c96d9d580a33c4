import { afterEach, describe, expect, test, vi } from "vitest";
import {
  currentWorkload,
  runWithWorkload,
  tesseraAnthropicConfig,
  tesseraConfig,
  tesseraOpenAIConfig,
} from "./index.ts";

afterEach(() => void vi.unstubAllEnvs());

describe("the config functions", () => {
  test("give exactly the address and the key's header", () => {
    vi.stubEnv("TESSERA_BASE_URL", undefined);
    expect(tesseraOpenAIConfig({ apiKey: "tk_x" })).toEqual({
      baseURL: "http://127.0.0.1:8484/v1/openai",
      defaultHeaders: { "x-tessera-api-key": "tk_x" },
    });
    expect(tesseraAnthropicConfig({ apiKey: "tk_x" }).baseURL).toBe("http://127.0.0.1:8484/v1/anthropic");
    expect(Object.keys(tesseraConfig("openai", { apiKey: "tk_x" }))).toEqual(["baseURL", "defaultHeaders"]);
  });

  test("take the gateway from the environment, and an address as it is", () => {
    vi.stubEnv("TESSERA_BASE_URL", "https://gateway.example/");
    expect(tesseraOpenAIConfig({ apiKey: "tk_x" }).baseURL).toBe("https://gateway.example/v1/openai");
    expect(tesseraOpenAIConfig({ apiKey: "tk_x", baseURL: "http://other/" }).baseURL).toBe("http://other/");
  });

  test("send a header for every option that is given; further headers go before them in any case", () => {
    const { defaultHeaders } = tesseraOpenAIConfig({
      apiKey: "tk_x",
      workload: "triage",
      featureTag: "f",
      customerTag: "c",
      asyncTolerant: false,
      doNotOptimize: true,
      mechanics: "-m2",
      extraHeaders: { "X-Tessera-Workload": "other", "x-own": "1" },
    });
    expect(defaultHeaders).toEqual({
      "x-tessera-api-key": "tk_x",
      "X-Tessera-Workload": "other",
      "x-tessera-feature-tag": "f",
      "x-tessera-customer-tag": "c",
      "x-tessera-async-tolerant": "false",
      "x-tessera-do-not-optimize": "true",
      "x-tessera-mechanics": "-m2",
      "x-own": "1",
    });
  });

  test.each(["", "  ", undefined, 1, null])("a key that is %j is refused at once", (apiKey) => {
    expect(() => tesseraOpenAIConfig({ apiKey: apiKey as string })).toThrow(/apiKey must be a key of the gateway/);
    expect(() => tesseraOpenAIConfig(undefined as never)).toThrow(/apiKey must be/);
  });

  test.each(["mistral", "toString", ""])("the provider %j is refused, and the known ones are named", (provider) => {
    expect(() => tesseraConfig(provider as "openai", { apiKey: "tk_x" })).toThrow(/one of openai, anthropic/);
  });
});

test("a workload holds inside of its body, across awaits, and the inner one goes before the outer one", async () => {
  expect(currentWorkload()).toBeUndefined();
  const seen = await runWithWorkload("outer", async () => {
    await Promise.resolve();
    const inner = runWithWorkload("inner", currentWorkload);
    return [inner, currentWorkload()];
  });
  expect(seen).toEqual(["inner", "outer"]);
  expect(currentWorkload()).toBeUndefined();
});
