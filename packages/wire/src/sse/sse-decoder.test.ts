import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SseDecoder } from "./sse-decoder.ts";
import type { SseEvent } from "./sse-event.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function decode(...chunks: readonly (string | Uint8Array)[]): SseEvent[] {
  const decoder = new SseDecoder();
  return chunks.flatMap((chunk) => decoder.push(typeof chunk === "string" ? bytes(chunk) : chunk));
}

const data = (...chunks: readonly (string | Uint8Array)[]): string[] => decode(...chunks).map((event) => event.data);

describe("fields", () => {
  test("an event has the default name and no id", () => {
    expect(decode("data: a\n\n")).toEqual([{ event: "message", data: "a", id: "" }]);
  });

  test("event, id and retry are read; an id holds for the events that follow", () => {
    const decoder = new SseDecoder();
    const events = decoder.push(bytes("event: ping\nid: 7\nretry: 1500\ndata: a\n\ndata: b\n\n"));
    expect(events).toEqual([
      { event: "ping", data: "a", id: "7" },
      { event: "message", data: "b", id: "7" },
    ]);
    expect(decoder.retry).toBe(1500);
  });

  test("an id with a NUL and a retry that is no number are ignored", () => {
    const decoder = new SseDecoder();
    expect(decoder.push(bytes("id: a\0b\nretry: 1e3\ndata: x\n\n"))).toEqual([{ event: "message", data: "x", id: "" }]);
    expect(decoder.retry).toBeUndefined();
  });

  test("several data lines are joined by a line feed", () => {
    expect(data("data: a\ndata:b\ndata\ndata:  c\n\n")).toEqual(["a\nb\n\n c"]);
  });

  test("only one space after the colon is dropped, and a missing one is no matter", () => {
    expect(data("data:a\n\ndata: b\n\ndata:  c\n\n")).toEqual(["a", "b", " c"]);
  });

  test("comments and unknown fields are passed over", () => {
    expect(data(": hello\n\n:\nfoo: bar\ndata: a\n\n: OPENROUTER PROCESSING\n\ndata: b\n\n")).toEqual(["a", "b"]);
  });

  test("an event without data is no event, and its name does not reach the next", () => {
    expect(decode("event: x\n\ndata: a\n\n")).toEqual([{ event: "message", data: "a", id: "" }]);
    expect(decode("data\n\n")).toEqual([{ event: "message", data: "", id: "" }]);
  });
});

describe("bytes", () => {
  test.each(["\n", "\r\n", "\r"])("lines end in %j", (end) => {
    expect(data(`data: a${end}data: b${end}${end}data: c${end}${end}`)).toEqual(["a\nb", "c"]);
  });

  test("a CRLF that is split between two reads is one line end", () => {
    expect(data("data: a\r", "\n\r", "\ndata: b\r\n", "\r\n")).toEqual(["a", "b"]);
    expect(data("data: a\r", "", "\ndata: b\r\n\r\n")).toEqual(["a\nb"]);
    expect(data("data: a\rdata: b", "\ndata: c\n\n")).toEqual(["a\nb\nc"]);
    expect(data("data: a\r", "\n", "\ndata: b\n\n")).toEqual(["a", "b"]);
  });

  test("a byte-order mark at the start is dropped, also when split; one elsewhere stays", () => {
    const mark = new Uint8Array([0xef, 0xbb, 0xbf]);
    expect(data(mark, "data: a\n\n")).toEqual(["a"]);
    expect(data(mark.subarray(0, 1), mark.subarray(1), "data: \ufeffb\n\n")).toEqual(["\ufeffb"]);
  });

  test("a character may be split between reads", () => {
    const all = bytes("data: aé€😀b\n\n");
    const single = Array.from(all, (_, at) => all.subarray(at, at + 1));
    expect(data(...single)).toEqual(["aé€😀b"]);
  });

  test("bytes that are no UTF-8 become the replacement character", () => {
    expect(data("data: a", new Uint8Array([0xff]), "b\n\n")).toEqual(["a\ufffdb"]);
  });

  test.each([
    ["bytes", (text: string) => bytes(text)],
    ["a Buffer, whose slices are no copies", (text: string) => Buffer.from(text)],
  ])("the caller may reuse its buffer after a read: %s", (_kind, make) => {
    const decoder = new SseDecoder();
    const buffer = make("data: first");
    decoder.push(buffer);
    buffer.fill(120);
    expect(decoder.push(bytes("\n\n"))).toEqual([{ event: "message", data: "first", id: "" }]);
  });

  test("an event of 20 MB in small reads arrives whole", () => {
    const decoder = new SseDecoder();
    const piece = bytes("x".repeat(16_384));
    const events = [...decoder.push(bytes("data: "))];
    for (let at = 0; at < 1280; at++) events.push(...decoder.push(piece));
    events.push(...decoder.push(bytes("\n\n")));
    expect(events.map((event) => event.data.length)).toEqual([1280 * 16_384]);
  });
});

