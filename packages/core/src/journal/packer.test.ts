import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../json.ts";
import { canonicalJson } from "../canonical-json.ts";
import { sha256Hex } from "../sha256.ts";
import { blobHash, Packer, unpack } from "./packer.ts";

function packer(): { readonly packer: Packer; readonly blobs: Map<string, Json>; read(json: Json): Json } {
  const blobs = new Map<string, Json>();
  const read = (json: Json): Json =>
    unpack(json, (hash) => {
      const data = blobs.get(hash);
      if (data === undefined) throw new Error(`no blob ${hash}`);
      return data;
    });
  return { packer: new Packer((hash, data) => blobs.set(hash, data)), blobs, read };
}

const json = fc.jsonValue({ depthSize: "medium" }).map((value) => JSON.parse(JSON.stringify(value)) as Json);
const hostileKey = fc.constantFrom("$b", "$l", "$$b", "$$$l", "$", "$bb", "__proto__", "constructor", "");

describe("a packed value", () => {
  test("is read as it was, whatever its keys and texts", () => {
    const value = fc.oneof(
      json,
      fc.dictionary(hostileKey, fc.oneof(json, fc.string({ minLength: 200, maxLength: 400 })), {
        noNullPrototype: true,
      }),
      fc.array(fc.record({ $l: fc.string() })),
    );
    fc.assert(
      fc.property(value, (given) => {
        const { packer: own, read } = packer();
        const copy = JSON.parse(JSON.stringify(given)) as Json;
        expect(JSON.stringify(read(JSON.parse(JSON.stringify(own.value(copy))) as Json))).toBe(JSON.stringify(copy));
      }),
    );
  });

  test("has its long texts in blobs, each once, counted in bytes", () => {
    const { packer: own, blobs } = packer();
    expect(own.value("x".repeat(256))).toBe("x".repeat(256));
    expect(own.value("é".repeat(129))).toEqual({ $b: blobHash("é".repeat(129)) });
    own.value(["y".repeat(257), { a: "y".repeat(257) }]);
    expect(blobs.size).toBe(2);
  });

  test("has the same hash whatever the order of its keys", () => {
    const { packer: own } = packer();
    expect(own.requestHash({ a: 1, b: [1] })).toBe(own.requestHash({ b: [1], a: 1 }));
    expect(own.requestHash({ a: "\ud83d" })).toMatch(/^[0-9a-f]{64}$/);
    fc.assert(
      fc.property(json, (value) => {
        expect(own.requestHash(value)).toBe(sha256Hex(canonicalJson(value, { loneSurrogates: "escape" })));
      }),
    );
    const part = own.part({}, () => ({ b: 1, a: "x".repeat(300) }));
    const request = { z: own.list([part, own.part({}, () => ({ d: 1, c: 2 }))]), a: part };
    expect(own.requestHash(request)).toBe(sha256Hex(canonicalJson(request)));
  });
});

describe("a list of parts", () => {
  test("of any length is read as it was, and a longer one costs its new parts only", () => {
    const { packer: own, blobs, read } = packer();
    const objects: { readonly text: string }[] = [];
    for (let length = 0; length <= 700; length += 1) {
      const before = blobs.size;
      const list = own.list(objects.map((object) => own.part(object, () => ({ ...object }))));
      if (length % 97 === 0) expect(read(list)).toEqual(objects);
      expect(JSON.stringify(list).length).toBeLessThan((2 * 16 + 3 * 15) * 45);
      // The new part, its text, and now and then a piece of the list.
      expect(blobs.size - before).toBeLessThanOrEqual(4);
      objects.push({ text: `${length} ${"z".repeat(300)}` });
    }
  });

  test("is made once for an object that comes again", () => {
    const { packer: own } = packer();
    const key = {};
    let made = 0;
    const make = (): Json => {
      made += 1;
      return { text: "q".repeat(300) };
    };
    expect(own.part(key, make)).toBe(own.part(key, make));
    expect(made).toBe(1);
  });
});
