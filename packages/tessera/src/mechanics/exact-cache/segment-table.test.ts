import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NO_USAGE } from "@tesserae/wire/usage";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore, type Store } from "../../store/store.ts";
import type { CacheEntry } from "./cache-entry.ts";
import { SegmentTable } from "./segment-table.ts";

let folder = "";
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-segments-"));
  store = openStore(join(folder, "tessera.db"));
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const MIB = 1024 * 1024;
const keyOf = (name: number): string => createHash("sha256").update(`${name}`).digest("hex");
const entryOf = (name: number, text: string, more: Partial<CacheEntry> = {}): CacheEntry => ({
  key: keyOf(name),
  tenant: "t1",
  workload: `w${name % 3}`,
  model: "m",
  form: "json",
  contentType: "application/json",
  usage: { ...NO_USAGE, inputTokens: name },
  finish: "stop",
  createdAt: 1,
  expiresAt: 1e12,
  body: Buffer.from(text),
  ...more,
});
const write = (table: SegmentTable, entries: readonly CacheEntry[], removed: readonly string[] = [], at = 1): number =>
  table.write({ entries, removed, at });
const tableOf = (maxBytes: number, secret?: Uint8Array): SegmentTable =>
  new SegmentTable(store, { maxBytes, memoryBytes: 4096, secret });
const rows = (): number => Number(store.database.prepare("SELECT count(*) AS n FROM cache_segments").get()?.["n"]);
const textOf = (table: SegmentTable, name: number): string | undefined => {
  const found = table.find(keyOf(name));
  return found === undefined || found === "broken" ? found : found.body.toString();
};

test("every entry is what was written last under its key, whatever was done, also after a restart", () => {
  const name = fc.integer({ min: 0, max: 9 });
  const step = fc.oneof(
    fc.record({ write: fc.array(fc.tuple(name, fc.string({ maxLength: 40 })), { maxLength: 5 }) }),
    fc.record({ remove: fc.array(name, { maxLength: 3 }) }),
    fc.record({ purge: fc.integer({ min: 0, max: 2 }) }),
    fc.record({ take: name }),
    fc.record({ use: name }),
    fc.record({ reopen: fc.constant(true) }),
  );
  tableOf(MIB).totals();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      store.database.exec("DELETE FROM cache_segments");
      let table = tableOf(MIB);
      const known = new Map<number, string>();
      for (const one of steps) {
        if ("write" in one) {
          // As the cache does it: a key comes once.
          const batch = new Map(one.write);
          write(
            table,
            [...batch].map(([at, text]) => entryOf(at, text)),
          );
          for (const [at, text] of batch) known.set(at, text);
        } else if ("remove" in one) {
          write(table, [], one.remove.map(keyOf));
          for (const at of one.remove) known.delete(at);
        } else if ("purge" in one) {
          const gone = [...known.keys()].filter((at) => at % 3 === one.purge);
          expect(table.removeWhere(({ workload }) => workload === `w${one.purge}`)).toBe(gone.length);
          for (const at of gone) known.delete(at);
        } else if ("take" in one) {
          expect(table.removeStartingWith(keyOf(one.take).slice(0, 26))).toBe(known.delete(one.take) ? 1 : 0);
        } else if ("use" in one) table.use(keyOf(one.use));
        else {
          table.write({ entries: [], removed: [], at: 1 });
          table = tableOf(MIB);
          // What was merely taken out of the index comes back with its segment, if another took its place it does not.
          for (const at of Array(10).keys()) if (!known.has(at)) write(table, [], [keyOf(at)]);
        }
        expect(Array.from({ length: 10 }, (_, at) => textOf(table, at))).toEqual(
          Array.from({ length: 10 }, (_, at) => known.get(at)),
        );
        expect(table.totals().entries).toBe(known.size);
      }
    }),
    { numRuns: 60 },
  );
});

