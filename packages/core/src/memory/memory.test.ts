import { describe, expect, test } from "vitest";
import { ComponentRegistry } from "../components/registry.ts";
import { dumpComponent } from "../components/dump.ts";
import { updateContextFromMemory } from "../effects/update-context-from-memory.ts";
import type { Journal } from "../journal/journal.ts";
import { recordTo, replayFrom } from "../journal/journals.ts";
import { MemoryJournalStore } from "../journal/memory-store.ts";
import { BufferedChatCompletionContext } from "../model-context/buffered-context.ts";
import { UnboundedChatCompletionContext } from "../model-context/unbounded-context.ts";
import { imageFromBase64 } from "../models/image.ts";
import { UserMessage, type LLMMessage } from "../models/messages.ts";
import { openRun } from "../run/open-run.ts";
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

  test("can be bounded by tokens: the newest that fit stay, at least one", async () => {
    const note = (content: string): MemoryContent => ({ content, mimeType: "text/plain" });
    const memory = new ListMemory({ maxTokens: 3 });
    for (const content of ["12345678", "1234", "abcd"]) await memory.add(note(content));
    expect(memory.content).toEqual([note("1234"), note("abcd")]);
    await memory.add(note("far more than three tokens can hold"));
    expect(memory.content).toEqual([note("far more than three tokens can hold")]);
    expect(() => new ListMemory({ maxTokens: 0 })).toThrow(/maxTokens must be greater than 0/);
  });

  test("adds its list again with each step; told to, it puts the new one in the place of the old", async () => {
    const user = (content: string): LLMMessage => UserMessage({ content, source: "user" });
    const heading = "\nRelevant memory content (in chronological order):\n";
    const shown = async (replaceInContext: boolean): Promise<readonly unknown[]> => {
      const memory = new ListMemory({ memoryContents: [text], replaceInContext });
      const context = new UnboundedChatCompletionContext();
      context.addMessage(user("one"));
      await memory.updateContext(context);
      context.addMessage(user("two"));
      await memory.updateContext(context);
      await memory.add(data);
      expect((await memory.updateContext(context)).memories.results).toEqual([text, data]);
      return context.getMessages().map(({ content }) => content);
    };
    const before = `${heading}1. likes tea\n`;
    const after = `${before}2. {"unit":"metric"}\n`;
    expect(await shown(false)).toEqual(["one", before, "two", before, after]);
    expect(await shown(true)).toEqual(["one", after, "two"]);
  });

  test("whose list is the same leaves the context alone, and a replay does to it what was done", async () => {
    const memory = new ListMemory({ memoryContents: [text], replaceInContext: true });
    const store = new MemoryJournalStore();
    const step = async (journal: Journal): Promise<readonly LLMMessage[]> => {
      const context = new UnboundedChatCompletionContext();
      const run = await openRun({ name: "r", task: null, journal });
      for (const content of [data, data, undefined]) {
        await updateContextFromMemory(run.context, memory, context);
        context.addMessage(UserMessage({ content: "next", source: "user" }));
        if (content !== undefined) await memory.add(content);
      }
      await run.end({ status: "finished" });
      return context.getMessages();
    };
    const recorded = await step(recordTo(store, { runId: "r" }));
    expect(recorded.map(({ type }) => type)).toEqual(["SystemMessage", "UserMessage", "UserMessage", "UserMessage"]);
    await memory.clear();
    expect(await step(replayFrom(store, "r"))).toEqual(recorded);
    const untouched = new UnboundedChatCompletionContext();
    const still = new ListMemory({ memoryContents: [text], replaceInContext: true });
    await still.updateContext(untouched);
    untouched.clear = () => {
      throw new Error("cleared");
    };
    await still.updateContext(untouched);
    expect(untouched.getMessages()).toHaveLength(1);
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
    const own = { maxItems: 2, maxTokens: 9, replaceInContext: true, bytesAsBase64: true };
    const binary = { content: Uint8Array.from([0xff]), mimeType: "application/octet-stream", metadata: { from: "x" } };
    const written = dumpComponent(new ListMemory({ ...own, memoryContents: [binary, image] }));
    expect(written.config).toMatchObject({ memory_contents: [{ content: { data: "/w==" } }, {}] });
    const special = await registry.load<ListMemory>(written);
    expect(special).toMatchObject(own);
    expect(special.content).toEqual([binary, image]);
    const broken = {
      provider: dump.provider,
      config: { memory_contents: [{ content: { data: "%" }, mime_type: "application/octet-stream" }] },
    };
    await expect(registry.load(broken)).rejects.toThrow(/base64/);
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
