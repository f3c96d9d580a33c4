import { describe, expect, test } from "vitest";
import { ComponentRegistry } from "../components/registry.ts";
import { dumpComponent } from "../components/dump.ts";
import { BufferedChatCompletionContext } from "../model-context/buffered-context.ts";
import { imageFromBase64 } from "../models/image.ts";
import { ListMemory } from "./list-memory.ts";
import { MemoryMimeType, memoryContentFromJson, memoryContentToJson } from "./memory-content.ts";
import type { MemoryContent } from "./memory.ts";

const text: MemoryContent = { content: "likes tea", mimeType: "text/plain" };
const data: MemoryContent = {
  content: { unit: "metric" },
  mimeType: "application/json",
  metadata: { from: "settings" },
};
const bytes: MemoryContent = { content: new TextEncoder().encode("ab"), mimeType: "application/octet-stream" };
const image: MemoryContent = { content: imageFromBase64("iVBORw0KGgo="), mimeType: "image/*" };

describe("a list memory", () => {
  test("that is empty leaves the context empty", async () => {
    const context = new BufferedChatCompletionContext({ bufferSize: 3 });
    expect(await new ListMemory().updateContext(context)).toEqual({ memories: { results: [] } });
    expect(context.getMessages()).toEqual([]);
  });

  test("gives everything whatever is asked, in the order of adding, types kept; there is no cap", async () => {
    const memory = new ListMemory();
    const added = [text, data, bytes, image, text];
    for (const content of added) await memory.add(content);
    expect(await memory.query()).toEqual({ results: added });
  });

  test("adds one system message that numbers its contents", async () => {
    const memory = new ListMemory({ memoryContents: [text, data, bytes, image] });
    const context = new BufferedChatCompletionContext({ bufferSize: 3 });
    expect((await memory.updateContext(context)).memories.results).toHaveLength(4);
    expect(context.getMessages()).toEqual([
      {
        type: "SystemMessage",
        content:
          '\nRelevant memory content (in chronological order):\n1. likes tea\n2. {"unit":"metric"}\n3. <2 bytes>\n4. [Image]\n',
      },
    ]);
  });

  test("clears to nothing; its content can be replaced; it can be bounded", async () => {
    const memory = new ListMemory({ memoryContents: [text] });
    await memory.clear();
    expect(memory.content).toEqual([]);
    memory.content = [data];
    expect(memory.content).toEqual([data]);
    await memory.close();
    const bounded = new ListMemory({ maxItems: 2 });
    for (const content of [text, data, bytes]) await bounded.add(content);
    expect(bounded.content).toEqual([data, bytes]);
    expect(() => new ListMemory({ maxItems: 0 })).toThrow(/maxItems must be greater than 0/);
  });

  test("dumps with its provider, type, name and contents, and loads from provider and config alone", async () => {
    const registry = new ComponentRegistry().register(ListMemory);
    const memory = new ListMemory({ memoryContents: [text, data, bytes, image] });
    const dump = dumpComponent(memory);
    expect(dump).toMatchObject({
      provider: "autogen_core.memory.ListMemory",
      component_type: "memory",
      config: { name: "default_list_memory" },
    });
    const loaded = await registry.load<ListMemory>({ provider: dump.provider, config: dump.config });
    expect(loaded.content).toEqual(memory.content);
    expect(dumpComponent(loaded)).toEqual(dump);
  });
});

describe("a remembered content in JSON", () => {
  test.each([text, data, image])("round-trips: %j", (content) => {
    expect(memoryContentFromJson(memoryContentToJson(content))).toEqual(content);
  });

  test("bytes are UTF-8 text; others cannot be written", () => {
    expect(memoryContentToJson(bytes)).toEqual({
      content: "ab",
      mime_type: "application/octet-stream",
      metadata: null,
    });
    expect(memoryContentFromJson(memoryContentToJson(bytes))).toEqual(bytes);
    const binary = { content: Uint8Array.from([0xff]), mimeType: "application/octet-stream" };
    expect(() => memoryContentToJson(binary)).toThrow(/UTF-8/);
  });

  test.each([{}, { content: "x" }, { content: 5, mime_type: "text/plain" }, { content: ["x"], mime_type: "a" }, null])(
    "%j is refused",
    (json) => {
      expect(() => memoryContentFromJson(json)).toThrow(/memory content/);
    },
  );
});

test("the kinds of content have Python's values", () => {
  expect(MemoryMimeType).toEqual({
    TEXT: "text/plain",
    JSON: "application/json",
    MARKDOWN: "text/markdown",
    IMAGE: "image/*",
    BINARY: "application/octet-stream",
  });
});