test("what is written together is one row, of a size that can be read for one of them", () => {
  const table = tableOf(64 * MIB);
  write(
    table,
    Array.from({ length: 100 }, (_, name) => entryOf(name, "x")),
  );
  expect(rows()).toBe(1);
  write(
    table,
    Array.from({ length: 40 }, (_, name) => entryOf(name, "x".repeat(32 * 1024))),
  );
  const sizes = store.database.prepare("SELECT length(bodies) AS n FROM cache_segments").all();
  expect(sizes.length).toBe(6);
  expect(Math.max(...sizes.map(({ n }) => Number(n)))).toBeLessThanOrEqual(256 * 1024);
  expect(textOf(table, 39)).toHaveLength(32 * 1024);
});

test("what is written one by one is joined into few rows, without what is no longer in force", () => {
  let table = tableOf(64 * MIB);
  for (let name = 0; name < 1000; name += 1) {
    write(
      table,
      [entryOf(name, `text ${name}`, { expiresAt: name < 10 ? 5 : 1e12 })],
      name > 20 ? [keyOf(name - 20)] : [],
      name,
    );
  }
  expect(rows()).toBeLessThan(64);
  const expected = Array.from({ length: 1000 }, (_, name) => (name >= 980 ? `text ${name}` : undefined));
  expect(expected.map((_, name) => (name === 0 ? undefined : textOf(table, name)))).toEqual(expected);
  table = tableOf(64 * MIB);
  expect([980, 999].map((name) => textOf(table, name))).toEqual(["text 980", "text 999"]);
});

test("room is made from the old end, and what was used there stays", () => {
  const table = tableOf(5 * 1200);
  for (let name = 0; name < 4; name += 1) write(table, [entryOf(name, "x".repeat(700))]);
  table.use(keyOf(1));
  let gone = 0;
  for (let name = 4; name < 8; name += 1) gone += write(table, [entryOf(name, "x".repeat(700))]);
  expect(table.totals().bytes).toBeLessThanOrEqual(5 * 1200);
  expect([1, 7].map((name) => textOf(table, name)?.length)).toEqual([700, 700]);
  expect([0, 2].map((name) => textOf(table, name))).toEqual([undefined, undefined]);
  expect(gone).toBe(8 - table.totals().entries);
  // A use counts once.
  for (let name = 8; name < 20; name += 1) write(table, [entryOf(name, "x".repeat(700))]);
  expect(textOf(table, 1)).toBeUndefined();
});

test("what has expired goes when it is looked for, and a segment without anything in force too", () => {
  const table = tableOf(MIB);
  write(table, [entryOf(1, "a", { expiresAt: 1000 }), entryOf(2, "b", { expiresAt: 2000 })]);
  write(table, [entryOf(3, "c")]);
  write(table, [], [keyOf(3)], 61_000);
  expect([rows(), table.totals().entries]).toEqual([0, 0]);
});

test("a purge takes the bytes off the disk too, and leaves the neighbours", () => {
  const table = tableOf(MIB, Buffer.from("secret"));
  write(table, [entryOf(0, "SECRET-TEXT"), entryOf(1, "kept")]);
  expect(table.removeWhere(({ workload }) => workload === "w0")).toBe(1);
  const bodies = store.database.prepare("SELECT bodies FROM cache_segments").all();
  expect(bodies.map((row) => Buffer.from(row["bodies"] as Uint8Array).toString())).toEqual(["kept"]);
  expect(textOf(table, 1)).toBe("kept");
});

test("a transaction that fails changes nothing", () => {
  const table = tableOf(MIB);
  write(table, [entryOf(1, "before")]);
  store.database.exec(
    "CREATE TEMP TRIGGER broken BEFORE INSERT ON cache_segments BEGIN SELECT RAISE(ABORT, 'full'); END",
  );
  expect(() => write(table, [entryOf(1, "after"), entryOf(2, "new")], [keyOf(3)])).toThrow(/full/);
  expect(() => table.removeWhere(({ key }) => key === keyOf(1))).not.toThrow();
  expect([1, 2].map((name) => textOf(table, name))).toEqual([undefined, undefined]);
  expect(rows()).toBe(0);
});
