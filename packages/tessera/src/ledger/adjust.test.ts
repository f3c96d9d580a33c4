import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { forge } from "../../test/forged-row.ts";
import { exchangeOf, HIT, openLedgerAt, outcomeOf, type OpenedLedger } from "../../test/ledger-traffic.ts";
import { SpendDays } from "../caps/spend-days.ts";
import { RequestIds } from "../http/request-id.ts";
import { monthOf } from "../statement/month.ts";
import { monthlyTotals } from "../statement/monthly-totals.ts";
import { statementOf } from "../statement/statement.ts";
import { openLedgerReader } from "../open-ledger-reader.ts";
import { findRequest } from "./find-request.ts";
import type { UnplacedRow } from "./ledger-row.ts";
import { checkProof } from "./verify/proof-check.ts";
import { proveRequest } from "./verify/inclusion-proof.ts";
import { verifyDatabase, verifyExport } from "./verify/verify-ledger.ts";

let folder = "";
let opened: OpenedLedger;
const ids = new RequestIds();
const [paid, hit] = [ids.next(Date.now()), ids.next(Date.now())];
const path = (): string => join(folder, "tessera.db");

/** One request that was paid ($0.00021), and one that the cache answered. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tessera-adjust-"));
  opened = openLedgerAt(path());
  opened.ledger.settle(exchangeOf(1, { id: paid, callerId: "mine", customerTag: "jane" }), outcomeOf());
  opened.ledger.settle(exchangeOf(2, { id: hit }), outcomeOf(HIT));
  await opened.ledger.flush();
});
afterEach(async () => {
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("an adjustment", () => {
  test("is a row of its own that points to the request's, and counts in every sum", async () => {
    const { ledger, store } = opened;
    const month = monthOf(new Date().toISOString().slice(0, 7), 0);
    expect(await ledger.adjust("mine", { actual: 40_000_000 })).toBe(paid);
    const { rows } = findRequest(store.database, paid, path());
    const [original, adjustment] = rows;
    expect(rows).toHaveLength(2);
    expect(adjustment?.row).toMatchObject({
      v: 2,
      kind: "adjustment",
      parent_id: paid,
      adjusts: original.hash,
      workload: "triage",
      run: "run-1",
      original_pusd: "40000000",
      actual_pusd: "40000000",
      savings_pusd: "0",
      by_mechanic: {},
      verified: false,
      exclude_reason: "adjusted",
    });
    expect(ledger.totals()).toMatchObject([
      { requests: 2, inputTokens: 2000, actual: 250_000_000n, original: 460_000_000n, verifiedSavings: 210_000_000n },
    ]);
    expect(ledger.totals({ by: "key" })).toMatchObject([{ name: "KEY00001", actual: 250_000_000n }]);
    expect(new SpendDays(store).since("workload", 0)).toMatchObject([{ spent: 250_000_000n, tokens: 1100n }]);
    const fee = { mode: "success-fee", millionths: 200_000 } as const;
    expect(statementOf(store.database, "acme", month, fee)).toMatchObject({
      actual: 250_000_000n,
      savings: 210_000_000n,
    });
    expect([...ledger.exportRows({ format: "csv" })].at(-1)).toContain(`,adjustment,`);
    expect(await ledger.verify()).toMatchObject({ exitCode: 0, rows: 3, actual: 250_000_000n });
  });

  test("of an answer of the gateway's own makes the savings smaller, and the fee with them", async () => {
    const { ledger, store } = opened;
    await ledger.adjust(hit, { actual: 10_000_000 });
    const month = monthOf(new Date().toISOString().slice(0, 7), 0);
    const statement = statementOf(store.database, "acme", month, { mode: "success-fee", millionths: 200_000 });
    expect(statement).toMatchObject({
      savings: 200_000_000n,
      byMechanic: { m2: 210_000_000n, adjustment: -10_000_000n },
    });
    // What an operator says in its own favour is in no fee.
    await ledger.adjust(hit, { actual: 0, original: 5_000_000_000 });
    const after = statementOf(store.database, "acme", month, { mode: "success-fee", millionths: 200_000 });
    expect(after).toMatchObject({ savings: 200_000_000n, modelled: 5_000_000_000n });
    expect(await ledger.verify()).toMatchObject({ exitCode: 0, rows: 4 });
  });

  test("may take away, and is refused for nothing, too much, and requests that are unknown", async () => {
    const { ledger } = opened;
    await ledger.adjust(paid, { actual: -210_000_000 });
    expect(ledger.totals()).toMatchObject([{ actual: 0n, original: 210_000_000n }]);
    const refused = { code: "ERR_INVALID_ARGUMENT" };
    await expect(ledger.adjust(paid, { actual: -1 })).rejects.toThrow(
      "did cost $0.00 in all: more than that cannot be",
    );
    await expect(ledger.adjust(hit, { actual: -1 })).rejects.toMatchObject(refused);
    await expect(ledger.adjust(paid, { actual: 0 })).rejects.toMatchObject(refused);
    await expect(ledger.adjust(paid, { actual: 0.5 })).rejects.toMatchObject(refused);
    await expect(ledger.adjust(paid, { actual: 2 ** 60 })).rejects.toMatchObject(refused);
    await expect(ledger.adjust("nobody's", { actual: 1 })).rejects.toMatchObject({ code: "ERR_NOT_FOUND" });
    expect(await ledger.verify()).toMatchObject({ exitCode: 0, rows: 3 });
  });

  test("in a month without requests is in the sums of the month", async () => {
    const later = Date.now() + 62 * 86_400_000;
    await opened.close();
    opened = openLedgerAt(path(), { now: () => later });
    await opened.ledger.adjust(paid, { actual: 1_000_000 });
    const month = new Date(later).toISOString().slice(0, 7);
    expect(monthlyTotals(opened.store.database)[0]).toMatchObject({ month, requests: 0, actual: 1_000_000n });
    await opened.ledger.checkpoint();
    const { ok, rows } = checkProof(JSON.stringify(proveRequest(path(), "mine")));
    expect([ok, rows.map(({ row }) => row.kind)]).toEqual([true, ["request", "adjustment"]]);
  });
});

describe("verifying finds", () => {
  const adjustment: UnplacedRow = {
    kind: "adjustment",
    parent_id: paid,
    adjusts: "0".repeat(64),
    tenant: "acme",
    original_pusd: "5",
    actual_pusd: "5",
    savings_pusd: "0",
    by_mechanic: {},
    verified: false,
    exclude_reason: "adjusted",
  };

  /** Writes a row as a writer would that does not know the rules; what is wrong then. */
  async function written(row: UnplacedRow): Promise<unknown> {
    await opened.close();
    forgeAt(row);
    return (await verifyDatabase(path())).problem;
  }

  test.each([
    ["adjusts", { ...adjustment }],
    ["adjusts", { ...adjustment, adjusts: undefined }],
    ["parent_id", { ...adjustment, parent_id: undefined }],
    ["savings_pusd", { ...adjustment, actual_pusd: "4" }],
    ["actual_pusd", { ...adjustment, actual_pusd: "05" }],
    ["actual_pusd", { ...adjustment, actual_pusd: undefined }],
    ["verified", { ...adjustment, verified: true }],
    ["original_pusd", { kind: "settlement", parent_id: paid, original_pusd: "5", actual_pusd: "5", verified: true }],
    ["parent_id", { kind: "settlement", verified: false, exclude_reason: "no_usage" }],
    ["kind", { ...adjustment, kind: "gift" as "event" }],
  ] satisfies [string, UnplacedRow][])("a row whose %s is not as it must be", async (field, row) => {
    expect(await written(row)).toMatchObject({ field });
  });

  test("an adjustment that points to a row of another request", async () => {
    const hash = findRequest(opened.store.database, hit, path()).rows[0].hash;
    expect(await written({ ...adjustment, adjusts: hash })).toMatchObject({
      field: "adjusts",
      reason: `names a row that is not of the request ${paid}`,
    });
  });
});

