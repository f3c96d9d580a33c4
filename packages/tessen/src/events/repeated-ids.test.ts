import fc from "fast-check";
import { expect, test } from "vitest";
import { NumberSet } from "./number-set.ts";
import { RepeatedIds } from "./repeated-ids.ts";

/** Pushes a text in blocks of a size, in a buffer that is used again, as a file is read. */
function idsIn(text: string, blockBytes: number): RepeatedIds {
  const ids = new RepeatedIds();
  const bytes = Buffer.from(text);
  const buffer = Buffer.alloc(blockBytes);
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const count = bytes.copy(buffer, 0, at, at + blockBytes);
    ids.push(buffer.subarray(0, count));
  }
  ids.end();
  return ids;
}

test("every id that comes twice is found, however the file is cut into blocks", () => {
  const id = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.string({ minLength: 190, maxLength: 400, unit: "grapheme-ascii" }),
  );
  fc.assert(
    fc.property(fc.array(id, { maxLength: 20 }), fc.integer({ min: 1, max: 300 }), (ids, blockBytes) => {
      const found = idsIn(ids.map((name) => `${JSON.stringify({ event_id: name, ts: 1 })}\n`).join(""), blockBytes);
      const repeated = ids.filter((name, place) => ids.indexOf(name) !== place);
      for (const name of repeated) expect(found.has(name)).toBe(true);
    }),
  );
});

test("different ids raise no suspicion", () => {
  const lines = Array.from({ length: 5000 }, (_, id) => `{"event_id": "evt_${id}", "ts": 1}\n`);
  expect(idsIn(lines.join(""), 4096).any).toBe(false);
});

test("Python's spacing makes no difference", () => {
  expect(idsIn('{"event_id": "a"}\n{"event_id":"a"}\n', 7).has("a")).toBe(true);
});

test("a set of numbers answers as the language's own does", () => {
  const number = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }));
  fc.assert(
    fc.property(fc.array(number, { maxLength: 3000 }), (numbers) => {
      const [ours, theirs] = [new NumberSet(), new Set<number>()];
      for (const item of numbers) {
        expect(ours.add(item)).toBe(!theirs.has(item));
        theirs.add(item);
      }
    }),
    { numRuns: 30 },
  );
});
