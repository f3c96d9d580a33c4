import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

interface Row {
  readonly id: string;
  readonly spec: string;
  readonly claimedBy?: readonly string[];
}

const rows = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".json"))
  .flatMap((file) => JSON.parse(readFileSync(join(import.meta.dirname, file), "utf8")) as readonly Row[]);

const counted = (from: number, to: number, name: (number: number) => string): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => name(from + index));

test("every weakness of AutoGen that is to be done better has a row that tests claim", () => {
  const claimed = new Set(rows.flatMap(({ id, claimedBy = [] }) => (claimedBy.length > 0 ? [id] : [])));
  expect(counted(1, 37, (number) => `W${number}`).filter((id) => !claimed.has(id))).toEqual([]);
});

test("every section that lists what is to be tested has rows", () => {
  const sections = new Set(rows.map(({ spec }) => spec));
  // 24 is a sketch of types.
  const agentchat = counted(1, 25, (number) => `agentchat ${number}`).filter((section) => section !== "agentchat 24");
  const wanted = [...counted(1, 20, (number) => `core ${number}`), ...agentchat];
  expect(wanted.filter((section) => !sections.has(section))).toEqual([]);
});
