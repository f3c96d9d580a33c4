import type { TessenEvent } from "../../events/tessen-event.ts";
import { listOf } from "../../tags/json-shape.ts";

/** What somebody who leafs through events sees. */
export interface BrowserState {
  readonly events: readonly TessenEvent[];
  /** The event that is shown. */
  readonly index: number;
  /** Lines of it above the screen. */
  readonly scroll: number;
  /** Shown as the JSON that it is. */
  readonly raw: boolean;
  /** What is being typed behind `/`; null when nothing is. */
  readonly typing: string | null;
  /** What was looked for last. */
  readonly query: string;
  /** What is to be told about the last key. */
  readonly notice: string;
  readonly isOver: boolean;
}

/** The beginning: the newest event. */
export function startBrowsing(events: readonly TessenEvent[]): BrowserState {
  const index = Math.max(0, events.length - 1);
  return { events, index, scroll: 0, raw: false, typing: null, query: "", notice: "", isOver: false };
}

/** What a key changes. `page` is the number of lines that fit the screen. */
export function pressKey(state: BrowserState, key: string, page: number): BrowserState {
  if (state.typing !== null) return typeKey(state, state.typing, key);
  const calm = { ...state, notice: "" };
  switch (key) {
    case "q":
    case "escape":
      return { ...calm, isOver: true };
    case "up":
    case "k":
      return moveTo(calm, state.index - 1);
    case "down":
    case "j":
      return moveTo(calm, state.index + 1);
    case "home":
      return moveTo(calm, 0);
    case "end":
      return moveTo(calm, state.events.length - 1);
    case "space":
    case "pagedown":
      return { ...calm, scroll: state.scroll + page };
    case "pageup":
    case "b":
      return { ...calm, scroll: Math.max(0, state.scroll - page) };
    case "r":
      return { ...calm, raw: !state.raw, scroll: 0 };
    case "n":
      return search(calm, 1, isAnomaly, "No anomaly after this one.");
    case "p":
      return search(calm, -1, isAnomaly, "No anomaly before this one.");
    case "/":
      return { ...calm, typing: "" };
    default:
      return calm;
  }
}

function typeKey(state: BrowserState, typing: string, key: string): BrowserState {
  if (key === "escape") return { ...state, typing: null };
  if (key === "backspace") return { ...state, typing: typing.slice(0, -1) };
  if (key === "return" || key === "enter") {
    // Nothing typed: the last search again.
    const query = typing === "" ? state.query : typing;
    const found =
      query === "" ? state : search(state, 1, (event) => holds(event, query), `"${query}" is in no later event.`);
    return { ...found, typing: null, query };
  }
  const letter = key === "space" ? " " : key;
  return letter.length === 1 ? { ...state, typing: typing + letter } : state;
}

function moveTo(state: BrowserState, index: number): BrowserState {
  const last = state.events.length - 1;
  return { ...state, index: Math.min(last, Math.max(0, index)), scroll: 0 };
}

function search(
  state: BrowserState,
  step: 1 | -1,
  isWanted: (event: TessenEvent) => boolean,
  notice: string,
): BrowserState {
  for (let index = state.index + step; ; index += step) {
    const event = state.events[index];
    if (event === undefined) return { ...state, notice };
    if (isWanted(event)) return { ...moveTo(state, index), notice: "" };
  }
}

function isAnomaly(event: TessenEvent): boolean {
  return event.status === "error" || listOf(event.quality_signals).length > 0;
}

function holds(event: TessenEvent, query: string): boolean {
  return JSON.stringify(event).toLowerCase().includes(query.toLowerCase());
}