describe("end", () => {
  test("an event without its blank line is handed over at the end", () => {
    for (const text of ["data: a", "data: a\n", "data: a\r"]) {
      const decoder = new SseDecoder();
      expect(decoder.push(bytes(text))).toEqual([]);
      expect(decoder.end()).toEqual({ event: "message", data: "a", id: "" });
    }
  });

  test("nothing is left after a whole event, a comment or nothing at all", () => {
    for (const text of ["data: a\n\n", ": note", "event: x", ""]) {
      const decoder = new SseDecoder();
      decoder.push(bytes(text));
      expect(decoder.end()).toBeUndefined();
    }
  });
});

describe("cap", () => {
  const tooLarge = expect.objectContaining({ code: "ERR_STREAM_EVENT_TOO_LARGE" }) as unknown;
  const attempt = (...chunks: readonly string[]): unknown => {
    const decoder = new SseDecoder({ maxEventBytes: 10 });
    try {
      for (const chunk of chunks) decoder.push(bytes(chunk));
    } catch (error) {
      return error;
    }
    return undefined;
  };

  test("a larger event fails, however it comes", () => {
    expect(attempt("data: 12345678901\n\n")).toEqual(tooLarge);
    expect(attempt("data: 12345", "678901", "\n\n")).toEqual(tooLarge);
    expect(attempt("data: 123456\ndata: 7890\n\n")).toEqual(tooLarge);
    expect(attempt("a line without an end")).toEqual(tooLarge);
  });

  test("many small events pass", () => {
    expect(attempt("data: 1234567890\n\n".repeat(20))).toBeUndefined();
  });
});

describe("any split of the bytes", () => {
  const line = fc.oneof(
    fc.tuple(
      fc.constantFrom("data: ", "data:", "event: ", "id:", ": ", "retry: ", "x"),
      fc.string({ unit: "grapheme" }),
    ),
    fc.constant(["", ""] as [string, string]),
    fc.constant(["data: é€😀", ""] as [string, string]),
  );
  const stream = fc.array(fc.tuple(line, fc.constantFrom("\n", "\r\n", "\r", "\n\n")), { maxLength: 30 });

  test("gives the same events as one read", () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(400), { maxLength: 12 }), fc.boolean(), (lines, cuts, mark) => {
        const text = lines.map(([[field, value], end]) => field + value.replaceAll("\u0000", "") + end).join("");
        const all = bytes((mark ? "\ufeff" : "") + text);
        const whole = new SseDecoder();
        const expected = [...whole.push(all), whole.end()];
        const split = new SseDecoder();
        const points = [0, ...cuts.filter((cut) => cut <= all.length).sort((a, b) => a - b), all.length];
        const events = points.slice(1).flatMap((point, at) => split.push(all.slice(points[at], point)));
        expect([...events, split.end()]).toEqual(expected);
        expect(split.retry).toBe(whole.retry);
      }),
      { numRuns: 2000 },
    );
  });
});
