import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssistantAgent } from "@tesserae/agentchat";
import { ListMemory } from "@tesserae/core";
import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { ReplayChatCompletionClient } from "../../models/replay/index.ts";
import { ChromaDBVectorMemory, hashingEmbedding } from "../chromadb/index.ts";
import { addDocument, chunkText } from "./index.ts";

describe("a text in chunks", () => {
  test("is none, one or two at the boundaries", () => {
    const text = "0123456789";
    expect(chunkText("", { chunkSize: 10, overlap: 3 })).toEqual([]);
    expect(chunkText(text, { chunkSize: 10, overlap: 3 })).toEqual([text]);
    expect(chunkText(`${text}x`, { chunkSize: 10, overlap: 3 })).toEqual([text, "789x"]);
    expect(chunkText("x".repeat(951))).toHaveLength(3);
    expect(chunkText("x".repeat(950))).toHaveLength(2);
  });

  test("is cut where sentences end, if one does", () => {
    const text = "One is short. Two is longer than one. Threeisasinglewordthathasnoendanywhere!";
    expect(chunkText(text, { chunkSize: 24, overlap: 0, atSentences: true })).toEqual([
      "One is short. ",
      "Two is longer than one. ",
      "Threeisasinglewordthatha",
      "snoendanywhere!",
    ]);
    expect(chunkText("短い。もっと長い文です。", { chunkSize: 8, overlap: 0, atSentences: true })[0]).toBe("短い。");
  });

  test("can be put together again; each begins with the end of the one before, and says something new", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 200 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(39),
        fc.boolean(),
        (text, chunkSize, wanted, atSentences) => {
          const overlap = Math.min(wanted, chunkSize - 1);
          const chunks = chunkText(text, { chunkSize, overlap, atSentences });
          let whole: readonly string[] = [];
          for (const [index, chunk] of chunks.entries()) {
            const characters = Array.from(chunk);
            const shared = index === 0 ? 0 : overlap;
            expect(characters.length).toBeLessThanOrEqual(chunkSize);
            expect(characters.length).toBeGreaterThan(shared);
            expect(characters.slice(0, shared)).toEqual(whole.slice(whole.length - shared));
            whole = [...whole, ...characters.slice(shared)];
          }
          expect(whole.join("")).toBe(text);
        },
      ),
    );
  });

  test.each([
    [{ chunkSize: 0 }, /chunkSize must be a whole number greater than 0/],
    [{ chunkSize: 10, overlap: 10 }, /overlap must be .* less than chunkSize \(10\). It is 10/],
    [{ overlap: -1 }, /overlap must be/],
    [{ overlap: 0.5 }, /overlap must be/],
  ])("%o is refused", (options, message) => {
    expect(() => chunkText("x", options)).toThrow(message);
  });
});

describe("a document in a memory", () => {
  test("is a content for each chunk, with its source and place", async () => {
    const memory = new ListMemory();
    const options = {
      source: "a.md",
      metadata: { lang: "en" },
      mimeType: "text/markdown",
      chunkSize: 4,
      overlap: 1,
    } as const;
    expect(await addDocument(memory, "abcdefg", options)).toBe(2);
    expect(memory.content).toEqual([
      { content: "abcd", mimeType: "text/markdown", metadata: { lang: "en", source: "a.md", chunk_index: 0 } },
      { content: "defg", mimeType: "text/markdown", metadata: { lang: "en", source: "a.md", chunk_index: 1 } },
    ]);
  });

  test("stops at an abort", async () => {
    const memory = new ListMemory();
    const abort = new AbortController();
    vi.spyOn(memory, "add").mockImplementation(() => {
      abort.abort();
      return Promise.resolve();
    });
    const options = { source: "a", chunkSize: 2, overlap: 0, signal: abort.signal };
    await expect(addDocument(memory, "abcdef", options)).rejects.toMatchObject({ name: "AbortError" });
    expect(memory.add).toHaveBeenCalledTimes(1);
  });

  test("is found by its chunk, and an agent's event of its memory lists that", async () => {
    const folder = await mkdtemp(join(tmpdir(), "documents-"));
    const config = { clientType: "persistent", persistencePath: folder, k: 1 } as const;
    const memory = new ChromaDBVectorMemory({ config, chromaCommand: false, embeddingFunction: hashingEmbedding });
    onTestFinished(async () => {
      await memory.close();
      await rm(folder, { recursive: true, force: true });
    });
    const text =
      "The warranty lasts two years. The battery is charged by a cable. The screen is cleaned with a dry cloth.";
    await addDocument(memory, text, { source: "manual.txt", chunkSize: 40, overlap: 5, atSentences: true });
    const agent = new AssistantAgent({
      name: "helper",
      modelClient: new ReplayChatCompletionClient({ chatCompletions: ["Two years."] }),
      memory: [memory],
    });
    const { messages } = await agent.run("How long does the warranty last?");
    const event = messages.find((message) => message.type === "MemoryQueryEvent");
    expect(event && "content" in event ? event.content : undefined).toMatchObject([
      {
        content: expect.stringContaining("The warranty lasts two years."),
        metadata: { source: "manual.txt", chunk_index: 0 },
      },
    ]);
  });
});
