import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/log/temporary-folder.ts";
import { read } from "./read.ts";
import { recent } from "./recent.ts";

function line(id: number, text = ""): string {
  return `${JSON.stringify({ event_id: `evt_${id}`, ts: 1 + id, _tessen_lang: "ts", text })}\n`;
}

function logWith(files: readonly string[]): string {
  const logDir = temporaryFolder();
  mkdirSync(join(logDir, "agent"));
  for (const [number, content] of files.entries())
    writeFileSync(join(logDir, "agent", `2026-05-1${number}.jsonl`), content);
  return logDir;
}

test("the newest events, oldest of them first, across files; 50 unless told", () => {
  const ids = Array.from({ length: 120 }, (_, id) => id);
  const logDir = logWith([
    ids
      .slice(0, 100)
      .map((id) => line(id))
      .join(""),
    ids
      .slice(100)
      .map((id) => line(id))
      .join(""),
  ]);
  const idsOf = (n?: number): number[] => recent("agent", { n, logDir }).map(({ ts }) => ts - 1);
  expect(idsOf()).toEqual(ids.slice(-50));
  expect(idsOf(3)).toEqual([117, 118, 119]);
  expect(idsOf(21)).toEqual(ids.slice(-21));
  expect(idsOf(0)).toEqual([]);
  expect(idsOf(1000)).toEqual(ids);
});

test("recent is the tail of read, for any log", () => {
  const entry = fc.oneof(
    fc.tuple(fc.nat({ max: 20 }), fc.nat({ max: 3 })).map(([id, size]) => line(id, "long é ".repeat(size * 30_000))),
    fc.nat({ max: 20 }).map((id) => line(id).slice(0, 15)),
    fc.constant("\n"),
  );
  fc.assert(
    fc.property(fc.array(fc.array(entry, { maxLength: 15 }), { maxLength: 3 }), fc.nat({ max: 12 }), (files, n) => {
      const logDir = logWith(files.map((entries) => entries.join("")));
      expect(recent("agent", { n, logDir })).toEqual(n === 0 ? [] : [...read("agent", { logDir })].slice(-n));
    }),
    { numRuns: 50 },
  );
});

test("an agent without a log has none", () => {
  expect(recent("nobody", { logDir: logWith([]) })).toEqual([]);
});
