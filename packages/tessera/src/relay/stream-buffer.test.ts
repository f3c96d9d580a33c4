import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KEPT_BYTES, StreamBuffer } from "./stream-buffer.ts";

/** Everything that a buffer hands on when it is asked after each read. */
function passThrough(reads: readonly Buffer[]): { buffer: StreamBuffer; pieces: Buffer[] } {
  const buffer = new StreamBuffer();
  const pieces: Buffer[] = [];
  for (const read of reads) {
    buffer.push(read);
    const piece = buffer.take();
    if (piece !== undefined) pieces.push(piece);
  }
  const rest = buffer.takeRest();
  if (rest !== undefined) pieces.push(rest);
  return { buffer, pieces };
}

/** Cuts bytes at arbitrary places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...ends].map((start, index) => bytes.subarray(start, ends[index] ?? bytes.length));
}

const line = fc.oneof(fc.string({ maxLength: 60 }), fc.constant("é€😀"), fc.constant("x".repeat(9000)));
const stream = fc
  .tuple(fc.array(line, { maxLength: 30 }), fc.constantFrom("\n", "\r\n"))
  .map(([lines, end]) =>
    Buffer.from(lines.map((text) => `data: ${text.replaceAll(/[\r\n]/g, "")}${end}${end}`).join("")),
  );

test("however the bytes are cut, what is handed on is what came, in whole events", () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(), { maxLength: 60 }), (bytes, places) => {
      const { buffer, pieces } = passThrough(cut(bytes, places));
      expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
      for (const piece of pieces) expect(piece.toString()).toMatch(/^data: [^]*\r?\n\r?\n$/);
      expect(buffer.whole()?.equals(bytes)).toBe(true);
      expect(buffer.total).toBe(bytes.length);
      expect(buffer.isMidEvent).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test("a whole event is handed on at once, and the part of the next is held back", () => {
  const buffer = new StreamBuffer();
  buffer.push(Buffer.from("data: 1\n\ndata: 2"));
  expect(buffer.take()?.toString()).toBe("data: 1\n\n");
  expect(buffer.take()).toBeUndefined();
  buffer.push(Buffer.from("\n"));
  expect(buffer.take()).toBeUndefined();
  buffer.push(Buffer.from("\n"));
  expect(buffer.take()?.toString()).toBe("data: 2\n\n");
  expect(buffer.takeRest()).toBeUndefined();
});

test("everything that came in one read is one piece", () => {
  const buffer = new StreamBuffer();
  for (const text of ["data: 1\n\n", "data: 2\n\n", ": comment\n\n"]) buffer.push(Buffer.from(text));
  expect(buffer.take()?.toString()).toBe("data: 1\n\ndata: 2\n\n: comment\n\n");
});

test("an event that is very large is not waited for, and is known to be open", () => {
  const buffer = new StreamBuffer();
  buffer.push(Buffer.from(`data: ${"x".repeat(70_000)}`));
  expect(buffer.take()?.length).toBe(70_006);
  expect(buffer.isMidEvent).toBe(true);
  buffer.push(Buffer.from("y\n\n"));
  expect(buffer.take()?.toString()).toBe("y\n\n");
  expect(buffer.isMidEvent).toBe(false);
});

describe("of a long stream", () => {
  const event = (index: number): Buffer => Buffer.from(`data: ${index} ${"x".repeat(index % 700)}\n\n`);

  test("the beginning and the end are kept, and little more", () => {
    const buffer = new StreamBuffer();
    const all: Buffer[] = [];
    for (let index = 0; index < 20_000; index++) {
      all.push(event(index));
      buffer.push(event(index));
      buffer.take();
    }
    const bytes = Buffer.concat(all);
    expect(bytes.length).toBeGreaterThan(6 * KEPT_BYTES);
    expect(buffer.whole()).toBeUndefined();
    const beginning = buffer.beginning();
    expect(beginning.length).toBeGreaterThanOrEqual(KEPT_BYTES);
    expect(beginning.length).toBeLessThan(KEPT_BYTES * 1.2);
    expect(bytes.subarray(0, beginning.length).equals(beginning)).toBe(true);
    const ending = buffer.ending();
    expect(ending.length).toBeGreaterThan(5000);
    expect(ending.length).toBeLessThan(300_000);
    expect(bytes.subarray(-ending.length).equals(ending)).toBe(true);
  });

  test("the last event is in the end as a whole, however large", () => {
    for (const size of [10, 100_000, 3_000_000]) {
      const buffer = new StreamBuffer();
      for (let index = 0; index < 4000; index++) {
        buffer.push(event(index));
        buffer.take();
      }
      const last = Buffer.from(`data: ${"z".repeat(size)}\n\n`);
      for (const part of cut(last, [7, 100, 5000, 60_000, 90_000])) {
        buffer.push(part);
        buffer.take();
      }
      expect(buffer.ending().subarray(-last.length).equals(last)).toBe(true);
    }
  });
});
