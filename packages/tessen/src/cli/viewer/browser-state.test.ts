import { expect, test } from "vitest";
import type { TessenEvent } from "../../events/tessen-event.ts";
import { makeStyle } from "../output/style.ts";
import { modelCall } from "../testing/sample-events.ts";
import { pressKey, startBrowsing, type BrowserState } from "./browser-state.ts";
import { drawScreen } from "./draw-screen.ts";

const events: readonly TessenEvent[] = [
  modelCall({ event_id: "evt_0", quality_signals: ["refusal"] }),
  modelCall({ event_id: "evt_1", model: "Needle" }),
  modelCall({ event_id: "evt_2", status: "error" }),
  modelCall({ event_id: "evt_3" }),
];

function press(keys: readonly string[], from: BrowserState = startBrowsing(events)): BrowserState {
  return keys.reduce((state, key) => pressKey(state, key, 10), from);
}

test.each<readonly [readonly string[], number]>([
  [[], 3],
  [["down"], 3],
  [["up"], 2],
  [["up", "up", "up", "up", "up"], 0],
  [["home", "down"], 1],
  [["home", "end"], 3],
  [["k", "j"], 3],
  [["p"], 2],
  [["p", "p"], 0],
  [["p", "p", "p"], 0],
  [["home", "n"], 2],
  [["home", "/", "n", "e", "e", "d", "return"], 1],
  [["home", "/", "x", "escape", "down"], 1],
  [["home", "/", "n", "x", "backspace", "e", "e", "return"], 1],
  [["home", "/", "e", "r", "r", "return", "home", "/", "return"], 2],
])("keys %j lead to event %i", (keys, index) => {
  expect(press(keys).index).toBe(index);
});

test("what is not found is told, and the next key takes that away", () => {
  const lost = press(["home", "/", "q", "q", "return"]);
  expect(lost).toMatchObject({ index: 0, notice: '"qq" is in no later event.', isOver: false });
  expect(press(["up"], lost).notice).toBe("");
  expect(press(["n"]).notice).toBe("No anomaly after this one.");
});

test("q ends it, but for a q that is typed", () => {
  expect(press(["q"]).isOver).toBe(true);
  expect(press(["/", "q"])).toMatchObject({ isOver: false, typing: "q" });
});

test("a long event scrolls by pages, to its last line and no further", () => {
  const style = makeStyle({ colour: false, ascii: true });
  const long = startBrowsing([
    modelCall({ request_body: { messages: [{ role: "user", content: "line\n".repeat(40) + "last" }] } }),
  ]);
  const size = { columns: 60, rows: 12 };
  expect(drawScreen(long, style, size)).toContain("-- evt_");
  const end = press(
    Array.from({ length: 20 }, () => "space"),
    long,
  );
  const screen = drawScreen(end, style, size).split("\r\n");
  expect(screen.length).toBe(12);
  expect(screen.at(-2)).toContain("usage:");
  expect(screen.every((line) => line.length <= 60)).toBe(true);
  expect(press(["space", "b"], long).scroll).toBe(0);
});

test("without events there is a screen, too", () => {
  const none = press(["up", "down", "n", "p", "r", "end"], startBrowsing([]));
  expect(drawScreen(none, makeStyle({ colour: false, ascii: true }), { columns: 80, rows: 3 })).toContain(
    "There are no events.",
  );
});
