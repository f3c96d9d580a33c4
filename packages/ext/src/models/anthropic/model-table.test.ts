import { ValueError } from "@tesserae/core";
import { describe, expect, test, vi } from "vitest";
import { forgetWarnings } from "../../testing/openai-fixture.ts";
import { AnthropicChatCompletionClient } from "./anthropic-chat-completion-client.ts";

const client = (model: string): AnthropicChatCompletionClient =>
  new AnthropicChatCompletionClient({ model, apiKey: "k" });

/** Vision, functions, JSON, structured output, several system messages. */
function flags(model: string): string {
  const { vision, functionCalling, jsonOutput, structuredOutput, multipleSystemMessages } = client(model).modelInfo;
  return [vision, functionCalling, jsonOutput, structuredOutput, multipleSystemMessages].map(Number).join("");
}

describe("the models that AutoGen knows", () => {
  test.each([
    ["claude-opus-4-20250514", "claude-4-opus"],
    ["claude-opus-4-0", "claude-4-opus"],
    ["claude-sonnet-4-20250514", "claude-4-sonnet"],
    ["claude-sonnet-4-0", "claude-4-sonnet"],
    ["claude-3-7-sonnet-20250219", "claude-3-7-sonnet"],
    ["claude-3-7-sonnet-latest", "claude-3-7-sonnet"],
    ["claude-3-opus-20240229", "claude-3-opus"],
    ["claude-3-sonnet-20240229", "claude-3-sonnet"],
    ["claude-3-haiku-20240307", "claude-3-haiku"],
    ["claude-3-5-sonnet-20240620", "claude-3-5-sonnet"],
  ])("%s sees, calls functions and takes 200,000 tokens; its family is %s", (model, family) => {
    expect(flags(model)).toBe("11100");
    expect(client(model).modelInfo.family).toBe(family);
    expect(client(model).remainingTokens([])).toBe(200_000);
  });

  test.each([
    ["claude-instant-1.2", 100_000],
    ["claude-2.0", 100_000],
    ["claude-2.1", 200_000],
  ])("%s does neither, and takes %i tokens", (model, tokens) => {
    expect(flags(model)).toBe("00100");
    expect(client(model).remainingTokens([])).toBe(tokens);
  });
});

describe("models that no table names", () => {
  test.each([
    ["claude-3-5-haiku-20241022", "11100", "claude-3-5-haiku"],
    ["claude-haiku-4-5", "11110", "claude-4-sonnet"],
    ["claude-sonnet-4-6", "11110", "claude-4-sonnet"],
    ["claude-opus-4-6", "11110", "claude-4-opus"],
    ["claude-some-thing-9", "11110", "claude-4-sonnet"],
  ])("%s keeps eyes and tools (%s)", (model, expected, family) => {
    expect(flags(model)).toBe(expected);
    expect(client(model).modelInfo.family).toBe(family);
    expect(client(model).remainingTokens([])).toBeGreaterThanOrEqual(200_000);
  });

  test("give a warning where their name is nothing but a guess", () => {
    forgetWarnings();
    const emitWarning = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    for (const model of ["claude-sonnet-4-6", "claude-haiku-4-5", "claude-opus-4-1-20250805"]) client(model);
    expect(emitWarning).not.toHaveBeenCalled();
    client("claude-guess-9");
    expect(emitWarning.mock.calls).toMatchObject([
      [expect.stringContaining("claude-guess-9"), { code: "TESSERAE_MODEL_INFERRED" }],
    ]);
    emitWarning.mockRestore();
  });

  test("are taken with a model info, and refused without one when nothing is known of them", () => {
    expect(() => client("my-own-model")).toThrow(/my-own-model/);
    const modelInfo = {
      vision: false,
      functionCalling: true,
      jsonOutput: true,
      structuredOutput: false,
      family: "unknown",
    };
    const own = new AnthropicChatCompletionClient({ model: "my-own-model", modelInfo, apiKey: "k" });
    expect(own.modelInfo).toEqual(modelInfo);
    expect(own.remainingTokens([])).toBe(200_000);
    const windowed = { ...modelInfo, contextWindow: 5000 };
    expect(new AnthropicChatCompletionClient({ model: "m", modelInfo: windowed }).remainingTokens([])).toBe(5000);
  });
});

test("options that no client can be made with are refused", () => {
  const capabilities = { vision: true, functionCalling: true, jsonOutput: true };
  const modelInfo = { ...capabilities, structuredOutput: true, family: "unknown" };
  const model = "claude-sonnet-4-6";
  const wrong: readonly unknown[] = [
    undefined,
    {},
    { model: "" },
    { model, baseUrl: "api.anthropic.com" },
    { model, baseUrl: "ftp://a.b" },
    { model, timeout: 0 },
    { model, timeout: -1 },
    { model, maxTokens: 1.5 },
    { model, maxRetries: -1 },
    { model, thinking: { budgetTokens: 1 } },
    { model, modelInfo, modelCapabilities: capabilities },
    { model, modelInfo: { ...modelInfo, family: undefined } },
    { model, extraBody: { messages: [] } },
  ];
  for (const options of wrong) {
    const make = (): unknown => Reflect.construct(AnthropicChatCompletionClient, [options]);
    expect(make, JSON.stringify(options)).toThrow(ValueError);
  }
  const old = new AnthropicChatCompletionClient({ model, modelCapabilities: capabilities });
  expect(old.modelInfo).toMatchObject({ ...capabilities, family: "unknown" });
});

test("an option that is not known is told once", async () => {
  const told = new Promise<Error>((resolve) => {
    const listen = (warning: Error): void => {
      if (!warning.message.includes("maxTokenz")) return;
      process.off("warning", listen);
      resolve(warning);
    };
    process.on("warning", listen);
  });
  Reflect.construct(AnthropicChatCompletionClient, [{ model: "claude-sonnet-4-6", maxTokenz: 5 }]);
  expect(await told).toMatchObject({ code: "TESSERAE_UNKNOWN_OPTION" });
});
