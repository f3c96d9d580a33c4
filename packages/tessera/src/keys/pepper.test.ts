import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readPepper } from "./pepper.ts";

let folder = "";
let databasePath = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-pepper-"));
  databasePath = join(folder, "tessera.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const read = (environment: Record<string, string> = {}): string =>
  readPepper({ variable: "TESSERA_PEPPER", environment, databasePath });

test("the environment goes before the file, and makes none", () => {
  expect(read({ TESSERA_PEPPER: "sixteen characters" })).toBe("sixteen characters");
  expect(readdirSync(folder)).toEqual([]);
});

test("a random one is made once, in a file that its owner alone can read", () => {
  const first = read();
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(read({ TESSERA_PEPPER: "" })).toBe(first);
  expect(readdirSync(folder)).toEqual(["tessera.db.pepper"]);
  expect(statSync(`${databasePath}.pepper`).mode & 0o777).toBe(0o600);
});

test("a file that others could read is closed to them", () => {
  const first = read();
  chmodSync(`${databasePath}.pepper`, 0o644);
  expect(read()).toBe(first);
  expect(statSync(`${databasePath}.pepper`).mode & 0o777).toBe(0o600);
});

test("one that is too short is refused, and said where it is", () => {
  expect(() => read({ TESSERA_PEPPER: "short" })).toThrow(/TESSERA_PEPPER holds 5 characters/);
  writeFileSync(`${databasePath}.pepper`, "short\n");
  expect(() => read()).toThrow(/tessera\.db\.pepper holds 5 characters/);
});

test("processes that start at once end with the same one", async () => {
  const module = new URL("./pepper.ts", import.meta.url).href;
  const program = `const { readPepper } = await import(${JSON.stringify(module)});
    process.stdout.write(readPepper({ variable: "X", environment: {}, databasePath: process.argv[1] }));`;
  const made = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const child = spawn(process.execPath, [
        "--conditions=source",
        "--input-type=module",
        "-e",
        program,
        databasePath,
      ]);
      const [output] = await Promise.all([text(child.stdout), once(child, "close")]);
      return output;
    }),
  );
  expect(new Set(made)).toEqual(new Set([readFileSync(`${databasePath}.pepper`, "utf8").trim()]));
});
