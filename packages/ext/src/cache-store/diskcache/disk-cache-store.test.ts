import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { cachedTool, dumpComponent, tool, UserMessage } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { defaultRegistry } from "../../components/index.ts";
import { ChatCompletionCache } from "../../models/cache/index.ts";
import { ReplayChatCompletionClient } from "../../models/replay/index.ts";
import { DiskCacheStore } from "./index.ts";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "disk-cache-"))));
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true, force: true });
});

function open(name = "cache"): DiskCacheStore {
  const store = new DiskCacheStore({ directory: join(folder, name) });
  onTestFinished(() => {
    store.close();
  });
  return store;
}

describe("a store on disk", () => {
  test("gives what was kept, else the fallback, else nothing", () => {
    const store = open();
    expect(store.get("a")).toBeUndefined();
    expect(store.get("a", 7)).toBe(7);
    store.set("a", 1);
    store.set("a", 2);
    expect(store.get("a", 7)).toBe(2);
  });

  test.each<[string, unknown]>([
    ["text", "x"],
    ["nothing", null],
    ["nested objects", { a: { b: [{ c: null }] } }],
    ["a list of text", ["a", "b"]],
    ["a mixed list", ["a", { finish_reason: "stop" }, 1]],
    ["an empty list", []],
    ["any characters", "\0 \u{1f600} '"],
  ])("gives %s back as it was", (_, value) => {
    const store = open();
    store.set("key", value);
    expect(store.get("key")).toEqual(value);
  });

  test("refuses what is no JSON, and says where", () => {
    const store = open();
    expect(() => store.set("key", { at: new Date(0) })).toThrow(/the value of "key" to be JSON.*\/at/);
    expect(store.get("key")).toBeUndefined();
  });

  test("outlives its object; another directory is another store", () => {
    const first = open();
    first.set("a", 1);
    first.close();
    expect(open().get("a")).toBe(1);
    expect(open("other").get("a")).toBeUndefined();
    expect(() => first.get("a")).toThrow("is closed");
  });

  test("deletes one value, or all", () => {
    const store = open();
    store.set("a", 1);
    store.set("b", 2);
    expect([store.delete("a"), store.delete("a"), store.get("a")]).toEqual([true, false, undefined]);
    store.clear();
    expect(store.get("b")).toBeUndefined();
  });

  test("forgets a value when its time to live is over", () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const store = open();
    store.set("a", "short", { ttlMs: 1000 });
    store.set("b", "long", { ttlMs: Infinity });
    vi.advanceTimersByTime(999);
    expect(store.get("a")).toBe("short");
    vi.advanceTimersByTime(1);
    expect(store.get("a", "gone")).toBe("gone");
    expect(store.delete("a")).toBe(false);
    expect(store.get("b")).toBe("long");
    expect(() => store.set("c", 1, { ttlMs: 0 })).toThrow("ttlMs must be greater than 0");
  });

  test("is its owner's alone", async () => {
    open().set("a", 1);
    expect((await stat(join(folder, "cache", "cache.db"))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "cache"))).mode & 0o777).toBe(0o700);
  });

  test("touches nothing before its first call", async () => {
    open();
    await expect(stat(join(folder, "cache"))).rejects.toMatchObject({ code: "ENOENT" });
    expect(() => new DiskCacheStore({ directory: "" })).toThrow("needs a directory");
  });

  test("leaves the file of another program alone, and says what is wrong with one that is damaged", async () => {
    const other = new DatabaseSync(join(folder, "cache.db"));
    other.exec("CREATE TABLE Cache (key BLOB)");
    other.close();
    expect(() => open(".").get("a")).toThrow(/another program's database/);
    await writeFile(join(folder, "cache.db"), "x".repeat(5000));
    expect(() => open(".").get("a")).toThrow(/cannot be used: .*not a database/);
  });

  test("takes what several processes write at once", async () => {
    const program = `
      import { DiskCacheStore } from "@tesserae/ext/cache-store/diskcache";
      const store = new DiskCacheStore({ directory: process.argv[1] });
      for (let n = 0; n < 50; n += 1) store.set(process.argv[2] + n, n);
      store.close();`;
    const directory = join(folder, "cache");
    const run = async (name: string): Promise<unknown> => {
      const args = ["--conditions=source", "--input-type=module", "-e", program, directory, name];
      const child = spawn(process.execPath, args, { cwd: import.meta.dirname, stdio: ["ignore", "ignore", "pipe"] });
      let errors = "";
      child.stderr.on("data", (chunk) => (errors += String(chunk)));
      const [code] = await once(child, "close");
      return code === 0 ? 0 : errors;
    };
    expect(await Promise.all(["a", "b", "c"].map(run))).toEqual([0, 0, 0]);
    const store = open();
    for (const name of ["a", "b", "c"]) expect(store.get(`${name}49`)).toBe(49);
  });
});

test("answers of a model outlive the client", async () => {
  const question = [UserMessage({ content: "The capital?", source: "user" })];
  const ask = async (store: DiskCacheStore, ...answers: string[]): Promise<unknown> => {
    const client = new ReplayChatCompletionClient({ chatCompletions: answers });
    return (await new ChatCompletionCache({ client, store }).create(question)).content;
  };
  expect(await ask(open(), "Lisbon.")).toBe("Lisbon.");
  expect(await ask(open())).toBe("Lisbon.");
});

test("results of a tool outlive the tool", async () => {
  const call = (text: string) =>
    tool({ name: "page", description: "", parameters: { type: "object" }, execute: () => text });
  expect(await cachedTool(call("first"), { store: open() }).runJson({})).toBe("first");
  expect(await cachedTool(call("second"), { store: open() }).runJson({})).toBe("first");
});

test("Python's component loads, and is written again", async () => {
  const json = {
    provider: "autogen_ext.cache_store.diskcache.DiskCacheStore",
    component_type: "cache_store",
    version: 1,
    component_version: 1,
    config: { directory: join(folder, "cache") },
  };
  const loaded = await defaultRegistry().load<DiskCacheStore>(json, { expected: "cache_store" });
  expect(dumpComponent(loaded)).toMatchObject(json);
  const cache = dumpComponent(
    new ChatCompletionCache({ client: new ReplayChatCompletionClient({ chatCompletions: [] }), store: loaded }),
  );
  expect(cache.config).toMatchObject({ store: json });
  await expect(defaultRegistry().load(cache)).resolves.toBeInstanceOf(ChatCompletionCache);
});
