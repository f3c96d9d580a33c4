import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { isTesseraeError } from "../../errors/tesserae-error.ts";
import { failure, MemoryFileSystem } from "../../testing/memory-file-system.ts";
import type { JournalEntry } from "../entries.ts";
import { forkFrom, recordTo, replayFrom, resumeFrom } from "../journals.ts";
import { MortalMachine } from "../testing/mortal.ts";
import { aesCodec } from "../testing/aes-codec.ts";
import { runScript, type Step } from "../testing/workload.ts";
import { World } from "../testing/world.ts";
import { FileJournalStore } from "./file-store.ts";
import { thisProcess } from "./process-identity.ts";

const root = mkdtempSync(join(tmpdir(), "tesserae-file-store-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
const fresh = (): string => join(root, String(count++));

const steps: readonly Step[] = [
  { type: "leaf", name: "a", repeat: "safe" },
  { type: "turn" },
  { type: "calls", name: "n", count: 2 },
  { type: "leaf", name: "b", repeat: "safe" },
];
const path = "/runs/r/journal.jsonl";

async function recorded(fileSystem: MemoryFileSystem): Promise<FileJournalStore> {
  const store = new FileJournalStore({ directory: "/runs", fileSystem });
  const { error } = await runScript(steps, { world: new World(), journal: recordTo(store, { runId: "r", seed: "s" }) });
  expect(error).toBeUndefined();
  return store;
}

async function entries(store: FileJournalStore, runId = "r"): Promise<JournalEntry[]> {
  const all: JournalEntry[] = [];
  for await (const entry of store.read(runId)) all.push(entry);
  return all;
}

describe("on disk", () => {
  test("a run is a folder and a file for its owner only, one line an entry, each with its checksum", async () => {
    const directory = fresh();
    const store = new FileJournalStore({ directory });
    await runScript(steps, { world: new World(), journal: recordTo(store, { runId: "r" }) });
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, "r")).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, "r/journal.jsonl")).mode & 0o777).toBe(0o600);
    const lines = readFileSync(join(directory, "r/journal.jsonl"), "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength((await entries(store)).length);
    for (const line of lines) expect(line).toMatch(/^\{"e":.*,"c":"[0-9a-f]{8}"\}$/);
    expect((await entries(store)).map(({ e }) => e).slice(0, 4)).toEqual(["run", "begin", "settle", "value"]);
  });

  test("the folder comes from the option, then from TESSERAE_RUNS_DIR, then from the home", () => {
    const before = process.env["TESSERAE_RUNS_DIR"];
    process.env["TESSERAE_RUNS_DIR"] = "/elsewhere";
    expect(new FileJournalStore({ directory: "/here" }).directory).toBe("/here");
    expect(new FileJournalStore().directory).toBe("/elsewhere");
    delete process.env["TESSERAE_RUNS_DIR"];
    expect(new FileJournalStore().directory).toMatch(/\.tesserae\/runs$/);
    if (before !== undefined) process.env["TESSERAE_RUNS_DIR"] = before;
  });

  test("a journal is readable while it is written, without a lock", async () => {
    const directory = fresh();
    const writer = await new FileJournalStore({ directory }).open("r", "create");
    await writer.append([{ e: "mark", at: 1, turn: 1 }]);
    expect(await entries(new FileJournalStore({ directory }))).toHaveLength(1);
    await writer.close();
  });

  test("encryption leaves nothing to read, and another key reads nothing", async () => {
    const directory = fresh();
    const store = new FileJournalStore({ directory, codec: aesCodec("one"), durability: "disk" });
    const world = new World();
    const first = await runScript(steps, { world, journal: recordTo(store, { runId: "r" }) });
    expect(readFileSync(join(directory, "r/journal.jsonl"), "utf8")).not.toContain("team");
    const again = await runScript(steps, { world, journal: replayFrom(store, "r") });
    expect(again.error).toBeUndefined();
    expect(again.messages).toEqual(first.messages);
    for (const codec of [aesCodec("two"), undefined]) {
      const other = new FileJournalStore({ directory, codec });
      await expect(entries(other)).rejects.toMatchObject({ code: "ERR_JOURNAL_CORRUPT" });
      expect(await other.list()).toEqual([]);
    }
  });
});

