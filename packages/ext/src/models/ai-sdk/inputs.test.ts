import {
  audioPart,
  filePart,
  imageFromUrl,
  providerTool,
  SystemMessage,
  UserMessage,
  type CreateOptions,
  type LLMMessage,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { QUESTION, reason, usage } from "../../../test/ai-sdk.ts";
import { AISDKChatCompletionAdapter } from "./index.ts";
import type { LanguageModel } from "./language-model.ts";

type Version = LanguageModel["specificationVersion"];
type Call = Record<string, unknown>;

/** What a model of this version of the specification is asked. */
async function asked(
  specificationVersion: Version,
  messages: readonly LLMMessage[],
  options: CreateOptions = {},
): Promise<Call> {
  const calls: unknown[] = [];
  const model: LanguageModel = {
    specificationVersion,
    provider: "anthropic.messages",
    modelId: "claude",
    doGenerate: (call) => {
      calls.push(call);
      return Promise.resolve({
        content: [{ type: "text", text: "Hi" }],
        finishReason: specificationVersion === "v2" ? "stop" : reason("stop"),
        usage: specificationVersion === "v2" ? { inputTokens: 10, outputTokens: 5 } : usage(10, 5),
      });
    },
    doStream: () => Promise.reject(new Error("not asked for")),
  };
  await new AISDKChatCompletionAdapter({ model }).create(messages, options);
  return calls[0] as Call;
}

const BYTES = filePart({ mediaType: "application/pdf", base64: "JVBERi0=", name: "a.pdf", cache: "1h" });
const BY_ID = filePart({ mediaType: "application/pdf", fileId: "file_1" });
const messages = [
  SystemMessage({ content: "s", cache: "5m" }),
  UserMessage({
    content: ["See", BYTES, imageFromUrl("https://example.org/a.png"), audioPart({ base64: "AA==" })],
    source: "user",
  }),
];
const hour = { providerOptions: { anthropic: { cacheControl: { type: "ephemeral", ttl: "1h" } } } };

describe("a model of the AI SDK is asked", () => {
  test.each<[Version, (data: string) => unknown, (url: URL) => unknown]>([
    ["v2", (data) => data, (url) => url],
    ["v3", (data) => data, (url) => url],
    ["v4", (data) => ({ type: "data", data }), (url) => ({ type: "url", url })],
  ])("with files as the specification %s has them, and marks in the provider's words", async (version, data, at) => {
    expect((await asked(version, messages))["prompt"]).toEqual([
      {
        role: "system",
        content: "s",
        providerOptions: { anthropic: { cacheControl: { type: "ephemeral" } } },
      },
      {
        role: "user",
        content: [
          { type: "text", text: "See" },
          { type: "file", mediaType: "application/pdf", filename: "a.pdf", data: data("JVBERi0="), ...hour },
          { type: "file", mediaType: "image/*", data: at(new URL("https://example.org/a.png")) },
          { type: "file", mediaType: "audio/wav", data: data("AA==") },
        ],
      },
    ]);
  });

  test("with a file's id since v4; before that it is refused", async () => {
    const question = [UserMessage({ content: [BY_ID], source: "user" })];
    expect((await asked("v4", question))["prompt"]).toEqual([
      {
        role: "user",
        content: [
          {
            type: "file",
            mediaType: "application/pdf",
            data: { type: "reference", reference: { anthropic: "file_1" } },
          },
        ],
      },
    ]);
    await expect(asked("v3", question)).rejects.toMatchObject({
      code: "ERR_UNSUPPORTED_INPUT",
      message: expect.stringMatching(/by file id.*AISDKChatCompletionAdapter.*bytes/),
    });
  });

  test("for an effort since v4; before that it is refused", async () => {
    expect(await asked("v4", QUESTION, { reasoningEffort: "low" })).toMatchObject({ reasoning: "low" });
    await expect(asked("v3", QUESTION, { reasoningEffort: "low" })).rejects.toMatchObject({
      code: "ERR_UNSUPPORTED_INPUT",
      message: expect.stringContaining("providerOptions"),
    });
  });

  test.each<[Version, string]>([
    ["v2", "provider-defined"],
    ["v3", "provider"],
    ["v4", "provider"],
  ])("with the provider's tools, of %s", async (version, type) => {
    const search = providerTool({ type: "anthropic.web_search_20250305", maxUses: 2 });
    expect(await asked(version, QUESTION, { tools: [search] })).toMatchObject({
      tools: [{ type, id: "anthropic.web_search_20250305", name: "web_search", args: { maxUses: 2 } }],
    });
    const other = asked(version, QUESTION, { tools: [providerTool({ type: "web_search" })] });
    await expect(other).rejects.toMatchObject({
      code: "ERR_UNSUPPORTED_INPUT",
      message: expect.stringContaining("anthropic.web_search_20250305"),
    });
  });

  test("with no file at an address that is none", async () => {
    const question = [UserMessage({ content: [imageFromUrl("a.png")], source: "user" })];
    await expect(asked("v3", question)).rejects.toThrow(/must be absolute/);
  });
});
