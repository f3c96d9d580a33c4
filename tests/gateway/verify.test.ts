import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import OpenAI from "openai";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { startServer } from "@tesserae/tessen/serve";
import { GatewayFolder, type CommandEnd } from "./tessera-command.ts";

const CALLS = 12;
let folder: GatewayFolder;

/** A ledger that a gateway has written in a process of its own, which has ended since. */
beforeEach(async () => {
  const usage = { inputTokens: 1000, outputTokens: 100 };
  const provider = await startServer({ script: { rules: [{ answer: { text: "Yes.", usage } }] } });
  onTestFinished(() => provider.close());
  folder = new GatewayFolder({
    upstreams: [{ id: "openai", kind: "openai", baseURL: `${provider.url}/v1`, allowPrivate: true }],
    ledger: { checkpointRows: 5 },
  });
  const key = (await folder.output("keys", "create")).trim();
  const gateway = await folder.serve();
  const defaultHeaders = { "x-tessera-api-key": key, "x-tessera-workload": "triage" };
  const client = new OpenAI({ baseURL: `${gateway.url}/v1/openai`, apiKey: "sk-1", defaultHeaders });
  for (let count = 0; count < CALLS; count += 1) {
    await client.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: `${count}?` }] });
  }
  expect(await gateway.stop()).toBe(0);
});

const verify = (...more: readonly string[]): Promise<CommandEnd> => folder.run("ledger", "verify", ...more);

/** The text of the row at a place, from 1, and the place of the last one. */
function rowAt(place: number): { readonly text: string; readonly seq: string; readonly chain: string } {
  const database = new DatabaseSync(folder.database, { readOnly: true });
  const rows = database.prepare("SELECT text FROM ledger_rows ORDER BY id").all();
  database.close();
  const text = String(rows.at(place > 0 ? place - 1 : place)?.["text"]);
  const { seq, chain }: { readonly seq: string; readonly chain: string } = JSON.parse(text);
  return { text, seq, chain };
}

/** Changes one byte of a file: the last digit or letter of a member of a row. */
function changeByte(path: string, text: string, field: string): void {
  const row: Readonly<Record<string, unknown>> = JSON.parse(text);
  const member = `"${field}":${JSON.stringify(row[field])}`;
  const inMember = member.search(/[0-9a-z](?=[^0-9a-z]*$)/);
  const bytes = readFileSync(path);
  const at = bytes.indexOf(text);
  expect(at).toBeGreaterThan(0);
  const place = at + Buffer.byteLength(text.slice(0, text.indexOf(member) + inMember));
  bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place);
  writeFileSync(path, bytes);
}

function sql(statement: string): void {
  const database = new DatabaseSync(folder.database);
  database.exec(statement);
  database.close();
}

describe("tessera ledger verify", () => {
  test("says that a ledger is whole which nobody touched, in the database and in an export", async () => {
    const { code, stdout } = await verify();
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^The ledger is whole: \d+ rows in 1 chains/)]);
    const exported = join(folder.path, "ledger.jsonl");
    writeFileSync(exported, await folder.output("ledger", "export", "--format", "jsonl"));
    expect((await verify("--from-export", exported)).code).toBe(0);
    changeByte(exported, rowAt(6).text, "original_pusd");
    const { seq, chain } = rowAt(6);
    const changed = await verify("--from-export", exported);
    expect([changed.code, changed.stdout]).toEqual([
      1,
      expect.stringContaining(`row ${seq} of chain ${chain}, field original_pusd`),
    ]);
  });

  test.each(["actual_pusd", "workload", "ts"])(
    "names row and field after one byte of the file is changed in %s",
    async (field) => {
      const { text, seq, chain } = rowAt(7);
      changeByte(folder.database, text, field);
      const { code, stdout } = await verify();
      expect([code, stdout]).toEqual([1, expect.stringContaining(`row ${seq} of chain ${chain}, field ${field}: `)]);
      const problem = { chain, seq: Number(seq), field };
      expect(JSON.parse((await verify("--json")).stdout)).toMatchObject({ exitCode: 1, problem });
    },
  );

  test("finds that the last row was removed, also when the database says that there never was one", async () => {
    const { seq, chain } = rowAt(-1);
    sql("DELETE FROM ledger_rows WHERE id = (SELECT max(id) FROM ledger_rows)");
    const removed = await verify();
    expect([removed.code, removed.stdout]).toEqual([1, expect.stringContaining(`row ${seq} of chain ${chain}`)]);
    const last = "(SELECT hash FROM ledger_rows ORDER BY id DESC LIMIT 1)";
    sql(`UPDATE ledger_chains SET closed = 0, head_seq = head_seq - 1, head_hash = ${last}`);
    sql(`DELETE FROM ledger_checkpoints WHERE last_seq = ${seq}`);
    const hidden = await verify();
    expect([hidden.code, hidden.stdout]).toEqual([1, expect.stringContaining(`row ${seq} of chain ${chain}`)]);
  });

  test("ends with 2 where there is no ledger", async () => {
    writeFileSync(folder.database, "No database at all, and long enough to look like something.".repeat(100));
    expect((await verify()).code).toBe(2);
  });
});
