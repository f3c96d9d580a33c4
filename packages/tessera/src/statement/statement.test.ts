import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exchangeOf, HIT, openLedgerAt, outcomeOf, usageOf } from "../../test/ledger-traffic.ts";
import { feeOf, type FeeTerms } from "./fee.ts";
import { monthOf } from "./month.ts";
import { statementOf, tenantsIn } from "./statement.ts";
import { statementData, statementLines } from "./statement-text.ts";

const DOLLAR = 1_000_000_000_000n;
const FIFTH: FeeTerms = { mode: "success-fee", millionths: 200_000 };
const FLAT: FeeTerms = { mode: "flat", millionths: 0 };

describe("the fee", () => {
  test.each([
    [14_600n * DOLLAR, 2920n * DOLLAR],
    [0n, 0n],
    [-50n * DOLLAR, 0n],
    // 2.5 cents are 3, a pico-dollar of savings less is 2.
    [125_000_000_000n, 30_000_000_000n],
    [124_999_999_999n, 20_000_000_000n],
  ])("of a fifth of %d is %d", (savings, fee) => expect(feeOf(FIFTH, savings, 0n)).toBe(fee));

  test.each([
    [0n, 0n],
    [60_000_000n, 0n],
    [60_000_001n, 199n],
    [1_000_000_000n, 199n],
    [5_000_000_000n, 999n],
    [5_000_000_001n, 3999n],
    [20_000_000_000n, 3999n],
  ])("for %d tokens is %d dollars", (tokens, dollars) => expect(feeOf(FLAT, 0n, tokens)).toBe(dollars * DOLLAR));

  test("for more tokens than any tier has is to be agreed upon, and there may be none", () => {
    expect(feeOf(FLAT, 0n, 20_000_000_001n)).toBeUndefined();
    expect(feeOf({ mode: "none", millionths: 200_000 }, DOLLAR, 1n)).toBe(0n);
  });

  test("is whole cents, and no more than half a cent from the share", () => {
    const cent = DOLLAR / 100n;
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 22n }), fc.nat(1_000_000), (savings, millionths) => {
        const fee = feeOf({ mode: "success-fee", millionths }, savings, 0n) ?? -1n;
        expect(fee % cent).toBe(0n);
        const off = 1_000_000n * fee - savings * BigInt(millionths);
        expect(2n * off <= cent * 1_000_000n && 2n * off > -cent * 1_000_000n).toBe(true);
      }),
    );
  });
});

test("a month is the one that is named, else the last that is over", () => {
  const now = Date.parse("2026-01-31T12:00:00Z");
  expect(monthOf(undefined, now)).toEqual({ name: "2025-12", from: Date.UTC(2025, 11), to: Date.UTC(2026, 0) });
  expect(monthOf("2024-02", now)).toEqual({ name: "2024-02", from: Date.UTC(2024, 1), to: Date.UTC(2024, 2) });
  for (const text of ["2024", "2024-13", "2024-2", "March"]) {
    expect(() => monthOf(text, now)).toThrow(/--month takes a month such as 2026-03/);
  }
});

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-statement-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a statement adds up the rows of a tenant in a month, and names rows, checkpoints and snapshots", async () => {
  let now = Date.parse("2026-02-28T23:59:59.999Z");
  const { ledger, store, close } = openLedgerAt(join(folder, "tessera.db"), { now: () => now, checkpointRows: 4 });
  const of = (number: number, tenant = "acme"): ReturnType<typeof exchangeOf> => {
    const key = { id: "KEY00001", tenant, label: "", createdAt: 0 };
    return exchangeOf(number, { workload: { ...exchangeOf(0).workload, tenant }, key });
  };
  ledger.settle(of(1), outcomeOf(HIT));
  now += 1;
  // In March: a relayed answer, two hits, one of which counts as modelled, an attempt that failed, and one of unknown price.
  ledger.settle(of(2), outcomeOf());
  ledger.settle(of(3), outcomeOf(HIT));
  ledger.settle(of(4), outcomeOf({ ...HIT, stack: ["m4"], cache: "coalesced", usageSource: "estimated" }));
  const failedAttempts = [{ status: 503, usage: usageOf({ inputTokens: 1000, outputTokens: 0 }) }];
  ledger.settle(of(5), outcomeOf({ failedAttempts }));
  ledger.settle(exchangeOf(6, { ...of(6), model: "nobody-knows" }), outcomeOf({ servedModel: "nobody-knows" }));
  ledger.settle(of(7, "other"), outcomeOf());
  now = Date.parse("2026-04-01T00:00:00.000Z");
  ledger.settle(of(8), outcomeOf(HIT));
  await ledger.flush();
  await ledger.checkpoint();

  const march = monthOf("2026-03", now);
  expect(tenantsIn(store.database, march)).toEqual(["acme", "other"]);
  const statement = statementOf(store.database, "acme", march, FIFTH);
  // 210,000,000 pico-dollars a request, 150,000,000 for the attempt that failed.
  expect(statement).toMatchObject({
    requests: 5n,
    unpriced: 1n,
    submittedTokens: 5000n,
    original: 840_000_000n,
    actual: 570_000_000n,
    savings: 60_000_000n,
    byMechanic: { m2: 210_000_000n, overhead: -150_000_000n },
    modelled: 210_000_000n,
    fee: 0n,
    rows: [{ from: "2", to: "7", count: 6n }],
    checkpoints: [
      { from: "1", to: "4" },
      { from: "5", to: "8" },
    ],
  });
  expect(statement.snapshots).toHaveLength(1);
  const sums = ledger.totals({ tenant: "acme", from: march.from, to: march.to });
  expect(sums).toMatchObject([{ original: statement.original, actual: statement.actual, requests: 5 }]);
  expect(statementData(statement)).toMatchObject({
    tenant: "acme",
    month: "2026-03",
    original_usd: "0.00084",
    savings_usd: "0.00006",
    fee_mode: "success-fee",
    fee_rate: "0.2",
    fee_usd: "0.00",
  });
  expect(statementLines(statement)).toContainEqual(["savings", "m2", "0.00021"]);
  expect(statementOf(store.database, "nobody", march, FLAT)).toMatchObject({ requests: 0n, savings: 0n, rows: [] });
  await close();
});
