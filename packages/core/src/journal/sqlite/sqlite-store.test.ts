import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { journalStoreConformance } from "../../testing/journal-store-conformance.ts";
import type { JournalEntry } from "../entries.ts";
import type { ProcessIdentity } from "../file/process-identity.ts";
import { forkFrom, recordTo, replayFrom, resumeFrom } from "../journals.ts";
import { aesCodec } from "../testing/aes-codec.ts";
import { runScript, type Step } from "../testing/workload.ts";
import { World } from "../testing/world.ts";
import { SqliteJournalStore } from "./sqlite-store.ts";

const root = mkdtempSync(join(tmpdir(), "tesserae-sqlite-store-"));
const stores: SqliteJournalStore[] = [];
afterAll(() => {
  for (const store of stores) store.close();
  rmSync(root, { recursive: true, force: true });
});
let count = 0;
const freshPath = (): string => join(root, String(count++), "journals.db");

function open(path: string, options: Omit<ConstructorParameters<typeof SqliteJournalStore>[0], "path"> = {}) {
  const store = new SqliteJournalStore({ path, ...options });
  stores.push(store);
  return store;
}

const steps: readonly Step[] = [
  { type: "leaf", name: "a", repeat: "safe" },
  { type: "turn" },
  { type: "calls", name: "n", count: 2 },
  { type: "leaf", name: "b", repeat: "safe" },
];

async function entries(store: SqliteJournalStore, runId = "r"): Promise<JournalEntry[]> {
  const all: JournalEntry[] = [];
  for await (const entry of store.read(runId)) all.push(entry);
  return all;
}

async function recorded(path: string): Promise<SqliteJournalStore> {
  const store = open(path);
  const { error } = await runScript(steps, { world: new World(), journal: recordTo(store, { runId: "r", seed: "s" }) });
  expect(error).toBeUndefined();
  return store;
}

