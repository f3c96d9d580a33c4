import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { exchangeOf, HIT, openLedgerAt, outcomeOf } from "../../../test/ledger-traffic.ts";
import type { Outcome } from "../../ports.ts";
import { requestLog } from "./request-log.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-log-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each<readonly [string, Partial<Outcome>]>([
  ["a complete answer", {}],
  ["a hit", HIT],
  ["a request that was aborted", { status: "aborted", usageSource: "estimated", finish: null }],
  ["an answer without usage", { usage: null }],
  ["a refusal", { status: "refused", httpStatus: 402, usage: null, finish: null }],
])("the line of %s has the fields of its row, without hashes and place", async (_, parts) => {
  const lines: string[] = [];
  const { ledger, store, close } = openLedgerAt(join(folder, "tessera.db"));
  const exchange = exchangeOf(1, { customerTag: "customer-7", featureTag: "search", callerId: "mine" });
  const outcome = outcomeOf(parts);
  requestLog((line) => lines.push(line))(exchange, outcome, ledger.settle(exchange, outcome));
  await ledger.flush();
  const stored = store.database.prepare("SELECT text FROM ledger_rows WHERE kind = 'request'").get();
  const {
    v,
    chain,
    seq,
    ts,
    customer_tag_hash: tag,
    ...row
  }: Record<string, unknown> = JSON.parse(`${stored?.["text"]}`);
  expect([v, typeof chain, seq, typeof ts, typeof tag]).toEqual([2, "string", "1", "string", "string"]);
  expect(row["request_id"]).toBe(exchange.id);
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    { ...row, ts: "1970-01-01T00:00:00.000Z", failed_attempts: 0 },
  ]);
  await close();
});

test("a request of which the ledger could make no row has a line all the same", () => {
  const lines: string[] = [];
  requestLog((line) => lines.push(line))(exchangeOf(2), outcomeOf(), { original: undefined, actual: undefined });
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    request_id: exchangeOf(2).id,
    status: "complete",
    tenant: "acme",
  });
});

test("what looks like a key does not get into the log, wherever it stands", async () => {
  const lines: string[] = [];
  const { ledger, close } = openLedgerAt(join(folder, "tessera.db"));
  const exchange = exchangeOf(3, { featureTag: "sk-proj-abcDEF123_-456" });
  requestLog((line) => lines.push(line))(exchange, outcomeOf(), ledger.settle(exchange, outcomeOf()));
  expect(lines[0]).toContain("[redacted]");
  expect(lines[0]).not.toContain("abcDEF123");
  await close();
});