describe("a write that fails", () => {
  test("at any append fails the run before the result is used, and the run can be resumed", async () => {
    const whole = new MemoryFileSystem();
    let appends = 0;
    whole.onWrite = (name) => {
      if (name === path) appends += 1;
      return undefined;
    };
    const finished = await recorded(whole).then((store) => entries(store));
    expect(finished.at(-1)?.e).toBe("end");
    for (let full = 2; full <= appends; full += 1) {
      for (const accepts of [0, 10, 100_000]) {
        const fileSystem = new MemoryFileSystem();
        const world = new World();
        let append = 0;
        fileSystem.onWrite = (name, length) => {
          if (name !== path) return undefined;
          append += 1;
          return append === full ? { accepts: Math.min(accepts, length), error: failure("ENOSPC", name) } : undefined;
        };
        const store = new FileJournalStore({ directory: "/runs", fileSystem });
        const failed = await runScript(steps, { world, journal: recordTo(store, { runId: "r", seed: "s" }) });
        expect(isTesseraeError(failed.error, "ERR_JOURNAL_WRITE")).toBe(true);
        fileSystem.onWrite = undefined;
        // What was not written was not used either: no message tells of it.
        const written = (await entries(store)).filter(({ e }) => e === "settle").length;
        expect(failed.messages).toHaveLength(written);
        const resumed = await runScript(steps, { world, journal: resumeFrom(store, "r") });
        expect(resumed.error).toBeUndefined();
        for (const performed of world.performed.values()) expect(performed).toBeLessThanOrEqual(2);
      }
    }
  });

  test("short writes are completed", async () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.onWrite = (_, length) => ({ accepts: Math.max(1, length >> 2) });
    const store = await recorded(fileSystem);
    const plain = await recorded(new MemoryFileSystem());
    expect((await entries(store)).map(({ e }) => e)).toEqual((await entries(plain)).map(({ e }) => e));
  });

  test("a removed folder is noticed, although the system takes the writes", async () => {
    const directory = fresh();
    const store = new FileJournalStore({ directory });
    const failed = await runScript(steps, {
      world: new World(),
      journal: recordTo(store, { runId: "r" }),
      opened: () => rmSync(directory, { recursive: true }),
    });
    expect(failed.error).toMatchObject({ code: "ERR_JOURNAL_WRITE" });
    expect(failed.messages).toEqual([]);
  });

  test("a folder that cannot be made fails before anything runs", async () => {
    const file = fresh();
    writeFileSync(file, "");
    const store = new FileJournalStore({ directory: join(file, "runs") });
    const world = new World();
    await expect(runScript(steps, { world, journal: recordTo(store) })).rejects.toMatchObject({
      code: "ERR_JOURNAL_WRITE",
    });
    expect(world.total).toBe(0);
  });
});

