import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exchangeOf, openLedgerAt, outcomeOf, usageOf } from "../../../test/ledger-traffic.ts";
import { RequestIds } from "../../http/request-id.ts";
import { MerkleTree } from "../merkle-tree.ts";
import { rowId } from "../row-id.ts";
import { publicKeyOf, readSigningKey } from "../signing-key.ts";
import { proveRequest } from "./inclusion-proof.ts";
import { merklePath, rootByPath } from "./merkle-path.ts";
import { checkProof } from "./proof-check.ts";

const hashOf = (number: number): string => number.toString(16).padStart(64, "0");
const treeOf = (hashes: readonly string[]): string => {
  const tree = new MerkleTree();
  for (const hash of hashes) tree.add(hash);
  return tree.root();
};

describe("a path in a Merkle tree", () => {
  test("leads from every leaf to the root, in trees of every size up to 70, and to no other root from another place", () => {
    for (let size = 1; size <= 70; size += 1) {
      const hashes = Array.from({ length: size }, (_, index) => hashOf(index));
      const root = treeOf(hashes);
      for (let index = 0; index < size; index += 1) {
        const path = merklePath(hashes, index);
        expect(path.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
        expect(rootByPath(hashOf(index), index, size, path)).toBe(root);
        for (const place of [index + 1, index - 1]) {
          expect(rootByPath(hashOf(index), place, size, path)).not.toBe(root);
        }
      }
    }
  });

  test("with anything changed, left out or added leads elsewhere", () => {
    const size = fc.integer({ min: 2, max: 200 });
    fc.assert(
      fc.property(size, fc.nat(), fc.nat(), (size, at, change) => {
        const hashes = Array.from({ length: size }, (_, index) => hashOf(index));
        const index = at % size;
        const path = merklePath(hashes, index);
        const root = treeOf(hashes);
        const place = change % path.length;
        expect(rootByPath(hashOf(size), index, size, path)).not.toBe(root);
        expect(rootByPath(hashOf(index), index, size, path.with(place, hashOf(size)))).not.toBe(root);
        expect(rootByPath(hashOf(index), index, size, path.toSpliced(place, 1))).not.toBe(root);
        expect(rootByPath(hashOf(index), index, size, [...path, hashOf(0)])).not.toBe(root);
      }),
    );
  });
});

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-proof-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const path = (): string => join(folder, "tessera.db");
const pem = (): string => generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();

/** 25 requests in checkpoints of ten rows, the 13th of them after an attempt that failed; gives their ids. */
async function writeLedger(signingKey?: string): Promise<readonly string[]> {
  const ids = new RequestIds();
  const made: string[] = [];
  const { ledger, close } = openLedgerAt(path(), {
    checkpointRows: 10,
    ...(signingKey === undefined ? {} : { signingKey }),
  });
  for (let number = 1; number <= 25; number += 1) {
    const id = ids.next(Date.now());
    made.push(id);
    const failedAttempts = number === 13 ? [{ status: 503, usage: usageOf({ inputTokens: 5 }) }] : [];
    ledger.settle(exchangeOf(number, { id }), outcomeOf({ failedAttempts }));
    await ledger.flush();
  }
  await close();
  return made;
}

describe("a proof of inclusion", () => {
  test("holds for every request, with the trusted key, and not with another", async () => {
    const key = pem();
    const ids = await writeLedger(key);
    const signer = readSigningKey(key);
    const trusted = new Map([[signer.keyId, publicKeyOf(signer)]]);
    const stranger = readSigningKey(pem());
    for (const [index, id] of ids.entries()) {
      const proof = JSON.stringify(proveRequest(path(), id));
      const { ok, rows, warnings } = checkProof(proof, trusted);
      expect([ok, warnings]).toEqual([true, []]);
      expect(rows.map(({ row }) => row.kind)).toEqual(index === 12 ? ["overhead", "request"] : ["request"]);
      expect(rows.at(-1)?.row).toMatchObject({ request_id: id, actual_pusd: "210000000" });
    }
    const proof = JSON.stringify(proveRequest(path(), ids[3] ?? ""));
    expect(checkProof(proof)).toMatchObject({ ok: true, warnings: [expect.stringMatching(/key in the proof itself/)] });
    expect(checkProof(proof, new Map([[stranger.keyId, publicKeyOf(stranger)]]))).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/not among the given ones/),
    });
  });

  test("of a ledger without a signing key says so, and does not hold where a key is trusted", async () => {
    const [id = ""] = await writeLedger();
    const proof = JSON.stringify(proveRequest(path(), id));
    expect(checkProof(proof)).toMatchObject({ ok: true, warnings: [expect.stringMatching(/is not signed/)] });
    const signer = readSigningKey(pem());
    const result = checkProof(proof, new Map([[signer.keyId, publicKeyOf(signer)]]));
    expect(result).toMatchObject({ ok: false, problem: expect.stringMatching(/is not signed/) });
  });

  test("does not hold with any digit or letter of it changed", async () => {
    const key = pem();
    const signer = readSigningKey(key);
    const trusted = new Map([[signer.keyId, publicKeyOf(signer)]]);
    const ids = await writeLedger(key);
    const proof = JSON.stringify({ ...proveRequest(path(), ids[4] ?? ""), public_key: null });
    expect(checkProof(proof, trusted).ok).toBe(true);
    for (const { index } of proof.matchAll(/[0-9a-zA-Z]/g)) {
      const other = proof[index] === "1" ? "2" : "1";
      const changed = proof.slice(0, index) + other + proof.slice(index + 1);
      // Padding bits of base64 say nothing.
      if (proof.slice(index + 1, index + 3) === "==") continue;
      expect([proof.slice(Math.max(0, index - 20), index + 5), checkProof(changed, trusted).ok]).toEqual([
        expect.anything(),
        false,
      ]);
    }
  });

  test("of a row that was changed in the database does not hold", async () => {
    const ids = await writeLedger();
    const database = new DatabaseSync(path());
    const changed = database
      .prepare('UPDATE ledger_rows SET text = replace(text, \'"finish":"stop"\', \'"finish":"shop"\') WHERE id = ?')
      .run(rowId(1, 5));
    database.close();
    expect(changed.changes).toBe(1);
    expect(checkProof(JSON.stringify(proveRequest(path(), ids[4] ?? "")))).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/^row 5 of chain .* does not lead to the root/),
    });
  });

  test("is made by what the caller called its request, unless it called several so", async () => {
    const ids = new RequestIds();
    const [first, second] = [ids.next(Date.now()), ids.next(Date.now())];
    const { ledger, close } = openLedgerAt(path());
    const called = (id: string, callerId: string): void => {
      ledger.settle(exchangeOf(1, { id, callerId }), outcomeOf());
    };
    called(first, 'mine "1"');
    called(second, "same");
    called(ids.next(Date.now()), "same");
    called(ids.next(Date.now()), "mine");
    await close();
    const proof = proveRequest(path(), 'mine "1"');
    expect(proof.request_id).toBe(first);
    expect(checkProof(JSON.stringify(proof)).rows[0]?.row.caller_request_id).toBe('mine "1"');
    expect(() => proveRequest(path(), "same")).toThrow(new RegExp(`2 requests were called same .*${second}`));
    expect(() => proveRequest(path(), 'mine"')).toThrow(expect.objectContaining({ code: "ERR_NOT_FOUND" }));
  });

  test("is not made of a request that is unknown, not sealed yet, or of what is no id", async () => {
    const ids = new RequestIds();
    const id = ids.next(Date.now());
    const { ledger, close } = openLedgerAt(path());
    ledger.settle(exchangeOf(1, { id }), outcomeOf());
    await ledger.flush();
    expect(() => proveRequest(path(), id)).toThrow(expect.objectContaining({ code: "ERR_INVALID_STATE" }));
    await ledger.checkpoint();
    expect(checkProof(JSON.stringify(proveRequest(path(), id))).ok).toBe(true);
    await close();
    expect(() => proveRequest(path(), ids.next(Date.now()))).toThrow(
      expect.objectContaining({ code: "ERR_NOT_FOUND" }),
    );
    expect(() => proveRequest(path(), "tsr_1")).toThrow(expect.objectContaining({ code: "ERR_NOT_FOUND" }));
    expect(() => proveRequest(path(), "é")).toThrow(/cannot name a request/);
  });

  test.each(["", "{}", "[]", "null", '{"type":"tessera-inclusion-proof","version":2}'])("%j is none", (text) => {
    expect(checkProof(text)).toMatchObject({ ok: false, problem: "it is no proof of inclusion, version 1" });
  });
});
