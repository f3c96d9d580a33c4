import { describe, expect, test } from "vitest";
import { ModelCatalogue } from "./index.ts";
import { flags } from "./model-info.ts";

const catalogue = new ModelCatalogue();
const bits = (name: string, client?: "openai" | "anthropic"): string => {
  const info = catalogue.lookup(name, client)?.info;
  if (info === undefined) return "unknown";
  const { vision, functionCalling, jsonOutput, structuredOutput, multipleSystemMessages } = info;
  return [vision, functionCalling, jsonOutput, structuredOutput, multipleSystemMessages].map(Number).join("");
};

describe("AutoGen's rows", () => {
  test.each([
    ["gpt-5", "gpt-5-2025-08-07", "11111", 400_000],
    ["gpt-4.1-nano", "gpt-4.1-nano-2025-04-14", "11111", 1_047_576],
    ["gpt-4.5-preview", "gpt-4.5-preview-2025-02-27", "11111", 128_000],
    ["gpt-4o", "gpt-4o-2024-08-06", "11111", 128_000],
    ["gpt-4o-2024-05-13", "gpt-4o-2024-05-13", "11101", 128_000],
    ["gpt-4o-search-preview-2025-03-11", "gpt-4o-search-preview-2025-03-11", "01111", 128_000],
    ["o1", "o1-2024-12-17", "01011", 200_000],
    ["o1-mini", "o1-mini-2024-09-12", "00001", 128_000],
    ["o3-mini", "o3-mini-2025-01-31", "01111", 200_000],
    ["gpt-4-turbo-preview", "gpt-4-0125-preview", "01101", 128_000],
    ["gpt-4", "gpt-4-0613", "01101", 8192],
    ["gpt-3.5-turbo-instruct", "gpt-3.5-turbo-instruct", "01101", 4096],
    ["gpt-4-1106-vision-preview", "gpt-4-1106-vision-preview", "10001", 128_000],
    ["gemini-1.5-pro", "gemini-1.5-pro", "11110", 2_097_152],
    ["gemini-2.5-flash", "gemini-2.5-flash", "11110", 1_048_576],
    ["claude-3-haiku", "claude-3-haiku-20240307", "11001", 50_000],
    ["claude-4-opus", "claude-opus-4-20250514", "11001", 200_000],
    ["llama-3.3-70b", "Llama-3.3-70B-Instruct", "01101", 128_000],
    ["llama-4-scout", "Llama-4-Scout-17B-16E-Instruct-FP8", "11111", 128_000],
  ])("%s is %s", (name, dated, expected, contextWindow) => {
    expect(bits(name)).toBe(expected);
    expect(catalogue.lookup(name)).toMatchObject({ name: dated, contextWindow, inferred: false });
  });

  test("Anthropic's own client has other flags for the same models, and Claude 3 its own families", () => {
    expect(bits("claude-sonnet-4-20250514", "anthropic")).toBe("11100");
    expect(bits("claude-2.1", "anthropic")).toBe("00100");
    expect(catalogue.lookup("claude-3-opus-20240229", "anthropic")?.info.family).toBe("claude-3-opus");
    expect(catalogue.lookup("claude-instant-1.2", "anthropic")?.contextWindow).toBe(100_000);
  });
});

