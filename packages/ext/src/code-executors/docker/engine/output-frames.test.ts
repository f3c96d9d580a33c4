import fc from "fast-check";
import { expect, test } from "vitest";
import { OutputFrames } from "./output-frames.ts";

function frame(stream: number, content: Uint8Array): Buffer {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, content]);
}

test("the content of all frames comes out in order, however the bytes are cut", () => {
  const content = fc.uint8Array({ maxLength: 40 });
  const cuts = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(1, 2), content)), cuts, (parts, sizes) => {
      const bytes = Buffer.concat(parts.map(([stream, part]) => frame(stream, part)));
      const got: Buffer[] = [];
      const frames = new OutputFrames((part) => got.push(Buffer.from(part)));
      for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        frames.write(bytes.subarray(at, at + size));
        at += size;
      }
      expect(Buffer.concat(got)).toEqual(Buffer.concat(parts.map(([, part]) => part)));
    }),
  );
});
