import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../store/canonical-json.ts";
import { ROW_FIELDS, type LedgerRow } from "./ledger-row.ts";
import { MerkleTree } from "./merkle-tree.ts";
import { GENESIS, rowHash } from "./row-hash.ts";
import { CHECK_BYTES, writeRow } from "./row-text.ts";
import { damagedField } from "./verify/damaged-field.ts";

const checks = (): Uint8Array => new Uint8Array(ROW_FIELDS.length * CHECK_BYTES);

describe("the vector of the specification", () => {
  const first =
    '{"actual_pusd":"0","chain":"n1","original_pusd":"1000000","request_id":"req_1","seq":"1","ts":"2026-01-01T00:00:00.000Z","v":1}';
  const rows: readonly Partial<LedgerRow>[] = [
    {
      v: 1,
      seq: "1",
      chain: "n1",
      request_id: "req_1",
      ts: "2026-01-01T00:00:00.000Z",
      original_pusd: "1000000",
      actual_pusd: "0",
    },
    {
      v: 1,
      seq: "2",
      chain: "n1",
      request_id: "req_2",
      ts: "2026-01-01T00:00:01.000Z",
      original_pusd: "2500000",
      actual_pusd: "2500000",
    },
  ];

  test("rows have its text and its hashes, and the tree has its root", () => {
    const texts = rows.map((row) => writeRow(row, checks()));
    expect(texts[0]).toBe(first);
    const one = rowHash(GENESIS, texts[0] ?? "");
    const two = rowHash(one, texts[1] ?? "");
    expect(one).toBe("54f3621541d787a7249784a9729a16c5afd1ae36c9db868bf72ceac6099a3c40");
    expect(two).toBe("15ab973eac8edcf2d153d36e5e0a78bd29320356cc76f2c87054a48efaef5dd4");
    const tree = new MerkleTree();
    tree.add(one);
    tree.add(two);
    expect(tree.root()).toBe("bd4627a600736bcca03066e18baa8c9fac3f5f560395403dd1cc4fa4604d6857");
  });
});

describe("a Merkle tree", () => {
  /** RFC 6962, 2.1, as it is written there. */
  function rootOf(leaves: readonly string[]): string {
    const sha = (text: string): string => createHash("sha256").update(Buffer.from(text, "hex")).digest("hex");
    if (leaves.length === 1) return sha(`00${leaves[0]}`);
    let split = 1;
    while (split * 2 < leaves.length) split *= 2;
    return sha(`01${rootOf(leaves.slice(0, split))}${rootOf(leaves.slice(split))}`);
  }

  test("has the root of the definition for every number of leaves", () => {
    const tree = new MerkleTree();
    const leaves: string[] = [];
    for (let size = 1; size <= 70; size += 1) {
      const leaf = rowHash(GENESIS, `${size}`);
      leaves.push(leaf);
      tree.add(leaf);
      expect(tree.root()).toBe(rootOf(leaves));
    }
    expect(tree.size).toBe(70);
    tree.clear();
    expect(tree.root()).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });
});

describe("the text of a row", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 20 });
  const usage = fc.record(
    {
      input_tokens: fc.nat(),
      output_tokens: fc.nat(),
      cache_read_tokens: fc.option(fc.nat(), { nil: undefined }),
      reasoning_tokens: fc.option(fc.nat(), { nil: undefined }),
      web_search_requests: fc.option(fc.nat(), { nil: undefined }),
    },
    { requiredKeys: ["input_tokens", "output_tokens"] },
  );
  const row = fc.record(
    {
      v: fc.constant(1 as const),
      kind: fc.constant("request" as const),
      chain: text,
      seq: fc.nat().map(String),
      agent: text,
      workload: text,
      model_requested: text,
      stack: fc.subarray(["m2", "m4"]),
      by_mechanic: fc.dictionary(fc.constantFrom("m2", "m4"), fc.nat().map(String)),
      usage,
      stream: fc.boolean(),
      latency_ms: fc.double({ min: 0, max: 1e9, noNaN: true }),
    },
    { requiredKeys: ["v", "kind"] },
  );

  test("is canonical JSON, whatever is in the row", () => {
    fc.assert(
      fc.property(row, (value) => {
        expect(writeRow(value, checks())).toBe(canonicalJson({ ...value }));
      }),
    );
  });

  // The checks have 16 bits: one change in 65,536 is left to the hash. The seed is one that meets none.
  const seed = { seed: 1 };

  test("fits its checks, and does not with any one character changed", () => {
    fc.assert(
      fc.property(row, fc.nat(), (value, place) => {
        const written = checks();
        const before = writeRow(value, written);
        expect(damagedField(before, written)).toBeUndefined();
        const at = place % before.length;
        const after = `${before.slice(0, at)}${before[at] === "1" ? "2" : "1"}${before.slice(at + 1)}`;
        expect(damagedField(after, written)).toBeDefined();
      }),
      seed,
    );
  });

  test("names the field whose value was changed, taken out or put in", () => {
    const names = ["agent", "by_mechanic", "chain", "latency_ms", "seq", "stream", "usage", "workload"] as const;
    fc.assert(
      fc.property(row, row, fc.constantFrom(...names), (value, other, field) => {
        const written = checks();
        const before = writeRow(value, written);
        const after = writeRow({ ...value, [field]: other[field] }, checks());
        expect(damagedField(after, written)).toBe(after === before ? undefined : field);
      }),
      seed,
    );
  });
});
