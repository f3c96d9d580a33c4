import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { FileJournalStore } from "../journal/file/file-store.ts";
import type { JournalStore } from "../journal/journal-store.ts";
import { MemoryJournalStore } from "../journal/memory-store.ts";
import { journalStoreConformance, type StoreSubject } from "./journal-store-conformance.ts";
import { MemoryFileSystem } from "./memory-file-system.ts";

const folder = mkdtempSync(join(tmpdir(), "tesserae-journals-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

const xor = {
  encode: (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0x5a),
  decode: (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0x5a),
};

const onDisk: StoreSubject = {
  empty: async () => new FileJournalStore({ directory: join(folder, String(count++), "deep", "runs") }),
  other: async (store) => new FileJournalStore({ directory: directoryOf(store) }),
};

const durable: StoreSubject = {
  empty: async () => new FileJournalStore({ directory: join(folder, String(count++)), durability: "disk", codec: xor }),
  other: async (store) => new FileJournalStore({ directory: directoryOf(store), codec: xor }),
};

const fileSystem = new MemoryFileSystem();
const inMemory: StoreSubject = {
  empty: async () => new FileJournalStore({ directory: `/runs${count++}`, fileSystem }),
  other: async (store) => new FileJournalStore({ directory: directoryOf(store), fileSystem }),
};

const memory: StoreSubject = { empty: async () => new MemoryJournalStore(), other: async (store) => store };

describe.each([
  ["the memory store", memory],
  ["the file store", onDisk],
  ["the file store with encryption and flushing", durable],
  ["the file store on a file system in memory", inMemory],
])("%s", (_, subject) => {
  for (const check of journalStoreConformance) test(check.name, () => check.run(subject));
});

test("the checks find a store that loses the last entry", async () => {
  class Forgetful extends MemoryJournalStore {
    override async *read(runId: string, from?: number) {
      let last;
      for await (const entry of super.read(runId, from)) {
        if (last !== undefined) yield last;
        last = entry;
      }
    }
  }
  const subject: StoreSubject = { empty: async () => new Forgetful(), other: async (store) => store };
  const [first] = journalStoreConformance;
  await expect(first?.run(subject)).rejects.toThrow();
});

function directoryOf(store: JournalStore): string {
  return store instanceof FileJournalStore ? store.directory : "";
}
