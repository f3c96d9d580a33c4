import type { TessenEvent } from "../events/tessen-event.ts";
import type { Place } from "./finished-call.ts";

/** A place in a run as an event has it. */
export function placeMembers(place: Place | undefined): Partial<TessenEvent> {
  if (place === undefined) return {};
  return {
    ...(place.runId === null ? {} : { run_id: place.runId }),
    ...(place.spanId === undefined ? {} : { span_id: place.spanId }),
    ...(place.parentId === undefined ? {} : { parent_id: place.parentId }),
    ...(place.agentPath.length === 0 ? {} : { agent_path: place.agentPath }),
    ...(place.turn === null ? {} : { turn: place.turn }),
    ...(place.effect === undefined ? {} : { effect: place.effect }),
  };
}