describe("a journal that is not whole", () => {
  test("cut at any byte of its last line is read without it, and cut by the next writer only", async () => {
    const fileSystem = new MemoryFileSystem();
    const store = await recorded(fileSystem);
    const bytes = fileSystem.content(path);
    const all = await entries(store);
    const lastLine = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
    for (let length = lastLine; length < bytes.length; length += 1) {
      fileSystem.put(path, bytes.slice(0, length));
      expect(await entries(store)).toHaveLength(all.length - 1);
      expect(fileSystem.content(path)).toHaveLength(length);
      await (await store.open("r", "append")).close();
      expect(fileSystem.content(path)).toHaveLength(lastLine);
    }
  });

  test("with a bad line in its middle is damage, told with line and offset; the part before it can be forked", async () => {
    const fileSystem = new MemoryFileSystem();
    const store = await recorded(fileSystem);
    const bytes = fileSystem.content(path);
    const offsets = [...bytes.entries()].filter(([, byte]) => byte === 0x0a).map(([at]) => at);
    const at = (offsets[4] ?? 0) + 10;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    fileSystem.put(path, bytes);
    const damage = {
      code: "ERR_JOURNAL_CORRUPT",
      message: expect.stringContaining(`line 6 (at offset ${(offsets[4] ?? 0) + 1})`),
    };
    await expect(entries(store)).rejects.toMatchObject(damage);
    await expect(store.open("r", "append")).rejects.toMatchObject(damage);
    expect(await store.lock("r")).toBeUndefined();
    const world = new World();
    await expect(runScript(steps, { world, journal: resumeFrom(store, "r") })).rejects.toMatchObject(damage);
    await expect(runScript(steps, { world, journal: forkFrom(store, "r") })).rejects.toMatchObject(damage);
    expect(fileSystem.content(path)).toEqual(bytes);
    const forked = await runScript(steps, { world, journal: forkFrom(store, "r", { salvage: true, runId: "f" }) });
    expect(forked.error).toBeUndefined();
    expect(forked.outcome.status).toBe("finished");
    const again = await runScript(steps, { world, journal: replayFrom(store, "f") });
    expect(again.error).toBeUndefined();
    expect(again.messages).toEqual(forked.messages);
    expect((await store.list()).map(({ runId }) => runId).toSorted()).toEqual(["f", "r"]);
  });

  test("empty, or with nothing but noise, is no run", async () => {
    const fileSystem = new MemoryFileSystem();
    const store = new FileJournalStore({ directory: "/runs", fileSystem });
    for (const content of ["", "x", "\n\n", "{}\n", "\u0000".repeat(1000)]) {
      fileSystem.put(path, new TextEncoder().encode(content));
      await expect(runScript(steps, { world: new World(), journal: resumeFrom(store, "r") })).rejects.toMatchObject({
        code: "ERR_JOURNAL_CORRUPT",
      });
      expect(await store.list()).toEqual([]);
      expect(await store.lock("r")).toBeUndefined();
    }
  });

  test("with only a header is a run that asked for nothing yet", async () => {
    const fileSystem = new MemoryFileSystem();
    const store = await recorded(fileSystem);
    const bytes = fileSystem.content(path);
    fileSystem.put(path, bytes.slice(0, bytes.indexOf(0x0a) + 1));
    expect(await store.list()).toMatchObject([{ status: "interrupted", task: "go" }]);
    const world = new World();
    const resumed = await runScript(steps, { world, journal: resumeFrom(store, "r") });
    expect(resumed.outcome.status).toBe("finished");
    expect(world.total).toBe(4);
  });

  test("of a newer version is refused", async () => {
    const fileSystem = new MemoryFileSystem();
    const store = await recorded(fileSystem);
    const [header, ...rest] = await entries(store);
    const writer = await store.open("new", "create");
    if (header?.e !== "run") throw new Error("no header");
    await writer.append([{ ...header, v: 2, run: "new" }, ...rest]);
    await writer.close();
    const again = runScript(steps, { world: new World(), journal: replayFrom(store, "new") });
    await expect(again).rejects.toMatchObject({ code: "ERR_JOURNAL_VERSION" });
  });
});

