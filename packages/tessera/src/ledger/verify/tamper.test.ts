import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exchangeOf, HIT, openLedgerAt, outcomeOf, usageOf } from "../../../test/ledger-traffic.ts";
import { checkpointHash, writeCheckpoint } from "../checkpoint.ts";
import { ROW_FIELDS } from "../ledger-row.ts";
import type { LedgerOptions } from "../ledger.ts";
import { rowHash } from "../row-hash.ts";
import { rowId } from "../row-id.ts";
import { CHECK_BYTES, writeRow } from "../row-text.ts";
import { publicKeyOf, readSigningKey } from "../signing-key.ts";
import { verifyDatabase, verifyExport } from "./verify-ledger.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-tamper-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const path = (): string => join(folder, "tessera.db");
const pem = (): string => generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();

/** 25 rows in checkpoints of ten, with everything that a row can hold. */
async function writeLedger(options: Partial<LedgerOptions> = {}): Promise<string> {
  const { ledger, close } = openLedgerAt(path(), { checkpointRows: 10, ...options });
  for (let number = 1; number <= 25; number += 1) {
    const usage = usageOf({ inputTokens: 1000 + number, cacheReadTokens: 10, outputTokens: 100, reasoningTokens: 5 });
    const exchange = exchangeOf(number, { customerTag: "jane", featureTag: "search", stream: number % 2 === 0 });
    ledger.settle(exchange, outcomeOf({ usage, ...(number % 3 === 0 ? HIT : {}) }));
    // Groups would else be as large as what waits.
    await ledger.flush();
  }
  await close();
  return path();
}

function change(sql: string, ...values: (string | number | Uint8Array | null)[]): void {
  const database = new DatabaseSync(path());
  expect(database.prepare(sql).run(...values).changes).toBeGreaterThan(0);
  database.close();
}

function textAt(seq: number): string {
  const database = new DatabaseSync(path(), { readOnly: true });
  const text = String(database.prepare("SELECT text FROM ledger_rows WHERE id = ?").get(rowId(1, seq))?.["text"]);
  database.close();
  return text;
}

describe("an untouched ledger", () => {
  test("verifies, in its database and as an export", async () => {
    await writeLedger({ signingKey: pem() });
    const whole = { exitCode: 0, rows: 25, chains: 1, checkpoints: 3, signed: 3, warnings: [] };
    expect(await verifyDatabase(path())).toMatchObject(whole);
    const { ledger, close } = openLedgerAt(path());
    writeFileSync(join(folder, "all.jsonl"), [...ledger.exportRows({ format: "jsonl" })].join(""));
    writeFileSync(
      join(folder, "part.jsonl"),
      [...ledger.exportRows({ format: "jsonl", run: "run-1", from: 1 })].join(""),
    );
    await close();
    expect(await verifyExport(join(folder, "all.jsonl"))).toMatchObject(whole);
    const part = await verifyExport(join(folder, "part.jsonl"));
    expect(part).toMatchObject({ exitCode: 0, rows: 25 });
    expect(part.warnings).toEqual([expect.stringMatching(/of a part/)]);
  });

  test("verifies while it is written", async () => {
    const { ledger, close } = openLedgerAt(path(), { checkpointRows: 10 });
    for (let round = 0; round < 20; round += 1) {
      for (let number = 0; number < 30; number += 1) ledger.settle(exchangeOf(number), outcomeOf());
      const verifying = ledger.verify();
      await ledger.flush();
      expect(await verifying).toMatchObject({ exitCode: 0 });
    }
    expect(await ledger.verify()).toMatchObject({ exitCode: 0, rows: 600 });
    await close();
  });
});

