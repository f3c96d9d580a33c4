import fc from "fast-check";
import { expect, test } from "vitest";
import { ROW_FIELDS, type LedgerRow } from "../ledger-row.ts";
import { CHECK_BYTES, writeRow } from "../row-text.ts";
import { RowScanner } from "./row-scanner.ts";

const scanner = new RowScanner();

function written(row: Partial<LedgerRow>): { readonly text: string; readonly checks: string } {
  const checks = new Uint8Array(ROW_FIELDS.length * CHECK_BYTES);
  const text = writeRow(row, checks);
  return { text, checks: Buffer.from(checks).toString("hex").toUpperCase() };
}

const plain = fc.string({ unit: fc.constantFrom(..."abcdefgh/:-_.0123456789 {}[],".split("")) });
const option = { nil: undefined };
const row: fc.Arbitrary<Partial<LedgerRow>> = fc.record({
  v: fc.constant(1 as const),
  kind: fc.constantFrom("request", "overhead"),
  ts: fc.constant("2026-01-01T00:00:00.000Z"),
  seq: fc.nat().map(String),
  chain: plain,
  agent: fc.option(plain, option),
  workload: fc.option(plain, option),
  effect: fc.option(plain, option),
  by_mechanic: fc.option(fc.constantFrom({}, { m2: "5" }), option),
  stack: fc.option(fc.constantFrom([], ["m2"]), option),
  usage: fc.option(fc.record({ input_tokens: fc.nat(), output_tokens: fc.nat() }), option),
  latency_ms: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }), option),
  stream: fc.option(fc.boolean(), option),
  verified: fc.option(fc.boolean(), option),
  original_pusd: fc.option(fc.nat().map(String), option),
});

/** What of a row is looked at when it is checked, as `JSON.parse` reads it. */
function parsed(text: string, like: object): object {
  const all: Readonly<Record<string, unknown>> = JSON.parse(text);
  return Object.fromEntries(Object.keys(like).map((field) => [field, all[field]]));
}

test("reads rows as JSON.parse does", () => {
  fc.assert(
    fc.property(row, (one) => {
      const { text, checks } = written(one);
      const found = scanner.scan(text, checks);
      if (found === undefined) throw new Error(`not read: ${text}`);
      expect(found).toEqual(parsed(text, found));
      expect(found.seq).toBe(one.seq);
      expect(scanner.scan(text, Buffer.from(checks, "hex").toString("base64"))).toEqual(found);
    }),
  );
});

test("leaves to others what is not ASCII, has escapes or is too long", () => {
  const base = { v: 1, kind: "request", ts: "2026-01-01T00:00:00.000Z", seq: "1" } as const;
  for (const workload of ["größe", "a\nb", 'a"b', "a\\b", "日本", "x".repeat(70_000)]) {
    const { text, checks } = written({ ...base, workload });
    expect(scanner.scan(text, checks)).toBeUndefined();
  }
});

test("a row that is changed anywhere is not read, or is read as JSON.parse does", () => {
  fc.assert(
    fc.property(row, fc.nat(), fc.constantFrom(...'abx019 "{}[],:\\'.split("")), (one, place, other) => {
      const { text, checks } = written(one);
      const at = place % text.length;
      const changed = text.slice(0, at) + other + text.slice(at + 1);
      for (const [candidate, itsChecks] of [
        [changed, checks],
        [text.slice(0, at), checks],
        [text + other, checks],
        [text, checks.slice(4)],
        [text, `${checks}0000`],
      ] as const) {
        const found = scanner.scan(candidate, itsChecks);
        if (found !== undefined) expect(found).toEqual(parsed(candidate, found));
        if (itsChecks.length !== checks.length || candidate.length !== text.length) expect(found).toBeUndefined();
      }
    }),
  );
});

test("a name that is changed is not read, though values and their checks are right", () => {
  const { text, checks } = written({
    v: 1,
    kind: "request",
    ts: "2026-01-01T00:00:00.000Z",
    seq: "1",
    actual_pusd: "5",
  });
  expect(scanner.scan(text, checks)).toBeDefined();
  for (const name of ["actual_pusd", "kind", "seq", "ts", "v"]) {
    const other = `"${name}":`.replace(/.":$/, '!":');
    expect(scanner.scan(text.replace(`"${name}":`, other), checks)).toBeUndefined();
  }
});
