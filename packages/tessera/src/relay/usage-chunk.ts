const EMPTY_LIST = Buffer.from("[]");
const DATA = "data:";

/**
 * Takes the one chunk out of the events of a chat stream that the provider sent because the gateway asked for it: no
 * choices, and the usage. Gives the same bytes where it is not among them, `undefined` where nothing is left.
 */
export function withoutUsageChunk(events: Buffer): Buffer | undefined {
  // Chunks with choices hold no empty list, as a rule: nearly all reads end here.
  if (events.indexOf(EMPTY_LIST) === -1) return events;
  const text = events.toString("latin1");
  let kept = "";
  let at = 0;
  for (const end of text.matchAll(/\r?\n\r?\n/g)) {
    const next = end.index + end[0].length;
    const event = text.slice(at, next);
    if (!isUsageChunk(event)) kept += event;
    at = next;
  }
  kept += text.slice(at);
  if (kept.length === text.length) return events;
  return kept === "" ? undefined : Buffer.from(kept, "latin1");
}

function isUsageChunk(event: string): boolean {
  if (!event.startsWith(DATA) || !event.includes("[]")) return false;
  const chunk = parse(event.slice(DATA.length));
  if (typeof chunk !== "object" || chunk === null) return false;
  const { choices, usage }: { choices?: unknown; usage?: unknown } = chunk;
  return Array.isArray(choices) && choices.length === 0 && typeof usage === "object" && usage !== null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
