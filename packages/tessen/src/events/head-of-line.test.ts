import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { headOfLine } from "./head-of-line.ts";
import { parseLine } from "./parse-line.ts";

const HEAD = {
  event_id: "evt_1",
  ts: 1,
  status: "ok",
  quality_signals: [],
  tool: { name: "t", args: { list: [1, -2.5e3, true, null], request_body: "inner" } },
  _tessen_lang: "ts",
  error: { type: "E", msg: 'a "quoted", \\ text', body: { response_body: { code: 1 } } },
  request_body_text: ',"request_body":{',
};
const BODIES = {
  response_headers: { "content-type": "application/json" },
  request_body: { messages: [{ content: `long ${'text with \\ and "quotes" '.repeat(9)}` }], "": {} },
  casted_response: null,
  response_body: "é\u0007\u2028",
};
const line = (event: object): Buffer => Buffer.from(JSON.stringify(event));

describe("the head of a line", () => {
  test("is the event without its bodies", () => {
    expect(headOfLine(line({ ...HEAD, ...BODIES }))).toEqual(HEAD);
    expect(headOfLine(line(HEAD))).toEqual(HEAD);
    for (const [name, body] of Object.entries(BODIES))
      expect(headOfLine(line({ ...HEAD, [name]: body }))).toEqual(HEAD);
  });

  test("leaves the bytes of the line as they are", () => {
    const bytes = line({ ...HEAD, ...BODIES });
    const before = Buffer.from(bytes);
    headOfLine(bytes);
    expect(bytes.equals(before)).toBe(true);
  });

  test("of events of any shape holds what the event holds, but for bodies", () => {
    const names = [...Object.keys(BODIES), "request_body_text", "_tessen_lang", "quality_signals", 'x"_tessen_lang'];
    const member = fc.oneof(fc.jsonValue(), fc.string({ unit: "binary" }), fc.constantFrom("ts", "r".repeat(99)));
    const members = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), member);
    fc.assert(
      fc.property(members, members, (first, last) => {
        const event = { event_id: "e", ts: 1, ...first, quality_signals: [], _tessen_lang: "ts", ...last };
        const head = headOfLine(line(event));
        if (head === undefined) return;
        const [whole] = parseLine(JSON.stringify(event)).events;
        expect(whole).toMatchObject(head);
        const left = Object.keys(whole ?? {}).filter((name) => !(name in head));
        // Members behind a body belong to the bodies: our writer puts none there.
        expect(left.length === 0 || Object.keys(BODIES).includes(left[0] ?? "")).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe("there is none", () => {
  const whole = line({ ...HEAD, ...BODIES }).toString();

  test("of a torn line, wherever it is torn", () => {
    for (let length = 0; length < whole.length; length += 1) {
      expect(headOfLine(Buffer.from(whole.slice(0, length)))).toBeUndefined();
    }
  });

  test("of a torn line to which another one is glued", () => {
    for (let length = 1; length < whole.length; length += 1) {
      expect(headOfLine(Buffer.from(whole.slice(0, length) + whole))).toBeUndefined();
      expect(headOfLine(Buffer.from(whole.slice(0, length) + whole.slice(0, length) + whole))).toBeUndefined();
    }
  });

  test.each(["{}", "}", " ", ",", "x"])("of a whole line behind which something stands: %j", (more) => {
    expect(headOfLine(Buffer.from(whole + more))).toBeUndefined();
    expect(headOfLine(Buffer.from(whole + whole))).toBeUndefined();
  });

  test("of a line with a hole of zeros, as a loss of power leaves them", () => {
    const start = whole.indexOf('"response_headers"');
    for (let at = start; at < whole.length; at += 1) {
      expect(headOfLine(Buffer.from(`${whole.slice(0, at)}\0\0\0${whole.slice(at + 3)}`))).toBeUndefined();
    }
  });

  test.each([
    ["Python's", { ...HEAD, _tessen_lang: "py" }],
    ["one without tags", { ...HEAD, quality_signals: undefined }],
    ["one without a time", { ...HEAD, ts: undefined }],
    ["one that only quotes our mark", { event_id: "e", ts: 1, quality_signals: [], note: { _tessen_lang: "ts" } }],
  ])("of an event that has to be parsed whole: %s", (_what, event) => {
    expect(headOfLine(line(event))).toBeUndefined();
  });
});
