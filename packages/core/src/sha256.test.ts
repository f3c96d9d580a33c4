import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sha256Hex, sha256HexPortable } from "./sha256.ts";

function reference(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

describe.each([
  ["the platform's", sha256Hex],
  ["our own", sha256HexPortable],
])("SHA-256, %s implementation", (_name, hash) => {
  test("gives the digests of the standard's examples", () => {
    expect(hash("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(hash("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  test("agrees with node:crypto around the block boundaries", () => {
    for (let length = 0; length <= 200; length += 1) {
      const bytes = new Uint8Array(length).map((_, index) => index * 7);
      expect(hash(bytes)).toBe(reference(bytes));
    }
  });

  test("agrees with node:crypto on any bytes and any text", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => hash(bytes) === reference(bytes)));
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => hash(text) === reference(text)));
  });

  test("hashes a text as UTF-8, half of a surrogate pair as the replacement character", () => {
    expect(hash("é😀")).toBe(reference(Buffer.from("é😀", "utf8")));
    expect(hash("\ud800")).toBe(reference("\ufffd"));
  });

  test("reads a view of a larger buffer from its own offset", () => {
    const bytes = new Uint8Array(300).fill(3);
    bytes[150] = 9;
    expect(hash(bytes.subarray(100, 290))).toBe(reference(bytes.subarray(100, 290)));
  });

  test("takes a megabyte", () => {
    const bytes = new Uint8Array(1_000_003).fill(97);
    expect(hash(bytes)).toBe(reference(bytes));
  });
});

test("works without node:crypto", () => {
  const process = globalThis.process;
  try {
    Object.defineProperty(globalThis, "process", { value: undefined, configurable: true, writable: true });
    expect(sha256Hex("abc")).toBe(sha256HexPortable("abc"));
  } finally {
    Object.defineProperty(globalThis, "process", { value: process, configurable: true, writable: true });
  }
});
