import fc from "fast-check";
import { expect, test } from "vitest";
import { NdjsonDecoder } from "./ndjson-decoder.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("lines are handed over when they are whole; blank ones are dropped", () => {
  const decoder = new NdjsonDecoder();
  expect(decoder.push(bytes('\ufeff{"a":1}\r\n\n{"b"'))).toEqual(['{"a":1}']);
  expect(decoder.push(bytes(":2}\n  \n"))).toEqual(['{"b":2}']);
  expect(decoder.push(bytes('{"c":3}'))).toEqual([]);
  expect(decoder.end()).toBe('{"c":3}');
  expect(decoder.end()).toBeUndefined();
});

test("a line over the cap fails with a stable code", () => {
  const code = "ERR_STREAM_EVENT_TOO_LARGE";
  expect(() => new NdjsonDecoder({ maxLineBytes: 4 }).push(bytes("12345"))).toThrow(expect.objectContaining({ code }));
  expect(() => new NdjsonDecoder({ maxLineBytes: 4 }).push(bytes("12345\n"))).toThrow(
    expect.objectContaining({ code }),
  );
});

test("any split of the bytes gives the same lines", () => {
  fc.assert(
    fc.property(fc.array(fc.json()), fc.array(fc.nat(300)), (values, cuts) => {
      const all = bytes(values.join("\n"));
      const decoder = new NdjsonDecoder();
      const points = [0, ...cuts.filter((cut) => cut <= all.length).sort((a, b) => a - b), all.length];
      const lines = points.slice(1).flatMap((point, at) => decoder.push(all.slice(points[at], point)));
      const last = decoder.end();
      expect([...lines, ...(last === undefined ? [] : [last])]).toEqual(values);
    }),
  );
});
