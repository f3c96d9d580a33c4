import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HeadReader, type AnswerHead } from "./answer-head.ts";
import { AnswerParser } from "./answer-parser.ts";

interface Parsed {
  readonly head: AnswerHead | undefined;
  readonly body: string;
  readonly isWhole: boolean;
  /** What came after the answer. */
  readonly left: string;
}

/** Reads an answer that is cut into pieces at these places. */
function parse(text: string, cuts: readonly number[] = [], isHeadRequest = false): Parsed {
  const bytes = Buffer.from(text, "latin1");
  let head: AnswerHead | undefined;
  let body = "";
  const parser = new AnswerParser(new HeadReader());
  const parts = {
    onHead: (found: AnswerHead) => (head = found),
    onBytes: (from: Buffer, start: number, end: number) => (body += from.toString("latin1", start, end)),
  };
  parser.begin(parts, isHeadRequest);
  const places = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
  let taken = 0;
  for (let index = 1; index < places.length && !parser.isWhole; index += 1) {
    // Each piece lies in bytes of its own, which are another's afterwards.
    const piece = Buffer.from(bytes.subarray(places[index - 1], places[index]));
    taken += parser.push(piece, piece.length);
    piece.fill(0);
  }
  return { head, body, isWhole: parser.isWhole, left: bytes.toString("latin1", taken) };
}

const chunked = (pieces: readonly string[], trailer = ""): string =>
  `${pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join("")}0\r\n${trailer}\r\n`;
const HEAD = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

test("status, words, and headers as they came and by name", () => {
  const { head } = parse(
    "HTTP/1.1 429 Too  Many\r\nX-One: a b \r\nx-ONE:c\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nRetry-After: 1\r\nretry-after: 2\r\nEmpty:\r\nContent-Length: 0\r\n\r\n",
  );
  expect(head).toMatchObject({ status: 429, statusText: "Too  Many" });
  expect(head?.rawHeaders.slice(0, 4)).toEqual(["X-One", "a b", "x-ONE", "c"]);
  expect(head?.headers).toEqual({
    "x-one": "a b, c",
    "set-cookie": ["a=1", "b=2"],
    "retry-after": "1",
    empty: "",
    "content-length": "0",
  });
});

test("an answer is the same however it is cut, in every way of telling its end", () => {
  const text = fc.string({
    minLength: 1,
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  });
  const cuts = fc.array(fc.nat(600));
  fc.assert(
    fc.property(
      fc.array(text, { maxLength: 6 }),
      cuts,
      fc.constantFrom("", "a: b\r\n", "a: b\r\nc:d\r\n"),
      (pieces, at, trailer) => {
        const body = pieces.join("");
        const whole = { body, isWhole: true, left: "next" };
        expect(parse(`${HEAD}${chunked(pieces, trailer)}next`)).toMatchObject(whole);
        // What comes after the answer is not read, so that one whose last piece is not its end has nothing left over.
        expect(parse(HEAD + chunked(pieces, trailer), at)).toMatchObject({ body, isWhole: true, left: "" });
        const length = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
        expect(parse(length, at)).toMatchObject({ body, isWhole: true, left: "" });
        expect(parse(`HTTP/1.1 200 OK\r\n\r\n${body}`, at)).toMatchObject({ body, isWhole: false });
      },
    ),
  );
});

test("sizes of chunks in both cases, with zeros before them and with extensions", () => {
  expect(parse(`${HEAD}0A;x="y"\r\n0123456789\r\na \r\n0123456789\r\n00\r\n\r\n`)).toMatchObject({
    body: "01234567890123456789",
    isWhole: true,
  });
});

test("informational answers come before the one that is meant", () => {
  const { head, body } = parse(
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi",
  );
  expect([head?.status, head?.headers["link"], body]).toEqual([200, undefined, "hi"]);
});

test.each([
  ["HTTP/1.1 204 No Content\r\n\r\n", false],
  ["HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n", false],
  ["HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", true],
  ["HTTP/1.1 200\r\ntransfer-encoding: chunked\r\n\r\n", true],
])("%j has no body", (text, isHeadRequest) => {
  expect(parse(`${text}rest`, [], isHeadRequest)).toMatchObject({ body: "", isWhole: true, left: "rest" });
});

describe("what could be read in two ways is an error:", () => {
  test.each([
    "HTTP/2 200 OK\r\n\r\n",
    "HTTP/1.1 20 OK\r\n\r\n",
    "ICY 200 OK\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n",
    "HTTP/1.1 200 OK\r\na: b\n c\r\n\r\n",
    "HTTP/1.1 200 OK\r\na: b\r\n folded\r\n\r\n",
    "HTTP/1.1 200 OK\r\na : b\r\n\r\n",
    "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
    "HTTP/1.1 200 OK\r\na: b\u0000c\r\n\r\n",
    "HTTP/1.1 200 OK\r\na: b\rc\r\n\r\n",
    "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\n",
    "HTTP/1.1 200 OK\r\ncontent-length: 1, 1\r\n\r\n",
    "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
    "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n",
    `HTTP/1.1 200 OK\r\na: ${"x".repeat(70_000)}\r\n\r\n`,
    `${HEAD}x\r\n`,
    `${HEAD}\r\n`,
    `${HEAD}5\n12345\r\n`,
    `${HEAD}5\r\n12345xx`,
    `${HEAD}5\r\n12345\n0\r\n\r\n`,
    `${HEAD}fffffffffffffff\r\n`,
    `${HEAD}5;${"x".repeat(5000)}\r\n`,
    `${HEAD}0\r\n${"a: b\r\n".repeat(20_000)}\r\n`,
  ])("%j", (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: "EPROTO" }));
  });
});

test.each([
  ["", true, undefined],
  ["connection: keep-alive\r\nkeep-alive: timeout=5, max=100\r\n", true, 5000],
  ["Connection: X, Close\r\n", false, undefined],
])("%j says what becomes of the connection", (headers, keepsAlive, idleMs) => {
  const { head } = parse(`HTTP/1.1 200 OK\r\n${headers}content-length: 0\r\n\r\n`);
  expect(head).toMatchObject({ keepsAlive, idleMs });
  expect(parse(`HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n`).head).toMatchObject({ keepsAlive: false });
});