describe("one digit or letter changed", () => {
  const columns = ["ts", "kind", "tenant", "workload", "run", "original", "actual", "verified"];
  test.each(columns)("in the column %s", async (column) => {
    await writeLedger();
    const value =
      column === "verified"
        ? "1 - verified"
        : ["ts", "original", "actual"].includes(column)
          ? `${column} + 1`
          : `${column} || 'x'`;
    change(`UPDATE ledger_rows SET ${column} = ${value} WHERE id = ?`, rowId(1, 7));
    const field = column === "original" || column === "actual" ? `${column}_pusd` : column;
    const { exitCode, problem } = await verifyDatabase(path());
    expect([exitCode, problem?.seq, problem?.field]).toEqual([1, 7, field]);
    expect(problem?.place).toMatch(/^row 7 of chain local-/);
  });

  test("in every field of the text", async () => {
    await writeLedger();
    const text = textAt(6);
    const row: Readonly<Record<string, unknown>> = JSON.parse(text);
    expect(Object.keys(row).length).toBeGreaterThan(34);
    for (const field of Object.keys(row)) {
      const before = `"${field}":${JSON.stringify(row[field])}`;
      const digit = [...before.matchAll(/[0-9a-z]/g)].at(-1);
      const at = digit?.index ?? 0;
      const other = digit?.[0] === "1" ? "2" : "1";
      const after = `${before.slice(0, at)}${other}${before.slice(at + 1)}`;
      change("UPDATE ledger_rows SET text = replace(text, ?, ?) WHERE id = ?", before, after, rowId(1, 6));
      expect([field, await verifyDatabase(path())]).toMatchObject([field, { exitCode: 1, problem: { seq: 6, field } }]);
      change("UPDATE ledger_rows SET text = ? WHERE id = ?", text, rowId(1, 6));
    }
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 0 });
  });

  test("in the hash, and in the checks", async () => {
    await writeLedger();
    change("UPDATE ledger_rows SET hash = replace(hash, substr(hash, 5, 1), 'x') WHERE id = ?", rowId(1, 9));
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 1, problem: { seq: 9, field: "hash" } });
    rewrite(9, (text) => text);
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 0 });
    change("UPDATE ledger_rows SET checks = zeroblob(length(checks)) WHERE id = ?", rowId(1, 9));
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 1, problem: { seq: 9 } });
  });

  /** Changes a text as somebody does who knows how hash and checks are made. */
  function rewrite(seq: number, by: (text: string) => string): void {
    const text = by(textAt(seq));
    const checks = new Uint8Array(ROW_FIELDS.length * CHECK_BYTES);
    writeRow(JSON.parse(text), checks);
    const database = new DatabaseSync(path());
    const previous = database.prepare("SELECT hash FROM ledger_rows WHERE id = ?").get(rowId(1, seq - 1));
    database
      .prepare("UPDATE ledger_rows SET text = ?, checks = ?, hash = ? WHERE id = ?")
      .run(text, checks, rowHash(String(previous?.["hash"]), text), rowId(1, seq));
    database.close();
  }

  test("by someone who makes the row's hash and checks again: the next row does not follow, and money is still reckoned", async () => {
    await writeLedger();
    rewrite(12, (text) => text.replace('"finish":"stop"', '"finish":"shop"'));
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 1, problem: { seq: 13, field: "hash" } });
    rewrite(11, (text) => text.replace('"input_tokens":1011', '"input_tokens":1012'));
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 1, problem: { seq: 11, field: "original_pusd" } });
  });

  test("in an export", async () => {
    await writeLedger();
    const { ledger, close } = openLedgerAt(path());
    const text = [...ledger.exportRows({ format: "jsonl" })].join("");
    await close();
    const file = join(folder, "x.jsonl");
    writeFileSync(file, text.replace('"input_tokens":1011,', '"input_tokens":1012,'));
    expect(await verifyExport(file)).toMatchObject({ exitCode: 1, problem: { seq: 11, field: "usage" } });
    writeFileSync(file, text.split("\n").toSpliced(-5, 1).join("\n"));
    expect(await verifyExport(file)).toMatchObject({ exitCode: 1, problem: { field: "seq" } });
    writeFileSync(file, text.replaceAll("\n", "\r\n"));
    expect(await verifyExport(file)).toMatchObject({ exitCode: 0, rows: 25 });
    writeFileSync(file, text.replace(',"checks":"', ',"checks":'));
    expect(await verifyExport(file)).toMatchObject({
      exitCode: 2,
      problem: { reason: expect.stringMatching(/not as it is/) },
    });
    writeFileSync(file, "no export");
    expect(await verifyExport(file)).toMatchObject({ exitCode: 2 });
  });
});

