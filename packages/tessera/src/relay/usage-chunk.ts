const EMPTY_LIST = Buffer.from("[]");
const DATA = "data:";
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Takes the one chunk out of the events of a chat stream that the provider sent because the gateway asked for it: no
 * choices, and the usage. Gives the same bytes where it is not among them, `undefined` where nothing is left.
 *
 * @param atEnd whether the stream ends with them: its last event may then lack the blank line that ends it.
 */
export function withoutUsageChunk(events: Buffer, atEnd: boolean = false): Buffer | undefined {
  const kept: Buffer[] = [];
  let from = 0;
  // Chunks with choices hold no empty list, as a rule: only events with one are looked at.
  for (let at = events.indexOf(EMPTY_LIST); at !== -1; at = events.indexOf(EMPTY_LIST, at)) {
    const end = endOfEvent(events, at) ?? (atEnd ? events.length : undefined);
    if (end === undefined) break;
    const start = startOfEvent(events, at);
    if (isUsageChunk(events.toString("latin1", start, end))) {
      kept.push(events.subarray(from, start));
      from = end;
    }
    at = end;
  }
  if (from === 0) return events;
  kept.push(events.subarray(from));
  const rest = Buffer.concat(kept);
  return rest.length === 0 ? undefined : rest;
}

/** Where the event begins that a place is in: behind a blank line. */
function startOfEvent(events: Buffer, place: number): number {
  let at = place;
  while (at > 0 && !isBlankLine(events, at - 1)) at -= 1;
  return at;
}

/** Where the event ends that a place is in, the blank line with it; `undefined` where its end has not come. */
function endOfEvent(events: Buffer, place: number): number | undefined {
  for (let at = events.indexOf(LINE_FEED, place); at !== -1; at = events.indexOf(LINE_FEED, at + 1)) {
    if (isBlankLine(events, at)) return at + 1;
  }
  return undefined;
}

/** Whether the byte ends a blank line. */
function isBlankLine(events: Buffer, at: number): boolean {
  if (events[at] !== LINE_FEED) return false;
  const before = events[at - 1];
  return before === LINE_FEED || (before === CARRIAGE_RETURN && events[at - 2] === LINE_FEED);
}

function isUsageChunk(event: string): boolean {
  const chunk = parse(dataOf(event));
  if (typeof chunk !== "object" || chunk === null) return false;
  const { choices, usage }: { choices?: unknown; usage?: unknown } = chunk;
  return Array.isArray(choices) && choices.length === 0 && typeof usage === "object" && usage !== null;
}

/** The data of an event, which may come in several lines and have a name, an id and comments beside it. */
function dataOf(event: string): string {
  const lines = event.split(/\r?\n/).filter((line) => line.startsWith(DATA));
  return lines.map((line) => line.slice(DATA.length)).join("\n");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
