import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeFolder } from "./make-folder.ts";
import { openStore } from "./store.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-folder-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("folders are made with those that they lie in, for their owner alone, and may be there already", () => {
  const inner = join(folder, "a", "b", "c");
  makeFolder(inner);
  makeFolder(inner);
  expect(statSync(inner).mode & 0o777).toBe(0o700);
});

test("a file in the way is told", () => {
  writeFileSync(join(folder, "a"), "");
  expect(() => makeFolder(join(folder, "a", "b"))).toThrow(/ENOTDIR|EEXIST|ENOENT/);
});

test.skipIf(!existsSync("/proc/version"))("a folder that cannot be made is told in one line, at once", () => {
  const place = "/proc/tessera-nowhere/deeper/tessera.db";
  const cannot = /^The folder of the database \/proc\/tessera-nowhere\/deeper cannot be made: ENOENT.*[^.]\.$/;
  expect(() => openStore(place)).toThrow(cannot);
  expect(() => openStore(place, { access: "share" })).toThrow(cannot);
  expect(() => openStore(place)).toThrow(expect.objectContaining({ code: "ERR_STORE_UNREADABLE" }));
});
