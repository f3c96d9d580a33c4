import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { nodeFileSystem } from "./file/file-system.ts";
import { makeFolders } from "./make-folders.ts";

const folder = mkdtempSync(join(tmpdir(), "tesserae-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("folders are made with those above, for their owner, and may be there", () => {
  const path = join(folder, "a", "b", "c");
  makeFolders(path);
  makeFolders(path);
  expect(statSync(join(folder, "a")).mode & 0o777).toBe(0o700);
  expect(statSync(path).isDirectory()).toBe(true);
  makeFolders(join(folder, "d", "e"), 0o750);
  expect(statSync(join(folder, "d")).mode & 0o777 & ~0o750).toBe(0);
  expect(statSync(join(folder, "d", "e")).mode & 0o700).toBe(0o700);
});

test("what cannot be made is told at once", () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  expect(() => makeFolders(file)).toThrow("EEXIST");
  expect(() => makeFolders(join(file, "b"))).toThrow("ENOTDIR");
  if (process.platform === "linux") expect(() => makeFolders("/proc/none/b")).toThrow("ENOENT");
});

test.runIf(process.platform === "linux")(
  "a store in a folder that takes none says so, and does not try for ever",
  () => {
    expect(() => nodeFileSystem.makeFolder("/proc/none/runs", true)).toThrow("ENOENT");
  },
);
