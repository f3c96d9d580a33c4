import { EVENT_DEFINITIONS } from "./event-definitions.ts";
import type { AgentEvent, StreamItem } from "./types.ts";

const EVENT_TYPES: ReadonlySet<string> = new Set(EVENT_DEFINITIONS.map((definition) => definition.type));

/** True for the events that only show what happens; false for chat messages, the user's own included. */
export function isEvent(item: StreamItem): item is AgentEvent {
  return EVENT_TYPES.has(item.type);
}

/** True for the tag of an event. */
export function isEventType(type: string): boolean {
  return EVENT_TYPES.has(type);
}
