import { expect, test } from "vitest";
import { saveDownload } from "../agents/web-surfer/browser/save-download.ts";
import type { BrowserDownload, BrowserPage } from "../agents/web-surfer/browser/browser-types.ts";
import { CacheDatabase } from "../cache-store/diskcache/cache-database.ts";
import { writeCodeFile } from "../code-executors/shared/code-file.ts";
import { openWorkFolder } from "../code-executors/shared/work-folder.ts";
import { openEmbeddedStore } from "../memory/chromadb/embedded-store.ts";
import { CUSTOM } from "../memory/chromadb/vector-store.ts";
import { FileThreadStore } from "../threads/file-thread-store.ts";

/** A place that takes no folders, and says that it is not there: with `recursive`, Node tries for ever. */
const NOWHERE = "/proc/tesserae-nowhere/deeper";

const memory = { name: "m", tenant: "t", database: "d", metric: "l2", embedding: CUSTOM } as const;
const conversation = { version: 1, state: {}, messages: [] };

test.runIf(process.platform === "linux").each([
  ["a conversation", () => new FileThreadStore({ directory: NOWHERE }).save("a", conversation), /ENOENT/],
  ["a cache", async () => new CacheDatabase(NOWHERE), /The cache .* cannot be used: ENOENT/],
  ["a memory", async () => openEmbeddedStore(NOWHERE, memory), /The memory .* cannot be used: ENOENT/],
  ["code", () => openWorkFolder(NOWHERE), /The working folder .* cannot be written to/],
  ["a code file", () => writeCodeFile(`${NOWHERE}/a.py`, ""), /ENOENT/],
])("a folder for %s that cannot be made is told at once", async (_, make, message) => {
  await expect(make()).rejects.toThrow(message);
});

test.runIf(process.platform === "linux")("so is one for what a page downloads", async () => {
  const download = {
    suggestedFilename: () => "a.txt",
    url: () => "https://x.test/a.txt",
  } as unknown as BrowserDownload;
  const said = await saveDownload(download, {} as unknown as BrowserPage, NOWHERE, undefined, undefined);
  expect(said).toMatch(/^The download of "a\.txt" failed: .*ENOENT/);
});