describe("names that no table has", () => {
  test.each([
    ["gpt-5.2-codex", "11111", "gpt-5"],
    ["gpt-5.99", "11111", "gpt-5"],
    ["gpt-4.1-2026-01-01", "11111", "gpt-41"],
    ["o3-pro", "11111", "o3"],
    ["codex-mini-latest", "11111", "o4"],
    ["gemini-2.5-flash-image", "11110", "gemini-2.5-flash"],
    ["openai/gpt-5-mini-2027-01-01", "11111", "gpt-5"],
    ["deepseek-reasoner", "01101", "r1"],
    ["mistral-large-latest", "01111", "mistral"],
  ])("%s is inferred from its family", (name, expected, family) => {
    expect(bits(name)).toBe(expected);
    expect(catalogue.lookup(name)).toMatchObject({ name, inferred: true, info: { family } });
  });

  test.each(["claude-sonnet-4-6", "claude-haiku-4-5", "claude-opus-5", "claude-something-new"])(
    "%s sees, calls functions and follows schemas, with 200,000 tokens or more",
    (name) => {
      expect(bits(name, "anthropic")).toBe("11110");
      expect(catalogue.lookup(name, "anthropic")?.contextWindow).toBeGreaterThanOrEqual(200_000);
    },
  );

  test.each(["claude-3-5-haiku-20241022", "claude-3-7-sonnet-20250219"])("%s has tools and eyes", (name) => {
    expect(bits(name, "anthropic")).toBe("11100");
  });

  test.each([
    ["claude-sonnet-4-6", "11110", "claude-4-sonnet", "anthropic"],
    ["claude-haiku-4-5-20251001", "11110", "claude-4-sonnet", "anthropic"],
    ["claude-opus-4-1", "11110", "claude-4-opus", "anthropic"],
    ["claude-3-5-haiku-20241022", "11100", "claude-3-5-haiku", "anthropic"],
    ["gpt-5.2", "11111", "gpt-5", "openai"],
    ["gpt-5.4-mini-2026-03-17", "11111", "gpt-5", "openai"],
    ["openai/gpt-5.2", "11111", "gpt-5", "openai"],
    ["gemini-2.0-flash-lite", "11110", "gemini-2.0-flash", "openai"],
    ["gemini-2.5-pro", "11110", "gemini-2.5-pro", "openai"],
    ["models/gemini-2.5-pro", "11110", "gemini-2.5-pro", "openai"],
    ["gemini-3-flash-preview", "11110", "gemini-2.5-flash", "openai"],
  ] as const)("%s is on sale, and of a line whose members all can do the same", (name, expected, family, client) => {
    expect(bits(name, client)).toBe(expected);
    expect(catalogue.lookup(name, client)).toMatchObject({ name, inferred: false, info: { family } });
  });

  test.each([
    ["claude-sonnet-9-9", "anthropic"],
    ["claude-something-new", "anthropic"],
    ["claude-sonnet-4-6", "openai"],
    ["claude-sonnet-4-6-mine", "anthropic"],
  ] as const)("%s is a guess with the client of %s", (name, client) => {
    expect(catalogue.lookup(name, client)?.inferred).toBe(true);
  });

  test("a name of no family is unknown, also one that every object has", () => {
    for (const name of ["my-model", "", "toString", "__proto__", "gpt", "constructor"]) {
      expect(catalogue.lookup(name)).toBeUndefined();
      expect(catalogue.lookup(name, "anthropic")).toBeUndefined();
      expect(catalogue.price(name)).toBeUndefined();
    }
  });

  test("the most output, reasoning, and the shortest cached prefix are told where they are known", () => {
    expect(catalogue.lookup("gpt-5")).toMatchObject({ maxOutputTokens: 128_000, reasoning: true });
    expect(catalogue.lookup("claude-opus-4-7", "anthropic")?.cacheMinTokens).toBe(2048);
    expect(catalogue.lookup("claude-sonnet-4-20250514", "anthropic")).toMatchObject({
      maxOutputTokens: 64_000,
      cacheMinTokens: 1024,
    });
    expect(catalogue.lookup("grok-4")?.maxOutputTokens).toBeUndefined();
  });
});

describe("registered models", () => {
  test("a new name is known to this catalogue alone", () => {
    const own = new ModelCatalogue();
    const info = flags("11111", "unknown");
    own.register("my-model", { info, contextWindow: 5, price: { input: 1, output: 2 } });
    expect(own.lookup("my-model")).toEqual({ name: "my-model", info, contextWindow: 5, inferred: false });
    expect(own.price("my-model")).toEqual({ provider: "custom", id: "my-model", price: { input: 1, output: 2 } });
    expect(new ModelCatalogue().lookup("my-model")).toBeUndefined();
  });

  test("what is left out stays with the tables", () => {
    const own = new ModelCatalogue();
    own.register("gpt-4o", { contextWindow: 64_000 });
    own.register("gpt-4o", { maxOutputTokens: 100 });
    expect(own.lookup("gpt-4o")).toMatchObject({
      name: "gpt-4o-2024-08-06",
      contextWindow: 64_000,
      maxOutputTokens: 100,
    });
    expect(own.price("gpt-4o")?.provider).toBe("openai");
  });
});

describe("what a model takes beside text", () => {
  const catalogue = new ModelCatalogue();
  const audioOf = (name: string): boolean | undefined => catalogue.lookup(name)?.audio;

  test("recordings, where its name says so; in the vendors' other lines none; else nobody knows", () => {
    for (const name of ["gpt-audio", "gpt-4o-audio-preview", "gpt-4o-mini-audio-preview", "gemini-2.5-flash"]) {
      expect([name, audioOf(name)]).toEqual([name, true]);
    }
    for (const name of ["gpt-4o", "openai/gpt-5-mini", "o3", "claude-sonnet-4-6"]) {
      expect([name, audioOf(name)]).toEqual([name, false]);
    }
    expect(audioOf("mistral-small-latest")).toBeUndefined();
    expect(catalogue.lookup("gpt-4o-audio-preview")?.info).toMatchObject({ vision: false, functionCalling: true });
  });

  test("marks for the cache since gpt-5.6, levels of effort since Claude 4.6", () => {
    const marks = ["gpt-5", "gpt-5.5", "gpt-5.6-sol", "gpt-5.10", "gpt-6"];
    expect(marks.map((name) => catalogue.lookup(name)?.cacheBreakpoints === true)).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
    const efforts = (name: string): string | undefined => catalogue.lookup(name, "anthropic")?.efforts?.join(" ");
    expect(efforts("claude-sonnet-4-5")).toBeUndefined();
    expect(efforts("claude-opus-4-6")).toBe("low medium high max");
    expect(efforts("claude-opus-4-8")).toBe("low medium high xhigh max");
    expect(efforts("claude-sonnet-5")).toBe("low medium high xhigh max");
  });
});
