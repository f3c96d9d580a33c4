import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { exchangeOf, openLedgerAt, outcomeOf } from "../../../test/ledger-traffic.ts";
import { rowId } from "../row-id.ts";
import { parseRow } from "../ledger-query.ts";
import { verifyDatabase, verifyExport } from "./verify-ledger.ts";

/** Eleven rows in two chains, signed, as the release before version 2 of the rows wrote and exported them. */
const EXPORT = fileURLToPath(new URL("../../../test/fixtures/ledger-version-1.jsonl", import.meta.url));
const WHOLE = { exitCode: 0, rows: 11, chains: 2, checkpoints: 4, signed: 4, signedRows: 11 } as const;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-old-rows-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("rows of version 1 verify as they were written", async () => {
  expect(await verifyExport(EXPORT)).toMatchObject(WHOLE);
});

test("a field of version 2 in a row of version 1 is a fault, and so is a changed one", async () => {
  const text = readFileSync(EXPORT, "utf8");
  const file = join(folder, "changed.jsonl");
  writeFileSync(
    file,
    text.replace('"row":{"actual_pusd":"209550000",', '"row":{"actual_pusd":"209550000","adjusts":"00",'),
  );
  expect(await verifyExport(file)).toMatchObject({ exitCode: 1, problem: { field: "adjusts" } });
  writeFileSync(file, text.replace('"input_tokens":1002,', '"input_tokens":1003,'));
  expect(await verifyExport(file)).toMatchObject({ exitCode: 1, problem: { seq: 2, field: "usage" } });
});

test("a database with rows of version 1 goes on with rows of version 2, and all of it verifies", async () => {
  const path = join(folder, "tessera.db");
  await writeOldDatabase(path);
  expect(await verifyDatabase(path)).toMatchObject(WHOLE);
  const { ledger, close } = openLedgerAt(path);
  ledger.settle(exchangeOf(12, { callerId: "mine" }), outcomeOf());
  await ledger.flush();
  const [row] = ledger.rowsOfRun("run-1").slice(-1);
  expect(row).toMatchObject({ v: 2, caller_request_id: "mine" });
  await close();
  expect(await verifyDatabase(path)).toMatchObject({ exitCode: 0, rows: 13, chains: 3, gaps: 0 });
});

/** Puts what was exported into the tables that it came from. */
async function writeOldDatabase(path: string): Promise<void> {
  const { store, close } = openLedgerAt(path);
  const { database } = store;
  for (const line of readFileSync(EXPORT, "utf8").trim().split("\n")) {
    const entry = JSON.parse(line);
    const add = (table: string, ...values: (string | number | Uint8Array | null)[]): void => {
      database.prepare(`INSERT INTO ${table} VALUES (${values.map(() => "?").join(", ")})`).run(...values);
    };
    if (entry.type === "snapshot") add("price_snapshots", null, entry.id, entry.text);
    else if (entry.type === "key") add("ledger_keys", entry.id, entry.public_key);
    else if (entry.type === "chain") {
      add("ledger_chains", entry.number, entry.name, entry.headSeq, entry.headHash, Number(entry.closed), entry.keyId);
    } else if (entry.type === "checkpoint") add("ledger_checkpoints", entry.chain, entry.lastSeq, entry.text, 1);
    else if (entry.type === "row") {
      const text = line.slice(line.indexOf(',"row":') + ',"row":'.length, -1);
      const { ts, kind, tenant, workload, run, original_pusd, actual_pusd, verified } = parseRow(text);
      const numbers = [original_pusd, actual_pusd, verified].map((value) =>
        value === undefined ? null : Number(value),
      );
      const [original = null, actual = null, isVerified = null] = numbers;
      const names = [tenant, workload, run].map((value) => value ?? null);
      const checks = Buffer.from(entry.checks, "base64");
      add(
        "ledger_rows",
        rowId(entry.chain, entry.seq),
        Date.parse(ts),
        kind,
        ...names,
        original,
        actual,
        isVerified,
        text,
        checks,
        entry.hash,
      );
    }
  }
  await close();
}
