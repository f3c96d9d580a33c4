import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { scriptedEmbedding } from "../../../test/memory/scripted-embedding.ts";
import { ChromaDBVectorMemory } from "./index.ts";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "chroma-folder-"))));
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

function open(chromaCommand: string | false, persistencePath = join(folder, "db")): ChromaDBVectorMemory {
  const config = { clientType: "persistent", persistencePath } as const;
  const memory = new ChromaDBVectorMemory({ config, chromaCommand, embeddingFunction: scriptedEmbedding });
  onTestFinished(() => memory.close());
  return memory;
}

describe("the folder of a memory", () => {
  test.each([
    ["is not there", "no-such-command-of-chroma"],
    ["ends at once", process.execPath],
  ])("is a SQLite file where the command of Chroma %s, and a warning says so", async (_, command) => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const path = join(folder, "db");
    await open(command).add({ content: "Paris", mimeType: "text/plain" });
    expect(warned).toHaveBeenCalledWith(expect.stringContaining(path), { code: "TESSERAE_MEMORY_FALLBACK" });
    expect((await stat(join(path, "tesserae-memory.db"))).mode & 0o777).toBe(0o600);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
  });

  test("that holds data of Chroma is not made another's", async () => {
    await mkdir(join(folder, "db"));
    await writeFile(join(folder, "db", "chroma.sqlite3"), "");
    await expect(open(false).query("x")).rejects.toThrow(/holds data of Chroma, which only Chroma can read/);
    await expect(stat(join(folder, "db", "tesserae-memory.db"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("that is kept in a file stays so: no server is started over it", async () => {
    await open(false).add({ content: "Paris", mimeType: "text/plain" });
    const { results } = await open("/no/such/command").query("Paris");
    expect(results).toHaveLength(1);
  });

  test("with a file that cannot be used says why", async () => {
    const path = join(folder, "tesserae-memory.db");
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE notes (text TEXT)");
    other.close();
    await expect(open(false, folder).query("x")).rejects.toThrow(/another program's database/);
    await writeFile(path, "x".repeat(5000));
    await expect(open(false, folder).query("x")).rejects.toMatchObject({ code: "ERR_MEMORY_STORE" });
  });

  test("is used by two memories at once, one of which is reset", async () => {
    const config = { clientType: "persistent", persistencePath: folder, allowReset: true } as const;
    const options = { config, chromaCommand: false, embeddingFunction: scriptedEmbedding } as const;
    const [first, second] = [new ChromaDBVectorMemory(options), new ChromaDBVectorMemory(options)];
    await first.add({ content: "Paris", mimeType: "text/plain" });
    expect((await second.query("Paris")).results).toHaveLength(1);
    await first.reset();
    await expect(second.query("Paris")).rejects.toThrow(/no longer there/);
    await second.close();
    expect((await second.query("Paris")).results).toEqual([]);
    await Promise.all([first.close(), second.close()]);
  });
});
