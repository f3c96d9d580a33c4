import type { TessenEvent } from "../../events/tessen-event.ts";

const BEGINNING = '{"event_id":"';

/**
 * The small members of an event as JSON text, `event_id` first. A member that cannot be JSON (a `bigint`, a circle, a
 * `toJSON` that throws) is left out, so that the rest is not lost with it. `undefined` when there is no id to be had.
 */
export function headText(head: TessenEvent | string): string | undefined {
  if (typeof head === "string") return head.startsWith(BEGINNING) ? head : undefined;
  const text = stringify(head);
  if (text?.startsWith(BEGINNING) === true) return text;
  const members: Record<string, unknown> = { event_id: undefined };
  for (const [name, value] of Object.entries(head)) if (stringify(value) !== undefined) members[name] = value;
  const rest = stringify(members);
  return rest?.startsWith(BEGINNING) === true ? rest : undefined;
}

function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
