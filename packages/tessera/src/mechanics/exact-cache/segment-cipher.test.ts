import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NO_USAGE } from "@tesserae/wire/usage";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore, type Store } from "../../store/store.ts";
import type { CacheEntry } from "./cache-entry.ts";
import { SegmentTable } from "./segment-table.ts";

const key = randomBytes(32);
const secret = randomBytes(32);
let folder = "";
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-cipher-"));
  store = openStore(join(folder, "tessera.db"));
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Without memory: every entry is read from the disk. */
const open = (encryptionKey: Uint8Array | undefined): SegmentTable =>
  new SegmentTable(store, { maxBytes: 1e6, memoryBytes: 0, secret, encryptionKey });
const NAMES = ["11".repeat(32), "22".repeat(32)] as const;
const entries = (word: string): readonly CacheEntry[] =>
  NAMES.map((name) => ({
    key: name,
    tenant: `tenant-${word}`,
    workload: "w",
    model: "m",
    form: "json",
    contentType: "application/json",
    usage: NO_USAGE,
    finish: "stop",
    createdAt: 1,
    expiresAt: 1e15,
    body: Buffer.from(`${word} ${name}`),
  }));
const found = (table: SegmentTable): unknown => {
  const entry = table.find(NAMES[1]);
  return typeof entry === "object" ? entry.body.toString() : entry;
};
const onDisk = (word: string): boolean =>
  readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes(word));

test("what is written with a key is read with it, and nothing of it can be read on the disk", () => {
  open(key).write({ entries: entries("plainword"), removed: [], at: 1 });
  expect(found(open(key))).toBe(`plainword ${NAMES[1]}`);
  expect(onDisk("plainword")).toBe(false);
  open(undefined).write({ entries: entries("otherword"), removed: [], at: 1 });
  expect(onDisk("otherword")).toBe(true);
});

test("with another key, and with a byte changed, there is nothing to serve", () => {
  open(key).write({ entries: entries("plainword"), removed: [], at: 1 });
  expect(found(open(randomBytes(32)))).toBe("broken");
  for (const column of ["keys", "bodies", "seal"]) {
    const { value } = store.database.prepare(`SELECT ${column} AS value FROM cache_segments`).get() ?? {};
    if (!(value instanceof Uint8Array)) throw new Error("no bytes");
    const changed = Buffer.from(value);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    store.database.prepare(`UPDATE cache_segments SET ${column} = ?`).run(changed);
    // The last byte of the keys is one of the second entry's name, which then is another one.
    expect([column, found(open(key))]).toEqual([column, "broken"]);
    store.database.prepare(`UPDATE cache_segments SET ${column} = ?`).run(value);
  }
  expect(found(open(key))).toBe(`plainword ${NAMES[1]}`);
});

test("what lay in clear is gone once a key is given, and what is encrypted once there is none", () => {
  open(undefined).write({ entries: entries("plainword"), removed: [], at: 1 });
  expect(onDisk("plainword")).toBe(true);
  expect(found(open(key))).toBeUndefined();
  expect(onDisk("plainword")).toBe(false);
  open(key).write({ entries: entries("plainword"), removed: [], at: 1 });
  expect(found(open(undefined))).toBeUndefined();
  expect(open(key).totals().entries).toBe(0);
});