/** Changes the database behind the store's back. */
function tamper(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

describe("the store's contract", () => {
  const subject = {
    empty: async () => open(freshPath()),
    other: async (store: unknown) => open(store instanceof SqliteJournalStore ? store.path : ""),
  };
  for (const check of journalStoreConformance) test(check.name, () => check.run(subject));
});

describe("a database of journals", () => {
  test("is its owner's alone, and is not made by looking", async () => {
    const path = freshPath();
    const store = open(path);
    expect(await store.list()).toEqual([]);
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
    await recorded(path);
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
    for (const file of [path, `${path}-wal`]) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("answers a replay from the record, and a fork from its prefix", async () => {
    const path = freshPath();
    const store = await recorded(path);
    const world = new World();
    const replayed = await runScript(steps, { world, journal: replayFrom(open(path), "r") });
    expect(replayed.error).toBeUndefined();
    expect(world.total).toBe(0);
    const forked = await runScript(steps, {
      world,
      journal: forkFrom(store, "r", { turn: 1, runId: "fork" }),
    });
    expect(forked.error).toBeUndefined();
    expect((await store.list()).map(({ runId, parent }) => [runId, parent])).toContainEqual(["fork", "r"]);
  });

  test("whose entries come in pages is read whole, from any place", async () => {
    const store = open(freshPath());
    const writer = await store.open("r", "create");
    const marks = Array.from({ length: 200 }, (_, turn): JournalEntry => ({ e: "mark", at: turn, turn }));
    await writer.append(marks);
    expect(await entries(store)).toEqual(marks);
    for (const from of [63, 64, 65, 128, 199, 200, 300]) {
      const rest: JournalEntry[] = [];
      for await (const entry of store.read("r", from)) rest.push(entry);
      expect(rest).toEqual(marks.slice(from));
    }
    await writer.close();
  });

  test("encrypted leaves nothing to read, and another key reads nothing", async () => {
    const path = freshPath();
    const store = open(path, { codec: aesCodec("one"), durability: "disk" });
    await runScript(steps, { world: new World(), journal: recordTo(store, { runId: "r" }) });
    expect((await entries(store)).at(-1)?.e).toBe("end");
    for (const file of [path, `${path}-wal`]) expect(readFileSync(file, "latin1")).not.toContain("team");
    for (const codec of [aesCodec("two"), undefined]) {
      const other = open(path, { codec });
      await expect(entries(other)).rejects.toMatchObject({ code: "ERR_JOURNAL_CORRUPT" });
      expect(await other.list()).toEqual([]);
    }
  });
});

describe("a database that cannot be used", () => {
  test.each([
    [
      "that is no database",
      "This is a text, and it is long enough to be looked at.".repeat(100),
      "ERR_JOURNAL_CORRUPT",
    ],
    ["of another program", "CREATE TABLE other (x)", "ERR_JOURNAL_CORRUPT"],
  ])("%s is refused, and left as it is", async (_, content, code) => {
    const path = join(root, `other-${count++}.db`);
    if (content.startsWith("CREATE")) tamper(path, content);
    else writeFileSync(path, content);
    const before = readFileSync(path);
    await expect(open(path).open("r", "create")).rejects.toMatchObject({
      code,
      message: expect.stringContaining(path),
    });
    if (!content.startsWith("CREATE")) expect(readFileSync(path)).toEqual(before);
  });

  test("of a newer release is refused", async () => {
    const path = freshPath();
    (await recorded(path)).close();
    tamper(path, "PRAGMA user_version = 2");
    await expect(open(path).list()).rejects.toMatchObject({ code: "ERR_JOURNAL_VERSION" });
  });

  test("whose folder cannot be made fails before anything runs", async () => {
    const file = join(root, `file-${count++}`);
    writeFileSync(file, "");
    const world = new World();
    const store = open(join(file, "journals.db"));
    await expect(runScript(steps, { world, journal: recordTo(store) })).rejects.toMatchObject({
      code: "ERR_JOURNAL_WRITE",
    });
    expect(world.total).toBe(0);
  });
});

describe("damage", () => {
  test.each([
    ["a changed entry", "UPDATE entries SET line = replace(line, '\"e\"', '\"f\"') WHERE number = 4", 4],
    ["a shortened entry", "UPDATE entries SET line = substr(line, 1, 20) WHERE number = 4", 4],
    ["a missing entry", "DELETE FROM entries WHERE number = 4", 4],
  ])("%s is told with its number, after the good ones before it; these can be forked", async (_, sql, number) => {
    const path = freshPath();
    const store = await recorded(path);
    const whole = await entries(store);
    tamper(path, sql);
    const seen: JournalEntry[] = [];
    const reading = (async () => {
      for await (const entry of store.read("r")) seen.push(entry);
    })();
    await expect(reading).rejects.toMatchObject({
      code: "ERR_JOURNAL_CORRUPT",
      message: expect.stringContaining(`entry ${number} `),
    });
    expect(seen).toEqual(whole.slice(0, number));
    const world = new World();
    const forked = await runScript(steps, { world, journal: forkFrom(store, "r", { salvage: true, runId: "saved" }) });
    expect(forked.error).toBeUndefined();
    expect((await store.list()).some(({ runId }) => runId === "r")).toBe(true);
  });
});

describe("a write that fails", () => {
  test("because the file was removed fails the run, although the system takes the writes", async () => {
    const path = freshPath();
    const failed = await runScript(steps, {
      world: new World(),
      journal: recordTo(open(path), { runId: "r" }),
      opened: () => rmSync(join(path, ".."), { recursive: true }),
    });
    expect(failed.error).toMatchObject({ code: "ERR_JOURNAL_WRITE" });
    expect(failed.messages).toEqual([]);
  });

  test("leaves nothing of its entries, and every later one fails too", async () => {
    const path = freshPath();
    const store = open(path);
    const writer = await store.open("r", "create");
    await writer.append([{ e: "mark", at: 1, turn: 1 }]);
    tamper(
      path,
      "CREATE TRIGGER full BEFORE INSERT ON entries WHEN NEW.number = 2 BEGIN SELECT RAISE(FAIL, 'full'); END",
    );
    const two: JournalEntry[] = [
      { e: "mark", at: 2, turn: 2 },
      { e: "mark", at: 3, turn: 3 },
    ];
    expect(() => writer.append(two)).toThrow(/could not be written: full/);
    tamper(path, "DROP TRIGGER full");
    expect(() => writer.append(two)).toThrow(/could not be written/);
    await writer.close();
    expect(await entries(store)).toHaveLength(1);
    const next = await store.open("r", "append");
    await next.append(two);
    expect(await entries(store)).toHaveLength(3);
    await next.close();
  });
});

describe("a lock", () => {
  const of = (host: string, pid: number): ProcessIdentity => ({
    host,
    pid,
    startOf: (other) => (other === pid ? "now" : undefined),
  });

  test("that a dead process of this machine left is taken over", async () => {
    const path = freshPath();
    const dead = await open(path, { identity: of("here", 1) }).open("r", "create");
    const store = open(path, { identity: of("here", 2) });
    expect(await store.lock("r")).toBeUndefined();
    const writer = await store.open("r", "append");
    expect(() => dead.append([{ e: "mark", at: 1, turn: 1 }])).toThrow(/broken the lock/);
    await dead.close();
    expect(await store.lock("r")).toMatchObject({ pid: 2, host: "here" });
    await writer.close();
  });

  test("of another machine is broken by force only", async () => {
    const path = freshPath();
    await open(path, { identity: of("there", 1) }).open("r", "create");
    const store = open(path, { identity: of("here", 1) });
    await expect(store.open("r", "append")).rejects.toMatchObject({
      code: "ERR_JOURNAL_LOCKED",
      message: expect.stringContaining("`force`"),
    });
    const writer = await store.open("r", "append", { force: true });
    await writer.append([{ e: "mark", at: 1, turn: 1 }]);
    await writer.close();
  });
});

describe("processes", () => {
  const child = fileURLToPath(import.meta.resolve("./testing/appending-process.ts"));
  const start = (path: string, run: string) =>
    spawn(process.execPath, ["--conditions=source", "--no-warnings", child, path, run], {
      stdio: ["ignore", "pipe", "inherit"],
    });

  test("killed while they write leave every entry that was promised, and the next goes on", async () => {
    const path = freshPath();
    for (let round = 0; round < 3; round += 1) {
      const run = `run-${round}`;
      const writing = start(path, run);
      let promised = 0;
      const seen = new Promise<void>((resolve) => {
        writing.stdout.setEncoding("utf8").on("data", (text: string) => {
          for (const line of text.split("\n")) if (line !== "") promised = Number(line);
          if (promised > 20 * (round + 1)) resolve();
        });
      });
      await seen;
      writing.kill("SIGKILL");
      await once(writing, "close");
      const store = open(path);
      const all = await entries(store, run);
      expect(all.length).toBeGreaterThanOrEqual(promised);
      expect(all.map((entry) => (entry.e === "mark" ? entry.turn : undefined))).toEqual(
        all.map((_, index) => index + 1),
      );
      const writer = await store.open(run, "append");
      await writer.append([{ e: "mark", at: 1, turn: all.length + 1 }]);
      await writer.close();
      expect(await entries(store, run)).toHaveLength(all.length + 1);
    }
  });

  test("write different runs of one database at once", async () => {
    const path = freshPath();
    const names = ["a", "b", "c"];
    const writing = names.map((name) => start(path, name));
    await Promise.all(
      writing.map(
        (process) =>
          new Promise<void>((resolve) => {
            process.stdout.setEncoding("utf8").on("data", (text: string) => {
              if (text.split("\n").some((line) => Number(line) >= 50)) resolve();
            });
          }),
      ),
    );
    for (const process of writing) process.kill("SIGKILL");
    await Promise.all(writing.map((process) => once(process, "close")));
    for (const name of names) expect((await entries(open(path), name)).length).toBeGreaterThanOrEqual(50);
  });
});

test("a run that was cut off is resumed, and performs nothing settled again", async () => {
  const path = freshPath();
  const store = await recorded(path);
  const whole = await entries(store);
  for (let kept = 2; kept < whole.length; kept += 1) {
    const copy = `cut-${kept}`;
    const writer = await store.open(copy, "create");
    await writer.append(whole.slice(0, kept).map((entry) => (entry.e === "run" ? { ...entry, run: copy } : entry)));
    await writer.close();
    const settled = whole.slice(0, kept).filter(({ e }) => e === "settle").length;
    const world = new World();
    const { error } = await runScript(steps, { world, journal: resumeFrom(store, copy) });
    expect(error).toBeUndefined();
    // A call that may not be repeated and had begun is not performed again either.
    expect(world.total).toBeLessThanOrEqual(whole.filter(({ e }) => e === "settle").length - settled);
  }
});
