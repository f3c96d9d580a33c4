import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteArena } from "./byte-arena.ts";

test("copies stay as they are until all are let go of, however many and large", () => {
  const arena = new ByteArena();
  fc.assert(
    fc.property(fc.array(fc.nat(700_000), { maxLength: 12 }), (sizes) => {
      arena.clear();
      const copies = sizes.map((size, index) => {
        const bytes = Buffer.alloc(size, index + 1);
        const copy = arena.copyOf(bytes);
        bytes.fill(0);
        return copy;
      });
      for (const [index, size] of sizes.entries()) {
        const copy = copies[index];
        expect(copy?.length).toBe(size);
        expect(copy?.equals(Buffer.alloc(size, index + 1))).toBe(true);
      }
    }),
    { numRuns: 30 },
  );
});

test("memory is used again after it was let go of", () => {
  const arena = new ByteArena();
  const before = arena.copyOf(Buffer.from("one"));
  arena.clear();
  const after = arena.copyOf(Buffer.from("two"));
  expect(before.toString()).toBe("two");
  expect(after.buffer).toBe(before.buffer);
});
