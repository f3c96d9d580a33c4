import { afterEach, describe, expect, test, vi } from "vitest";
import {
  imageFromBase64,
  imageFromBytes,
  imageFromDataUri,
  imageFromJson,
  imageToBytes,
  imageToDataUri,
  imageToJson,
  isImage,
} from "./image.ts";
import { CreateResult, UserMessage } from "./messages.ts";
import {
  ModelFamily,
  isClaudeFamily,
  isGeminiFamily,
  isLlamaFamily,
  isMistralFamily,
  isOpenAIFamily,
} from "./model-family.ts";
import { modelInfoFromJson, modelInfoToJson } from "./model-info.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a model info", () => {
  const info = { vision: true, function_calling: true, json_output: true, family: "gpt-4o", structured_output: true };

  test("that is whole passes and is written as it was", () => {
    const whole = { ...info, multiple_system_messages: false, context_window: 1000 };
    expect(modelInfoToJson(modelInfoFromJson(whole))).toEqual(whole);
    expect(modelInfoToJson(modelInfoFromJson(info))).toEqual(info);
  });

  test.each(["vision", "function_calling", "json_output", "family"])("without %s is refused", (key) => {
    const { [key]: _, ...rest } = info as Record<string, unknown>;
    expect(() => modelInfoFromJson(rest)).toThrow(`Missing required field '${key}' in ModelInfo`);
  });

  test("without structured_output warns and takes it as false", () => {
    const warned = vi.spyOn(process, "emitWarning").mockReturnValue();
    const { structured_output: _, ...rest } = info;
    expect(modelInfoFromJson(rest).structuredOutput).toBe(false);
    expect(warned).toHaveBeenCalledOnce();
  });
});

describe("a model family", () => {
  test("belongs to one maker at most; o1 to OpenAI, r1 to none", () => {
    const makers = [isClaudeFamily, isGeminiFamily, isLlamaFamily, isMistralFamily, isOpenAIFamily];
    for (const family of Object.values(ModelFamily)) {
      const count = makers.filter((is) => is(family)).length;
      expect([family, count]).toEqual([family, family === "r1" || family === "unknown" ? 0 : 1]);
    }
    expect(isOpenAIFamily("o1")).toBe(true);
    expect(isOpenAIFamily("r1")).toBe(false);
  });

  test("is by membership: another string is legal and belongs to none", () => {
    expect(isClaudeFamily("claude-99")).toBe(false);
    expect(isLlamaFamily("llama-4-scout")).toBe(true);
  });

  test("has Python's spellings beside the right ones", () => {
    expect(ModelFamily.CODESRAL).toBe(ModelFamily.CODESTRAL);
    expect(ModelFamily.OPEN_CODESRAL_MAMBA).toBe(ModelFamily.OPEN_CODESTRAL_MAMBA);
    expect(ModelFamily.GPT_41).toBe("gpt-41");
  });
});

describe("an image", () => {
  const bytes = (...values: readonly number[]): Uint8Array =>
    Uint8Array.from([...values, ...Array.from({ length: 20 }, () => 0)]);

  test.each([
    ["image/png", bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)],
    ["image/gif", bytes(...Buffer.from("GIF89a"))],
    ["image/webp", bytes(...Buffer.from("RIFF"), 1, 2, 3, 4, ...Buffer.from("WEBP"))],
    ["image/jpeg", bytes(0xff, 0xd8, 0xff)],
  ])("%s is known by its first bytes, and survives every form", (mediaType, data) => {
    const image = imageFromBytes(data);
    expect(image.mediaType).toBe(mediaType);
    expect(imageToBytes(image)).toEqual(data);
    expect(imageFromDataUri(imageToDataUri(image))).toEqual(image);
    expect(imageFromJson(imageToJson(image))).toEqual(image);
    expect(isImage(image)).toBe(true);
  });

  test("of megabytes does not overflow the stack", () => {
    expect(imageToBytes(imageFromBytes(new Uint8Array(3_000_000)))).toHaveLength(3_000_000);
  });

  test.each(["", "abc", "ab=c", "a b c d ", "%%%%"])("of %j is refused", (data) => {
    expect(() => imageFromBase64(data)).toThrow(/base64/);
  });

  test.each(["data:text/plain;base64,AAAA", "http://x", "data:image/png,AAAA"])("of the URI %s is refused", (uri) => {
    expect(() => imageFromDataUri(uri)).toThrow(/Invalid URI format/);
  });

  test("of another shape is refused", () => {
    expect(() => imageFromJson({ url: "x" })).toThrow(/"data"/);
    expect(isImage({ type: "Image" })).toBe(false);
  });
});

test("factories set the type; a result is not from a cache unless it says so", () => {
  expect(UserMessage({ content: "x", source: "u" })).toEqual({ type: "UserMessage", content: "x", source: "u" });
  const usage = { promptTokens: 1, completionTokens: 1 };
  expect(CreateResult({ finishReason: "stop", content: "x", usage })).toMatchObject({
    type: "CreateResult",
    cached: false,
  });
});
