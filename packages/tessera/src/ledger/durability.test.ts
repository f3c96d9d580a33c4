import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exchangeOf, openLedgerAt, outcomeOf } from "../../test/ledger-traffic.ts";
import { openStore } from "../store/store.ts";
import { readLedger } from "./ledger-reader.ts";
import { verifyDatabase } from "./verify/verify-ledger.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-durability-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const path = (): string => join(folder, "tessera.db");
const SPILL = "-spill.jsonl";

/** A process that settles without end and says every 5 ms how many were settled and when. */
const WRITER = `
import { exchangeOf, openLedgerAt, outcomeOf } from ${JSON.stringify(new URL("../../test/ledger-traffic.ts", import.meta.url).href)};
const { ledger } = openLedgerAt(process.argv[1]);
let number = 0;
setInterval(() => {
  for (let i = 0; i < 20; i += 1) ledger.settle(exchangeOf(number += 1), outcomeOf());
  process.stdout.write(number + " " + Date.now() + "\\n");
}, 5);`;

describe("a writer that is killed", () => {
  test("leaves a chain that verifies, without the last moments; the next begins with a gap", async () => {
    for (let round = 1; round <= 3; round += 1) {
      const child = spawn(process.execPath, ["--conditions=source", "--input-type=module", "-e", WRITER, path()]);
      const ended = once(child, "exit");
      const said: { readonly number: number; readonly at: number }[] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        const [number = 0, at = 0] = line.split(" ").map(Number);
        said.push({ number, at });
        if (said.length === 60 + round * 7) child.kill("SIGKILL");
      }
      await ended;
      expect(await verifyDatabase(path())).toMatchObject({ exitCode: 0, gaps: round - 1, lostRows: 0 });
      const store = openStore(path(), { access: "read" });
      const written = readLedger(store).totals()[0]?.requests ?? 0;
      const chains = store.database.prepare("SELECT head_seq FROM ledger_chains ORDER BY number DESC").all();
      store.close();
      expect(written).toBeGreaterThan(0);
      // What was settled in this round and is not written was settled within the window before the end. A commit is due
      // after 50 ms; a busy machine may come to it later, which the child's own clock would not show, so 64 rows count too.
      const rows = Number(chains[0]?.["head_seq"]) - (round === 1 ? 0 : 1);
      const last = said.at(-1);
      const firstLost = said.find(({ number }) => number > rows);
      if (firstLost === undefined || last === undefined) continue;
      expect(last.number - rows <= 64 + 20 || last.at - firstLost.at <= 60).toBe(true);
    }
    const { ledger, store, close } = openLedgerAt(path());
    const gap = JSON.parse(
      String(store.database.prepare("SELECT text FROM ledger_rows ORDER BY id DESC").get()?.["text"]),
    );
    expect(gap).toMatchObject({ kind: "event", event: "gap", seq: "1", previous_seq: expect.stringMatching(/^\d+$/) });
    await ledger.flush();
    await close();
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 0, gaps: 3 });
    const after = openLedgerAt(path());
    after.ledger.settle(exchangeOf(1), outcomeOf());
    await after.close();
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 0, gaps: 3 });
  });

  test("rows that the head file knows and the database lost are counted in the gap", async () => {
    const first = openLedgerAt(path());
    for (let number = 1; number <= 5; number += 1) first.ledger.settle(exchangeOf(number), outcomeOf());
    await first.ledger.flush();
    first.store.close();
    const database = new DatabaseSync(path());
    database.exec("DELETE FROM ledger_rows WHERE id = (SELECT max(id) FROM ledger_rows)");
    database.exec(
      "UPDATE ledger_chains SET head_seq = 4, head_hash = (SELECT hash FROM ledger_rows ORDER BY id DESC LIMIT 1)",
    );
    database.close();
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 1, problem: { seq: 5 } });
    const second = openLedgerAt(path());
    await second.close();
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 0, gaps: 1, lostRows: 1 });
  });
});