test("a settlement counts its usage and its money for its request, and no request", async () => {
  const [{ text }] = findRequest(opened.store.database, paid, path()).rows;
  await opened.close();
  const first: UnplacedRow = JSON.parse(text);
  const { tenant, workload, snapshot_id, priced_as, usage, original_pusd, actual_pusd } = first;
  forgeAt({
    kind: "settlement",
    parent_id: paid,
    status: "complete",
    usage_source: "provider",
    tenant,
    workload,
    snapshot_id,
    priced_as,
    usage,
    original_pusd,
    actual_pusd,
    savings_pusd: "0",
    by_mechanic: {},
    verified: true,
  });
  const ledger = openLedgerReader(path());
  expect(ledger.totals()).toMatchObject([{ requests: 2, inputTokens: 3000, outputTokens: 300, actual: 420_000_000n }]);
  expect(await ledger.verify()).toMatchObject({ exitCode: 0, rows: 3, actual: 420_000_000n });
  const file = join(folder, "all.jsonl");
  writeFileSync(file, [...ledger.exportRows({ format: "jsonl" })].join(""));
  ledger.close();
  expect(await verifyExport(file)).toMatchObject({ exitCode: 0, rows: 3 });
});

function forgeAt(row: UnplacedRow): void {
  const database = new DatabaseSync(path());
  forge(database, row);
  database.close();
}
