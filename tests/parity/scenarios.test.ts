import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

interface Row {
  readonly id: string;
  readonly text: string;
}

const scenarios = new Set(
  readdirSync(join(import.meta.dirname, "../interop/expected")).map((file) => file.replace(/\.json$/, "")),
);

test("every scenario that a row of the manifest names is played beside Python", () => {
  const rows = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith(".json"))
    .flatMap((file) => JSON.parse(readFileSync(join(import.meta.dirname, file), "utf8")) as readonly Row[]);
  const named = rows.flatMap(({ id, text }) => {
    const names = /\(scenarios? ([^)]*)\)\.$/.exec(text)?.[1]?.split(", ") ?? [];
    return names.map((name) => ({ id, name }));
  });
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter(({ name }) => !scenarios.has(name))).toEqual([]);
});