describe("the lock", () => {
  const lock = (content: object): string => {
    const directory = fresh();
    mkdirSync(join(directory, "r"), { recursive: true });
    writeFileSync(join(directory, "r/journal.jsonl"), "");
    writeFileSync(join(directory, "r/lock"), JSON.stringify(content));
    return directory;
  };
  const me = thisProcess();
  const started = me.startOf(process.pid);

  test("of two resumes at once lets one through", async () => {
    const machine = new MortalMachine();
    const world = new World();
    const whole = new MortalMachine();
    await runScript(steps, { world, journal: recordTo(whole.start(world), { runId: "r" }) });
    await runScript(steps, {
      world,
      journal: recordTo(machine.start(world, whole.boundaries[2] ?? 0), { runId: "r" }),
    });
    const store = machine.start(world);
    const both = await Promise.allSettled([
      runScript(steps, { world, journal: resumeFrom(store, "r") }),
      runScript(steps, { world, journal: resumeFrom(store, "r") }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const refused = both.find((result) => result.status === "rejected");
    expect(refused?.reason).toMatchObject({ code: "ERR_JOURNAL_LOCKED" });
  });

  test("of a process that is dead is taken over", async () => {
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    const directory = lock({ pid: dead, started: "then", host: hostname(), since: 1, token: "t" });
    const store = new FileJournalStore({ directory });
    expect(await store.lock("r")).toBeUndefined();
    const writer = await store.open("r", "append");
    expect((await store.lock("r"))?.pid).toBe(process.pid);
    await writer.close();
  });

  test.runIf(started !== "unknown")("of a pid that another process has by now is taken over", async () => {
    const directory = lock({ pid: process.pid, started: "another:1", host: hostname(), since: 1, token: "t" });
    await (await new FileJournalStore({ directory }).open("r", "append")).close();
  });

  test("of a live process is kept, by force as well", async () => {
    const directory = lock({ pid: process.pid, started, host: hostname(), since: 1, token: "t" });
    const store = new FileJournalStore({ directory });
    for (const force of [false, true]) {
      const opened = store.open("r", "append", { force: force && started !== "unknown" });
      await expect(opened).rejects.toMatchObject({ code: "ERR_JOURNAL_LOCKED" });
    }
  });

  test("of another machine is broken by force only", async () => {
    const directory = lock({ pid: 1, started: "x", host: "another machine", since: 1, token: "t" });
    const store = new FileJournalStore({ directory });
    await expect(store.open("r", "append")).rejects.toThrow("another machine");
    expect((await store.lock("r"))?.host).toBe("another machine");
    await (await store.open("r", "append", { force: true })).close();
  });

  test("that nobody finished writing is kept while it is young", async () => {
    const directory = lock({});
    writeFileSync(join(directory, "r/lock"), '{"pid":');
    const store = new FileJournalStore({ directory });
    await expect(store.open("r", "append")).rejects.toMatchObject({ code: "ERR_JOURNAL_LOCKED" });
  });

  test.each(["", "rubbish", "{}", '{"pid":'])(
    "that holds %j is said to be unreadable, and is taken over by force",
    async (text) => {
      const directory = lock({});
      const file = join(directory, "r/lock");
      writeFileSync(file, text);
      const store = new FileJournalStore({ directory });
      await expect(store.open("r", "append")).rejects.toMatchObject({
        code: "ERR_JOURNAL_LOCKED",
        message: expect.stringMatching(/the lock file is unreadable.*`force`/),
      });
      await expect(store.open("r", "append")).rejects.toThrow(file);
      await (await store.open("r", "append", { force: true })).close();
      expect(existsSync(file)).toBe(false);
    },
  );

  test("is given back when opening fails", async () => {
    const directory = fresh();
    mkdirSync(join(directory, "r"), { recursive: true });
    const store = new FileJournalStore({ directory });
    await expect(store.open("r", "append")).rejects.toMatchObject({ code: "ERR_NOT_FOUND" });
    expect(await store.lock("r")).toBeUndefined();
  });
});

test("a long journal is read in memory that does not grow with it", () => {
  const directory = fresh();
  mkdirSync(join(directory, "r"), { recursive: true });
  const fileSystem = new MemoryFileSystem();
  fileSystem.put(path, new Uint8Array());
  const file = join(directory, "r/journal.jsonl");
  const maker = `
    import { encodeLine } from ${JSON.stringify(join(import.meta.dirname, "line.ts"))};
    import { appendFileSync } from "node:fs";
    const line = encodeLine({ e: "blob", h: "h", data: "x".repeat(100_000) });
    for (let part = 0; part < 100; part += 1) appendFileSync(process.argv[1], line.repeat(100));
  `;
  const reader = `
    import { FileJournalStore } from ${JSON.stringify(join(import.meta.dirname, "file-store.ts"))};
    const store = new FileJournalStore({ directory: process.argv[1] });
    let entries = 0;
    for await (const entry of store.read("r")) entries += 1;
    console.log(JSON.stringify({ entries, heap: process.memoryUsage().heapUsed + process.memoryUsage().external }));
  `;
  const node = (source: string, ...more: string[]) =>
    spawnSync(
      process.execPath,
      ["--max-old-space-size=64", "--input-type=module", "--conditions=source", "-e", source, ...more],
      {
        encoding: "utf8",
      },
    );
  expect(node(maker, file).stderr).not.toContain("Error");
  const read = node(reader, directory);
  expect(read.stderr).not.toContain("Error");
  // A gigabyte went through a heap of 64 MB.
  expect(statSync(file).size).toBeGreaterThan(1e9);
  expect(JSON.parse(read.stdout)).toMatchObject({ entries: 10_000 });
  rmSync(file);
}, 300_000);
