import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { GATES, runGates } from "./gates.ts";

const passing = { name: "passing", check: async () => ({ problems: [], note: "3 files" }) };
const failing = { name: "failing", check: async () => ({ problems: ["a.ts: wrong", "b.ts: wrong"], note: "" }) };

test("a line for each gate, and the problems of those that fail", async () => {
  const lines: string[] = [];
  expect(await runGates([passing, failing, passing], "/", (line) => lines.push(line))).toBe(false);
  expect(lines).toEqual([
    expect.stringMatching(/^ok {4}passing +3 files \([\d.]+ s\)$/),
    expect.stringMatching(/^FAIL {2}failing +2 \([\d.]+ s\)\n +a\.ts: wrong\n +b\.ts: wrong$/),
    expect.stringMatching(/^ok/),
  ]);
  expect(await runGates([passing], "/", () => {})).toBe(true);
});

test("every gate has a name of its own, and every test of a gate a gate that runs", () => {
  const names = GATES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const tests = readdirSync(join(import.meta.dirname, "gates")).filter((file) => file.endsWith(".test.ts"));
  // package-tools.test.ts tests three gates.
  expect(GATES).toHaveLength(tests.length + 2);
});
