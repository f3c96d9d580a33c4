import fc from "fast-check";
import { expect, test } from "vitest";
import { parseLine } from "./parse-line.ts";

const line = (id: string, members: object = {}): string => JSON.stringify({ event_id: id, ts: 1, ...members });

/** A body that looks like a log: events as JSON, and as text in a string. */
const BODY = { request_body: { log: [{ event_id: "evt_inner", ts: 2, text: `{"event_id":"evt_text","ts":3}` }] } };

test("a whole line is one event, with members that nobody knows", () => {
  const event = { event_id: "a", ts: 1, from_the_future: { deep: [1, null] }, ...BODY };
  expect(parseLine(JSON.stringify(event))).toEqual({ events: [event], corrupt: false });
});

test("wherever a line is torn, the line that is glued to it is read, and nothing of the fragment", () => {
  const torn = line("torn", BODY);
  const whole = line("whole", BODY);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: torn.length - 1 }), (length) => {
      const { corrupt, events } = parseLine(torn.slice(0, length) + whole);
      expect(corrupt).toBe(true);
      expect(events).toEqual([JSON.parse(whole)]);
    }),
    { numRuns: torn.length },
  );
});

test("a fragment alone, from the beginning or the end of a line, is no event", () => {
  const whole = line("whole", { request_body: { text: 'a "quote" and {"event_id":' } });
  for (let length = 1; length < whole.length; length += 1) {
    expect(parseLine(whole.slice(0, length)).events).toEqual([]);
    expect(parseLine(whole.slice(length)).events).toEqual([]);
  }
});

test("three processes glued: the last line is read", () => {
  const fragment = line("a", BODY).slice(0, 40);
  expect(parseLine(fragment + line("b").slice(0, 20) + line("c")).events).toEqual([{ event_id: "c", ts: 1 }]);
});

test("two whole lines without a newline between them are two events", () => {
  const { corrupt, events } = parseLine(line("a") + line("b"));
  expect(corrupt).toBe(true);
  expect(events.map(({ event_id: id }) => id)).toEqual(["a", "b"]);
});

test("Python's spaces do not keep a line from being salvaged", () => {
  expect(parseLine(`{"event_id": "a", "ts": {"event_id": "b", "ts": 1.5}`).events).toEqual([
    { event_id: "b", ts: 1.5 },
  ]);
});

test("numbers that only Python writes are null; the same words in text stay", () => {
  const python = `{"event_id": "a", "ts": 1.0, "x": NaN, "y": [-Infinity, Infinity], "text": "NaN \\" Infinity"}`;
  expect(parseLine(python)).toEqual({
    events: [{ event_id: "a", ts: 1, x: null, y: [null, null], text: 'NaN " Infinity' }],
    corrupt: false,
  });
});

test.each(["42", "null", '"text"', "[]", "{}", '{"event_id":1,"ts":1}', '{"event_id":"a"}', "garbage", "\u0000\u0000"])(
  "%s is no event",
  (text) => {
    expect(parseLine(text)).toEqual({ events: [], corrupt: true });
  },
);

test("a time that no clock tells is that of no event", () => {
  for (const ts of ["1e400", "-1e400", "Infinity", "NaN", '"1"', "null"])
    expect(parseLine(`{"event_id":"a","ts":${ts}}`)).toEqual({ events: [], corrupt: true });
});