describe("rows that are gone or elsewhere", () => {
  test("a row in the middle, at the beginning, and two that changed places", async () => {
    await writeLedger();
    change("DELETE FROM ledger_rows WHERE id = ?", rowId(1, 8));
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 1, problem: { seq: 8, field: "seq" } });
    change("DELETE FROM ledger_rows WHERE id = ?", rowId(1, 1));
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 1, problem: { seq: 1, field: "seq" } });
  });

  test("two rows that changed places", async () => {
    await writeLedger();
    change("UPDATE ledger_rows SET id = -1 WHERE id = ?", rowId(1, 4));
    change("UPDATE ledger_rows SET id = ? WHERE id = ?", rowId(1, 4), rowId(1, 15));
    change("UPDATE ledger_rows SET id = ? WHERE id = -1", rowId(1, 15));
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 1, problem: { seq: 4, field: "seq" } });
  });

  test("the last row, even when the database's own head is set back with it", async () => {
    await writeLedger();
    change("DELETE FROM ledger_rows WHERE id = ?", rowId(1, 25));
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 1, problem: { seq: 25, field: "seq" } });
    change(
      "UPDATE ledger_chains SET head_seq = 24, head_hash = (SELECT hash FROM ledger_rows WHERE id = ?)",
      rowId(1, 24),
    );
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 1, problem: { seq: 25, field: "to" } });
    change("UPDATE ledger_chains SET closed = 0");
    change("DELETE FROM ledger_checkpoints WHERE last_seq = 25");
    const byHead = await verifyDatabase(path());
    expect(byHead).toMatchObject({ exitCode: 1, problem: { seq: 25, field: "seq" } });
    expect(byHead.problem?.reason).toMatch(/head file knows row 25/);
    rmSync(`${path()}-head`);
    const byAnchor = await verifyDatabase(path());
    expect(byAnchor).toMatchObject({ exitCode: 1, problem: { seq: 25, reason: "is anchored, and not in the ledger" } });
    expect(byAnchor.warnings).toEqual([expect.stringMatching(/no head file/)]);
  });

  test("everything after a checkpoint, and a whole chain", async () => {
    await writeLedger();
    change("DELETE FROM ledger_rows WHERE id > ?", rowId(1, 10));
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 1, problem: { seq: 11, field: "seq" } });
    change("DELETE FROM ledger_rows");
    change("DELETE FROM ledger_checkpoints");
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 1, problem: { seq: 1, field: "seq" } });
    change("DELETE FROM ledger_chains");
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 1 });
  });

  test("the end of an older chain, by the first row of the next", async () => {
    await writeLedger();
    const next = openLedgerAt(path());
    next.ledger.settle(exchangeOf(26), outcomeOf());
    await next.close();
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 0, chains: 2, gaps: 0, rows: 27 });
    change("DELETE FROM ledger_rows WHERE id = ?", rowId(1, 25));
    change("DELETE FROM ledger_checkpoints WHERE chain = 1 AND last_seq = 25");
    change(
      "UPDATE ledger_chains SET closed = 0, head_seq = 24, head_hash = (SELECT hash FROM ledger_rows WHERE id = ?) WHERE number = 1",
      rowId(1, 24),
    );
    const { exitCode, problem } = await verifyDatabase(path());
    expect([exitCode, problem?.seq, problem?.field]).toEqual([1, 1, "previous_seq"]);
  });
});

