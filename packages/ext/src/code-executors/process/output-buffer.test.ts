import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OutputBuffer } from "./output-buffer.ts";

function collect(limit: number, chunks: readonly (string | Uint8Array)[]): string {
  const buffer = new OutputBuffer(limit);
  for (const chunk of chunks) buffer.push(Buffer.from(chunk));
  return buffer.text();
}

describe("OutputBuffer", () => {
  test("keeps everything up to the limit, and not a byte less", () => {
    expect(collect(10, ["12345", "67890"])).toBe("1234567890");
    expect(collect(10, [])).toBe("");
  });

  test("beyond it keeps the beginning and the end, and says how much is missing", () => {
    expect(collect(10, ["12345", "xxxx", "67890"])).toBe(
      "12345\n[4 of 14 bytes of output left out here: the limit is 10 bytes]\n67890",
    );
    expect(collect(1, ["ab"])).toContain("a\n[1 of 2 bytes");
  });

  test("a character that arrives in two chunks is whole; bytes that are no UTF-8 become U+FFFD", () => {
    expect(collect(10, [Uint8Array.of(0xc3), Uint8Array.of(0xa9)])).toBe("é");
    expect(collect(10, [Uint8Array.of(0x61, 0xff, 0x62)])).toBe("a\uFFFDb");
    expect(collect(10, ["\uFEFFa"])).toBe("\uFEFFa");
  });

  test("valid text is never cut inside a character, and the counts add up", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.array(fc.string({ unit: "grapheme" })), (limit, chunks) => {
        const all = chunks.join("");
        const text = collect(limit, chunks);
        const bytes = Buffer.byteLength(all);
        if (bytes <= limit) return text === all;
        const [, left, total] =
          /\n\[(\d+) of (\d+) bytes of output left out here: the limit is \d+ bytes\]\n/.exec(text) ?? [];
        const [head = "", tail = ""] = text.split(/\n\[\d+ of \d+ bytes of output left out here[^\n]*\n/);
        return (
          all.startsWith(head) &&
          all.endsWith(tail) &&
          Number(total) === bytes &&
          Number(left) === bytes - Buffer.byteLength(head) - Buffer.byteLength(tail) &&
          bytes - Number(left) <= limit
        );
      }),
    );
  });
});
