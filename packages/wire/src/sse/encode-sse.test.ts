import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeSse } from "./encode-sse.ts";
import { SseDecoder } from "./sse-decoder.ts";

test("an event is written as its fields and a blank line", () => {
  expect(encodeSse({ data: "{}" })).toBe("data: {}\n\n");
  expect(encodeSse({ comment: "hi", event: "ping", id: "3", retry: 10.4, data: "a\r\nb\rc" })).toBe(
    ": hi\nevent: ping\nid: 3\nretry: 10\ndata: a\ndata: b\ndata: c\n\n",
  );
});

test("no value can forge another field", () => {
  expect(encodeSse({ event: "a\ndata: forged", id: "1\r2", data: "x" })).toBe("event: a\nid: 1\ndata: x\n\n");
});

test("what is written is read back", () => {
  const text = fc.string({ unit: "grapheme" }).filter((value) => !/[\r\0]/.test(value));
  fc.assert(
    fc.property(text, (data) => {
      expect(new SseDecoder().push(new TextEncoder().encode(encodeSse({ data })))).toEqual([
        { event: "message", data, id: "" },
      ]);
    }),
  );
});
