import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { exchangeOf, HIT, openLedgerAt, outcomeOf } from "../../test/ledger-traffic.ts";
import { isSignedBy, readCheckpoint } from "../ledger/checkpoint.ts";
import { MerkleTree } from "../ledger/merkle-tree.ts";
import { readKeys } from "../ledger/verify/checkpoint-check.ts";
import { readPublicKey } from "../ledger/verify/public-key.ts";
import { pageOf } from "./page.ts";
import { publishLedger } from "./publish.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-publish-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const read = (name: string): string => readFileSync(join(folder, "public", name), "utf8");

test("a published ledger names no tenant and no tag, and anyone can seal its rows anew and check the signatures", async () => {
  const signingKey = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  let now = Date.parse("2026-01-31T00:00:00Z");
  const options = { checkpointRows: 3, signingKey, now: () => now };
  const { ledger, store, close } = openLedgerAt(join(folder, "tessera.db"), options);
  for (let number = 1; number <= 7; number += 1) {
    const parts = { featureTag: "a secret feature", customerTag: "jane" };
    ledger.settle(exchangeOf(number, parts), outcomeOf(number === 7 ? HIT : {}));
    await ledger.flush();
    now += 6 * 3_600_000;
  }
  await ledger.checkpoint();
  const files = await publishLedger(store, join(folder, "public"), { secret: "s", now });
  expect(readdirSync(join(folder, "public")).sort()).toEqual([...files].sort());
  for (const name of files) for (const secret of ["acme", "secret", "jane"]) expect(read(name)).not.toContain(secret);

  const [head, ...rows] = read("rows.csv").trim().split("\n");
  expect(head).toMatch(/^entry_id,hash,recorded_at,kind,tenant_hash,/);
  const cells = rows.map((row) => row.split(","));
  expect(new Set(cells.map((row) => row[4])).size).toBe(1);
  const hashes = cells.map((row) => row[1] ?? "");
  const key = readPublicKey(read(files.find((name) => name.startsWith("key-")) ?? ""));
  const publicKey = readKeys(new Map([[key?.id ?? "", key?.pem ?? ""]])).get(key?.id ?? "");
  if (publicKey === undefined) throw new Error("no key");
  let sealed = 0;
  for (const line of read("checkpoints.jsonl").trim().split("\n")) {
    const checkpoint = readCheckpoint(line);
    if (checkpoint === undefined) throw new Error("no checkpoint");
    const tree = new MerkleTree();
    for (const hash of hashes.slice(sealed, sealed + checkpoint.rows)) tree.add(hash);
    expect(tree.root()).toBe(checkpoint.merkle_root);
    expect(isSignedBy(checkpoint, publicKey)).toBe(true);
    sealed += checkpoint.rows;
  }
  expect(sealed).toBe(7);

  const sum = { requests: 0, original_usd: "0", verified_savings_usd: "0" };
  expect(JSON.parse(read("totals.json"))).toMatchObject({
    months: [
      { ...sum, month: "2026-02", requests: 3, original_usd: "0.00063", verified_savings_usd: "0.00021" },
      { ...sum, month: "2026-01", requests: 4, original_usd: "0.00084", verified_savings_usd: "0.00" },
    ],
  });
  for (const name of files) if (name !== "index.html") expect(read("index.html")).toContain(`href="${name}"`);
  expect(read("index.html")).toContain("<td>2026-02</td><td>3</td><td>1</td><td>0.00</td>");
  await close();
});

test("what comes from elsewhere is no markup of the page", () => {
  const page = pageOf({ published: "<script>'\"&", totals: [], newest: undefined, keys: ['"><b>'] });
  expect(page).not.toMatch(/<script|<b>/);
  expect(page).toContain("&lt;script&gt;&#39;&quot;&amp;");
});

test.runIf(process.platform === "linux")("a folder that cannot be made is told at once", async () => {
  const { store, close } = openLedgerAt(join(folder, "tessera.db"));
  const publishing = publishLedger(store, "/proc/tessera-nowhere/public", { secret: "s", now: 0 });
  await expect(publishing).rejects.toThrow("ENOENT");
  await close();
});