describe("a database that cannot be written", () => {
  test("locked: settling goes on, rows wait in a file, and come into the ledger in order when the lock is gone", async () => {
    const troubles: string[] = [];
    const { ledger, close } = openLedgerAt(path(), { onTrouble: (trouble) => troubles.push(trouble) });
    ledger.settle(exchangeOf(0), outcomeOf());
    await ledger.flush();
    const other = openStore(path(), { access: "share" });
    other.database.exec("BEGIN IMMEDIATE");
    for (let number = 1; number <= 500; number += 1) {
      expect(ledger.settle(exchangeOf(number), outcomeOf())).toMatchObject({ actual: 210_000_000 });
    }
    await ledger.flush();
    expect(ledger.state).toMatchObject({ queued: 0, waiting: true, congested: true, lost: 0 });
    expect(statSync(path() + SPILL).mode & 0o777).toBe(0o600);
    for (let number = 501; number <= 510; number += 1) ledger.settle(exchangeOf(number), outcomeOf());
    other.database.exec("COMMIT");
    other.close();
    await ledger.flush();
    expect(ledger.state).toMatchObject({ queued: 0, waiting: false, congested: false, trouble: undefined });
    expect(existsSync(path() + SPILL)).toBe(false);
    const ids = ledger.rowsOfRun("run-1").map((row) => row.request_id);
    expect(ids).toEqual(Array.from({ length: 511 }, (_, number) => exchangeOf(number).id));
    expect(troubles.map((trouble) => trouble.split(":")[0])).toEqual([
      "rows wait to be written",
      "the ledger is written again",
    ]);
    await close();
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 0, rows: 511, gaps: 0 });
  });

  test("full: rows wait in the file past the end of the process, and the next one takes them over once", async () => {
    const first = openLedgerAt(path());
    first.ledger.settle(exchangeOf(0), outcomeOf());
    await first.ledger.flush();
    const pages = Number(first.store.database.prepare("PRAGMA page_count").get()?.["page_count"]);
    first.store.database.exec(`PRAGMA max_page_count = ${pages}`);
    for (let number = 1; number <= 200; number += 1)
      first.ledger.settle(exchangeOf(number, { model: "gpt-4o" }), outcomeOf({ servedModel: "gpt-4o" }));
    await first.ledger.flush();
    expect(first.ledger.state).toMatchObject({ waiting: true, lost: 0, trouble: expect.stringMatching(/full/) });
    await first.close();
    const second = openLedgerAt(path());
    await second.ledger.flush();
    expect(second.ledger.rowsOfRun("run-1").map((row) => row.request_id)).toEqual(
      Array.from({ length: 201 }, (_, number) => exchangeOf(number).id),
    );
    expect(existsSync(path() + SPILL)).toBe(false);
    await second.close();
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 0, gaps: 1 });
  });

  test("neither database nor file: rows wait in memory, nothing is thrown, and flush says what is wrong", async () => {
    const troubles: string[] = [];
    const { ledger, close } = openLedgerAt(path(), { onTrouble: (trouble) => troubles.push(trouble) });
    mkdirSync(path() + SPILL);
    const other = openStore(path(), { access: "share" });
    other.database.exec("BEGIN IMMEDIATE");
    ledger.settle(exchangeOf(1), outcomeOf());
    await expect(ledger.flush()).rejects.toThrow(/cannot be written/);
    await expect(ledger.flush()).rejects.toThrow(/cannot be written/);
    expect(ledger.state).toMatchObject({ queued: 1, waiting: false, congested: true, lost: 0 });
    expect(troubles).toEqual([expect.stringMatching(/^rows wait in memory: /)]);
    other.database.exec("COMMIT");
    other.close();
    await ledger.flush();
    expect(ledger.rowsOfRun("run-1")).toHaveLength(1);
    expect(ledger.state).toMatchObject({ congested: false, trouble: undefined });
    rmSync(path() + SPILL, { recursive: true });
    await close();
  });

  test("anchors that cannot be written are tried again with the next checkpoint", async () => {
    const troubles: string[] = [];
    const blocked = join(folder, "elsewhere", "anchors.jsonl");
    const { ledger, close } = openLedgerAt(path(), {
      anchors: [{ kind: "file", path: blocked }],
      onTrouble: (trouble) => troubles.push(trouble),
    });
    ledger.settle(exchangeOf(1), outcomeOf());
    await ledger.checkpoint();
    expect(troubles).toEqual([expect.stringMatching(/^checkpoints wait to be anchored/)]);
    expect((await ledger.verify()).warnings).toEqual(["1 checkpoints are in no anchor file yet."]);
    mkdirSync(join(folder, "elsewhere"));
    ledger.settle(exchangeOf(2), outcomeOf());
    await ledger.checkpoint();
    expect(await ledger.verify({ anchors: [blocked] })).toMatchObject({ exitCode: 0, warnings: [], checkpoints: 2 });
    writeFileSync(blocked, "");
    await close();
  });
});

describe("a clock that is set", () => {
  test("back and forth sets back neither rows nor checkpoints, and what was sealed verifies", async () => {
    const HOUR = 3_600_000;
    let now = Date.parse("2026-06-01T12:00:00Z");
    const opened = openLedgerAt(path(), { now: () => now, checkpointRows: 3 });
    for (const [number, jump] of [0, -HOUR, 48 * HOUR, -48 * HOUR, -9000 * HOUR, 9000 * HOUR].entries()) {
      now += jump;
      for (const part of [0, 1]) opened.ledger.settle(exchangeOf(2 * number + part), outcomeOf());
      await opened.ledger.flush();
      await opened.ledger.checkpoint();
    }
    await opened.close();
    expect(await verifyDatabase(path())).toMatchObject({ exitCode: 0, rows: 12, checkpoints: 6 });
  });

  test("back makes no checkpoint wait for the time that was taken back", async () => {
    let now = Date.parse("2026-06-01T12:00:00Z");
    const opened = openLedgerAt(path(), { now: () => now, checkpointMinutes: 10 });
    now -= 24 * 3_600_000;
    opened.ledger.settle(exchangeOf(1), outcomeOf());
    await opened.ledger.flush();
    const { checkpoints } = await verifyDatabase(path());
    await opened.close();
    expect(checkpoints).toBe(1);
  });
});
