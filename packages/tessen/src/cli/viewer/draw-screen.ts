import { clean, cleanLine } from "../output/clean.ts";
import type { Style } from "../output/style.ts";
import type { TessenEvent } from "../../events/tessen-event.ts";
import type { BrowserState } from "./browser-state.ts";
import { eventBlock } from "./event-block.ts";

/** The size of the screen, in characters and lines. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** The screen for a state: the event, and a line about where one is and what keys there are. Scrolls no further than to the last line. */
export function drawScreen(state: BrowserState, style: Style, { columns, rows }: ScreenSize): string {
  const event = state.events[state.index];
  const lines = event === undefined ? ["There are no events."] : eventLines(event, state.raw, style, columns);
  const page = pageOf(rows);
  const scroll = Math.min(state.scroll, Math.max(0, lines.length - page));
  const shown = lines.slice(scroll, scroll + page).map((line) => cutLine(line, columns));
  const empty = Array.from({ length: page - shown.length }, () => "");
  return [...shown, ...empty, style.bold(cutLine(footer(state, lines.length > page), columns))].join("\r\n");
}

/** Lines of an event that fit a screen; the last one is for keys. */
export function pageOf(rows: number): number {
  return Math.max(1, rows - 1);
}

/** An event as the JSON that it is, harmless. */
export function rawLines(event: TessenEvent): string[] {
  return clean(JSON.stringify(event, undefined, 2)).split("\n");
}

function eventLines(event: TessenEvent, raw: boolean, style: Style, columns: number): string[] {
  return raw ? rawLines(event) : eventBlock(event, style, { full: true, width: columns });
}

function footer(state: BrowserState, scrolls: boolean): string {
  if (state.typing !== null) return `/${cleanLine(state.typing)}`;
  const place = `${Math.min(state.index + 1, state.events.length)}/${state.events.length}`;
  if (state.notice !== "") return `${place}  ${cleanLine(state.notice)}`;
  return `${place}  up/down move  n/p anomaly  / search  r raw${scrolls ? "  space/b scroll" : ""}  q quit`;
}

/** A line of so many characters at most, colours not counted. */
function cutLine(line: string, columns: number): string {
  let room = columns;
  let cut = "";
  for (const part of line.split(/(\u001b\[\d+m)/)) {
    if (part.startsWith("\u001b[")) cut += part;
    else {
      cut += part.slice(0, Math.max(0, room));
      room -= part.length;
    }
  }
  return cut;
}
