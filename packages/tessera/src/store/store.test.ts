import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Migration } from "./migrate.ts";
import { openStore } from "./store.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-store-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ONE: Migration = { number: 1, name: "first", sql: "CREATE TABLE things (name TEXT) STRICT" };
const TWO: Migration = { number: 2, name: "size", sql: "ALTER TABLE things ADD COLUMN size INTEGER" };
const code = (value: string): unknown => expect.objectContaining({ code: value });

describe("opening", () => {
  test("makes the folder and a file in WAL mode, and every file is its owner's alone", () => {
    const store = openStore(join(folder, "deep", "tessera.db"));
    store.migrate("things", [ONE]);
    expect(store.database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    for (const name of readdirSync(join(folder, "deep"))) {
      expect([name, statSync(join(folder, "deep", name)).mode & 0o777]).toEqual([name, 0o600]);
    }
    expect(statSync(join(folder, "deep")).mode & 0o777).toBe(0o700);
    store.close();
    store.close();
  });

  test("an older file that others could read is closed to them", () => {
    const path = join(folder, "tessera.db");
    openStore(path).close();
    chmodSync(path, 0o644);
    openStore(path).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("what is missing, no database, or another program's, is told apart from a database of tessera", () => {
    const path = join(folder, "x.db");
    expect(() => openStore(path, { access: "read" })).toThrow(/There is no database at/);
    writeFileSync(path, "this is a text, and no database, and it is long enough to be looked at".repeat(20));
    expect(() => openStore(path)).toThrow(code("ERR_STORE_UNREADABLE"));
    rmSync(path);
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE photos (name TEXT)");
    other.close();
    expect(() => openStore(path)).toThrow(/another program/);
  });
});

describe("one writer", () => {
  test("a second writer in the same process gets one clear error, and the first keeps its right", () => {
    const path = join(folder, "tessera.db");
    const first = openStore(path);
    expect(() => openStore(path)).toThrow(code("ERR_STORE_LOCKED"));
    expect(() => openStore(path)).toThrow(/a database has one writer/);
    first.close();
    openStore(path).close();
  });

  test("another process that writes is kept out until it is killed; reading and sharing go on beside it", async () => {
    const path = join(folder, "tessera.db");
    // The lock is its holder's until it is released, whatever the garbage collector thinks of the store.
    const child = spawn(process.execPath, [
      "--conditions=source",
      "--expose-gc",
      "--input-type=module",
      "-e",
      `import { openStore } from ${JSON.stringify(new URL("store.ts", import.meta.url).href)};
       const store = openStore(${JSON.stringify(path)});
       store.migrate("things", ${JSON.stringify([ONE])});
       store.database.exec("INSERT INTO things VALUES ('theirs')");
       setTimeout(() => { gc(); console.log("ready"); }, 10); setInterval(() => {}, 1000);`,
    ]);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    expect(() => openStore(path)).toThrow(code("ERR_STORE_LOCKED"));
    const shared = openStore(path, { access: "share" });
    shared.database.exec("INSERT INTO things VALUES ('ours')");
    shared.close();
    const reader = openStore(path, { access: "read" });
    expect(reader.database.prepare("SELECT count(*) AS n FROM things").get()).toEqual({ n: 2 });
    expect(() => reader.database.exec("DELETE FROM things")).toThrow(/readonly/);
    reader.close();
    child.kill("SIGKILL");
    await ended;
    openStore(path).close();
  });
});

describe("migrations", () => {
  test("run once each, in order, and each room counts for itself", () => {
    const path = join(folder, "tessera.db");
    const store = openStore(path);
    store.migrate("things", [ONE]);
    store.migrate("things", [ONE]);
    store.migrate("other", [{ number: 1, name: "other", sql: "CREATE TABLE others (name TEXT) STRICT" }]);
    store.migrate("things", [ONE, TWO]);
    store.database.exec("INSERT INTO things VALUES ('a', 1)");
    store.close();
  });

  test("a step whose text has changed, and a newer database, are refused and nothing is changed", () => {
    const store = openStore(join(folder, "tessera.db"));
    store.migrate("things", [ONE, TWO]);
    const version = code("ERR_STORE_VERSION");
    expect(() => store.migrate("things", [ONE])).toThrow(version);
    expect(() => store.migrate("things", [ONE])).toThrow(/newer than this program.*step 2 \(size\)/);
    expect(() => store.migrate("things", [{ ...ONE, sql: `${ONE.sql} ` }, TWO])).toThrow(/Step 1 \(first\)/);
    expect(() => store.migrate("things", [{ ...ONE, number: 2 }])).toThrow(code("ERR_INVALID_ARGUMENT"));
    store.close();
  });

  test("steps are applied all together or not at all", () => {
    const store = openStore(join(folder, "tessera.db"));
    expect(() => store.migrate("things", [ONE, { ...TWO, sql: "ALTER TABLE nothing ADD COLUMN size" }])).toThrow();
    expect(() => store.database.prepare("SELECT * FROM things")).toThrow(/no such table/);
    store.migrate("things", [ONE, TWO]);
    store.close();
  });

  test("what the disk does not take is told with the database's path", () => {
    const path = join(folder, "full.db");
    const store = openStore(path);
    store.migrate("room", [ONE]);
    const pages = Number(store.database.prepare("PRAGMA page_count").get()?.["page_count"]);
    store.database.exec(`PRAGMA max_page_count = ${pages}`);
    const large: Migration = { number: 1, name: "large", sql: "CREATE TABLE more (name TEXT) STRICT" };
    expect(() => store.migrate("other", [large])).toThrow(code("ERR_STORE_UNREADABLE"));
    expect(() => store.migrate("other", [large])).toThrow(`${path} cannot be made or brought up to date: `);
    store.close();
  });

  test("a reader is told of an older database, and reads one of its own age", () => {
    const path = join(folder, "tessera.db");
    const store = openStore(path);
    store.migrate("things", [ONE]);
    const reader = openStore(path, { access: "read" });
    reader.migrate("things", [ONE]);
    expect(() => reader.migrate("things", [ONE, TWO])).toThrow(/lack step 2 \(size\)/);
    reader.close();
    store.close();
  });
});