describe("prices, checkpoints and signatures", () => {
  test("a price in a snapshot, and a snapshot that is gone", async () => {
    await writeLedger();
    const gone = new DatabaseSync(path());
    const id = String(gone.prepare("SELECT id FROM price_snapshots ORDER BY number DESC").get()?.["id"]);
    gone.close();
    change("UPDATE price_snapshots SET text = replace(text, '\"input\":150000', '\"input\":150001') WHERE id = ?", id);
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 1, problem: { place: `price snapshot ${id}` } });
    change("DELETE FROM price_snapshots WHERE id = ?", id);
    const missing = await verifyDatabase(path());
    expect(missing).toMatchObject({ exitCode: 3, problem: { seq: 1, field: "snapshot_id" } });
    expect(missing.problem?.reason).toContain(id);
  });

  test("every field of a checkpoint, and a checkpoint that is gone", async () => {
    await writeLedger({ signingKey: pem() });
    const database = new DatabaseSync(path());
    const text = String(database.prepare("SELECT text FROM ledger_checkpoints WHERE last_seq = 20").get()?.["text"]);
    database.close();
    for (const field of [
      "chain",
      "from",
      "to",
      "rows",
      "last_hash",
      "merkle_root",
      "prev_checkpoint",
      "ts",
      "key_id",
      "sig",
    ]) {
      const checkpoint: Record<string, unknown> = JSON.parse(text);
      checkpoint[field] =
        field === "rows" ? 11 : String(checkpoint[field]).replace(/[0-9a-f]/, (digit) => (digit === "1" ? "2" : "1"));
      change("UPDATE ledger_checkpoints SET text = ? WHERE last_seq = 20", JSON.stringify(checkpoint));
      // A time that was changed does not fit the signature.
      const named = field === "ts" ? expect.stringMatching(/^(ts|sig)$/) : field;
      expect(await verifyDatabase(path())).toMatchObject({ exitCode: 1, problem: { seq: 20, field: named } });
    }
    change("DELETE FROM ledger_checkpoints WHERE last_seq = 20");
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 1, problem: { seq: 25, field: "from" } });
  });

  test("all checkpoints signed anew with another key: known to whoever has the right one, and by the anchors", async () => {
    await writeLedger({ signingKey: pem() });
    const database = new DatabaseSync(path());
    const key = database.prepare("SELECT * FROM ledger_keys").get();
    const keys = new Map([[String(key?.["key_id"]), String(key?.["public_key"])]]);
    const forger = readSigningKey(pem());
    let previous: string | null = null;
    for (const { last_seq, text } of database.prepare("SELECT * FROM ledger_checkpoints ORDER BY last_seq").all()) {
      const { sig: _, key_id: __, ...facts } = JSON.parse(String(text));
      const forged = writeCheckpoint({ ...facts, prev_checkpoint: previous }, forger);
      previous = checkpointHash(forged);
      database.prepare("UPDATE ledger_checkpoints SET text = ? WHERE last_seq = ?").run(forged, last_seq ?? 0);
    }
    database.prepare("INSERT INTO ledger_keys VALUES (?, ?)").run(forger.keyId, publicKeyOf(forger));
    database.prepare("UPDATE ledger_chains SET key_id = ?").run(forger.keyId);
    database.close();
    const byKey = await verifyDatabase(path(), { publicKeys: keys });
    expect(byKey).toMatchObject({ exitCode: 1, problem: { seq: 10, field: "key_id" } });
    expect(await verifyDatabase(path())).toMatchObject({
      exitCode: 1,
      problem: { seq: 10, reason: expect.stringMatching(/anchored/) },
    });
    // Whoever can change everything beside the database too is stopped by nothing but the right key, kept elsewhere.
    rmSync(`${path()}-anchors.jsonl`);
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 0 });
    expect(await verifyDatabase(path(), { publicKeys: keys })).toMatchObject({ exitCode: 1 });
  });

  test("all rows written anew without any signature: known to whoever trusts a key, who is also told of rows under none", async () => {
    const signer = readSigningKey(pem());
    const keys = new Map([[signer.keyId, publicKeyOf(signer)]]);
    await writeLedger();
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 0, signedRows: 0, warnings: [] });
    expect(await verifyDatabase(path(), { publicKeys: keys })).toMatchObject({
      exitCode: 1,
      problem: { seq: 10, field: "sig", reason: expect.stringMatching(/is not signed/) },
    });
    // Without checkpoints nothing is signed, and nothing is missing either: that is for whoever checks to judge.
    change("DELETE FROM ledger_checkpoints");
    change("UPDATE ledger_chains SET closed = 0");
    rmSync(`${path()}-anchors.jsonl`);
    const { exitCode, warnings } = await verifyDatabase(path(), { publicKeys: keys });
    expect([exitCode, warnings]).toEqual([0, [expect.stringMatching(/^25 of the rows are under no checkpoint/)]]);
  });

  test("what cannot be read is told apart from what was changed", async () => {
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 2 });
    writeFileSync(path(), "no database".repeat(1000));
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 2, problem: { place: path() } });
  });

  test("a key that is none is refused, and not shown", () => {
    const secret = "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----";
    expect(() => openLedgerAt(path(), { signingKey: secret })).toThrow(/not an Ed25519 private key/);
  });
});
