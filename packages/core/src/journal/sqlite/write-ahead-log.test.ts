import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { useWriteAheadLog } from "./write-ahead-log.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tesserae-wal-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a database that another process is writing to is waited for", () => {
  const other = new DatabaseSync(join(folder, "x.db"));
  const database = new DatabaseSync(join(folder, "x.db"), { timeout: 50 });
  other.exec("BEGIN IMMEDIATE");
  expect(() => useWriteAheadLog(database)).toThrow(/locked/);
  // The other one is done while the lock is waited for.
  const { exec } = database;
  database.exec = (sql) => {
    if (sql.startsWith("BEGIN")) other.exec("CREATE TABLE things (name TEXT); COMMIT");
    exec.call(database, sql);
  };
  other.exec("ROLLBACK; BEGIN IMMEDIATE");
  useWriteAheadLog(database);
  expect(database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
  expect(database.prepare("SELECT count(*) AS count FROM things").get()).toEqual({ count: 0 });
  other.close();
  database.close();
});

test("what is no database is said at once", () => {
  const database = new DatabaseSync(join(folder, "x.db"));
  database.close();
  expect(() => useWriteAheadLog(database)).toThrow(/not open/);
});
