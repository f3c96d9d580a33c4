import type { TessenEvent } from "./tessen-event.ts";

/** What a line of a log holds. */
export interface ParsedLine {
  /** More than one only where a newline was lost between two. */
  readonly events: readonly TessenEvent[];
  /** True where the line, or its beginning, is no event. */
  readonly corrupt: boolean;
}

const BEGINNING = /\{"event_id"\s*:\s*"/g;

/** How many places of a corrupt line are tried, from its end. Bodies that hold events have such places, too. */
const MOST_PLACES = 64;

/**
 * Reads a line that is not blank. A process that was killed in the middle of a line leaves a fragment, to which another
 * process's next line is glued; then the end of the line is an event.
 */
export function parseLine(line: string): ParsedLine {
  const value = parse(line) ?? parse(withoutSpecialNumbers(line));
  if (isEvent(value)) return { events: [value], corrupt: false };
  if (value !== undefined) return { events: [], corrupt: true };
  const places = [...line.matchAll(BEGINNING)].map(({ index }) => index).slice(-MOST_PLACES);
  for (const place of places.reverse()) {
    if (place === 0) break;
    const end = parse(line.slice(place));
    if (!isEvent(end)) continue;
    const before = parse(line.slice(0, place));
    return { events: isEvent(before) ? [before, end] : [end], corrupt: true };
  }
  return { events: [], corrupt: true };
}

/** Whether a value can be treated as an event: an object with an id and a time. */
export function isEvent(value: unknown): value is TessenEvent {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { event_id, ts }: { event_id?: unknown; ts?: unknown } = value;
  // A number that JSON cannot hold is read as infinite: no clock says so.
  return typeof event_id === "string" && Number.isFinite(ts);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Python writes numbers that JSON has not. */
function withoutSpecialNumbers(line: string): string {
  if (!/NaN|Infinity/.test(line)) return "";
  return line.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?(?:NaN|Infinity)/g, (found) =>
    found.startsWith('"') ? found : "null",
  );
}
