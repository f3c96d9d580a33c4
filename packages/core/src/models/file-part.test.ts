import { describe, expect, test } from "vitest";
import { shownModelRequest } from "../effects/model-request.ts";
import { ScriptedClient } from "../effects/testing/scripted-client.ts";
import { providerTool } from "../tools/provider-tool.ts";
import { audioPart, filePart, imageFromUrl, isFilePart, partKind, type FilePart } from "./file-part.ts";
import { imageFromBase64, imageFromJson, imageToJson } from "./image.ts";
import { llmMessageFromJson, llmMessageToConfig, llmMessageToJson } from "./message-json.ts";
import { AssistantMessage, FunctionExecutionResultMessage, SystemMessage, UserMessage } from "./messages.ts";
import { modelInfoFromJson, modelInfoToJson } from "./model-info.ts";

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
const PDF: FilePart = filePart({ mediaType: "application/pdf", name: "a.pdf", bytes: Uint8Array.of(37, 80, 68, 70) });

describe("a file", () => {
  test("holds its bytes in base64, its address, or the provider's id", () => {
    expect(PDF).toEqual({ type: "File", mediaType: "application/pdf", name: "a.pdf", base64: "JVBERg==" });
    expect(imageFromUrl("https://example.org/a.png", { detail: "low" })).toEqual({
      type: "File",
      mediaType: "image/*",
      url: "https://example.org/a.png",
      detail: "low",
    });
    expect(audioPart({ base64: "UklGRg==" })).toEqual({ type: "File", mediaType: "audio/wav", base64: "UklGRg==" });
    expect(filePart({ mediaType: "application/pdf", fileId: "file_1", name: undefined })).toEqual({
      type: "File",
      mediaType: "application/pdf",
      fileId: "file_1",
    });
  });

  test.each([
    {},
    { url: "https://example.org", fileId: "f" },
    { base64: "AA==", fileId: "f" },
    { base64: "AA==", bytes: Uint8Array.of(0) },
    { base64: 5 },
  ])("with %j is refused", (init) => {
    expect(() => filePart({ mediaType: "text/plain", ...(init as { url: string }) })).toThrow(/exactly one of/);
  });

  test("is known by its shape", () => {
    expect(isFilePart(PDF)).toBe(true);
    expect(isFilePart({ ...PDF, url: "x" })).toBe(false);
    expect(isFilePart(imageFromBase64(PIXEL))).toBe(false);
    expect(isFilePart("File")).toBe(false);
  });

  test("is an image, a recording, a video or a file by its media type", () => {
    const kinds = ["image/*", "audio/mpeg", "video/mp4", "application/pdf", "text/plain", "imagery/x"];
    expect(kinds.map((mediaType) => partKind({ ...PDF, mediaType }))).toEqual([
      "image",
      "audio",
      "video",
      "file",
      "file",
      "file",
    ]);
    expect(partKind(imageFromBase64(PIXEL))).toBe("image");
  });
});

describe("the JSON of a message with files and marks", () => {
  const messages = [
    SystemMessage({ content: "s", cache: "1h" }),
    UserMessage({
      content: [
        "look",
        imageFromBase64(PIXEL),
        filePart({ mediaType: "image/png", base64: PIXEL, detail: "high", cache: "5m" }),
        filePart({ ...PDF, title: "A", context: "of ann", citations: true, cache: "5m" }),
        imageFromUrl("https://example.org/a.png"),
        filePart({ mediaType: "text/csv", fileId: "file_1" }),
      ],
      source: "user",
      cache: "5m",
    }),
    AssistantMessage({ content: "a", source: "m", cache: "5m" }),
    FunctionExecutionResultMessage({ content: [{ content: "c", name: "f", callId: "1" }], cache: "5m" }),
  ];

  test("round-trips, as JSON and in component files", () => {
    for (const message of messages) {
      const json = llmMessageToJson(message);
      expect(llmMessageFromJson(JSON.parse(JSON.stringify(json)))).toEqual(message);
      expect(llmMessageFromJson(llmMessageToConfig(message))).toEqual(message);
    }
  });

  test("is pinned; a file has no `data`, which Python would read as an image", () => {
    expect(llmMessageToJson(UserMessage({ content: [filePart({ ...PDF, cache: "1h" })], source: "u" }))).toEqual({
      content: [{ type: "File", media_type: "application/pdf", name: "a.pdf", base64: "JVBERg==", cache: "1h" }],
      source: "u",
      type: "UserMessage",
    });
    expect(imageToJson(imageFromBase64(PIXEL))).toEqual({ data: PIXEL });
  });

  test.each([
    [{ type: "File", media_type: "application/pdf" }, "/content/0"],
    [{ type: "File", base64: "AA==" }, "/content/0"],
    [{ type: "File", media_type: "a/b", base64: "AA==", url: "x" }, "/content/0"],
    [{ type: "Video", url: "x" }, "data"],
  ])("%j in place of a part is refused", (part, where) => {
    expect(() => llmMessageFromJson({ type: "UserMessage", source: "u", content: [part] })).toThrow(where);
  });

  test("an image of Python's may hold what it likes beside; a mark of a time that nobody knows is passed over", () => {
    expect(imageFromJson({ data: PIXEL, detail: "low" })).toEqual(imageFromBase64(PIXEL));
    const json = { type: "SystemMessage", content: "s", cache: "1d" };
    expect(llmMessageFromJson(json)).toEqual(SystemMessage({ content: "s" }));
  });
});

describe("what is recorded of a call", () => {
  test("are the bytes of files, the effort, and the provider's form of its tools", () => {
    const tools = [providerTool({ type: "web_search", max_uses: 2 })];
    const messages = [UserMessage({ content: [PDF], source: "u" })];
    const client = new ScriptedClient([]);
    const request = shownModelRequest(client, messages, { tools, reasoningEffort: "low" });
    expect(request).toEqual({
      model: "scripted",
      messages: [llmMessageToJson(messages[0] ?? SystemMessage({ content: "" }))],
      tools: [{ name: "web_search", provider: { type: "web_search", max_uses: 2 } }],
      parameters: { reasoning_effort: "low" },
    });
    expect(shownModelRequest(client, messages, {})).not.toHaveProperty("parameters");
  });
});

describe("the flags of a model that may be absent", () => {
  const info = { vision: true, functionCalling: true, jsonOutput: true, structuredOutput: true, family: "x" };

  test("round-trip", () => {
    for (const more of [{}, { files: true, audio: false }, { reasoning: false }]) {
      expect(modelInfoFromJson(modelInfoToJson({ ...info, ...more }))).toEqual({ ...info, ...more });
    }
    expect(modelInfoToJson(info)).not.toHaveProperty("files");
  });
});
