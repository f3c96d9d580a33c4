import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DraftRow } from "./ledger-row.ts";
import { SpillFile } from "./spill-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-spill-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const path = (): string => join(folder, "spill.jsonl");
const rowsOf = (from: number, to: number): DraftRow[] =>
  Array.from({ length: to - from }, (_, index) => ({
    at: from + index,
    row: { kind: "request", request_id: "x".repeat(1000) },
  }));

/** Takes everything over, and says where each part ended. */
function drain(spill: SpillFile): { readonly ats: readonly number[]; readonly ends: readonly number[] } {
  const ats: number[] = [];
  const ends: number[] = [];
  while (!spill.isEmpty) {
    const part = spill.next();
    ats.push(...part.rows.map((row) => row.at));
    ends.push(part.end);
    spill.taken(part.end);
  }
  return { ats, ends };
}

test("gives back what was added, in order and in parts, with the snapshots; then the file is gone", () => {
  const spill = new SpillFile(path());
  spill.add(rowsOf(0, 600), [{ id: "ps_1", text: "{}" }]);
  spill.add(rowsOf(600, 700), []);
  expect(spill.next().snapshots).toEqual([{ id: "ps_1", text: "{}" }]);
  const { ats, ends } = drain(spill);
  expect(ats).toEqual(rowsOf(0, 700).map((row) => row.at));
  expect(ends.length).toBeGreaterThan(1);
  expect(existsSync(path())).toBe(false);
  spill.add(rowsOf(1, 2), []);
  expect(drain(spill).ats).toEqual([1]);
});

test("another process goes on where the database says that this one stopped, and only for the same spill", () => {
  const first = new SpillFile(path());
  first.add(rowsOf(0, 600), []);
  const { end, rows } = first.next();
  first.close();
  const second = new SpillFile(path());
  second.recover((name) => (name === first.name ? end : 0));
  expect(drain(second).ats).toEqual(rowsOf(rows.length, 600).map((row) => row.at));
});

test("a half line at the end, from a crash, is left out, and what is added later is whole", () => {
  const first = new SpillFile(path());
  first.add(rowsOf(0, 3), []);
  first.close();
  appendFileSync(path(), '{"at":3,"row":{"ki');
  const second = new SpillFile(path());
  second.recover(() => 0);
  second.add(rowsOf(4, 5), []);
  expect(drain(second).ats).toEqual([0, 1, 2, 4]);
});

test("an empty file, and one that was taken over wholly, are removed", () => {
  writeFileSync(path(), "");
  const spill = new SpillFile(path());
  spill.recover(() => 0);
  expect([spill.isEmpty, existsSync(path())]).toEqual([true, false]);
  spill.add(rowsOf(0, 1), []);
  spill.close();
  const next = new SpillFile(path());
  next.recover(() => 1_000_000);
  expect([next.isEmpty, existsSync(path())]).toEqual([true, false]);
});

test("a line longer than what is read at once is read whole", () => {
  const spill = new SpillFile(path());
  spill.add([{ at: 1, row: { kind: "request", request_id: "y".repeat(600_000) } }, ...rowsOf(2, 3)], []);
  expect(drain(spill).ats).toEqual([1, 2]);
});
