import { eventTest } from "../../events/filter-events.ts";
import type { TessenEvent } from "../../events/tessen-event.ts";
import type { CommandOptions, Given } from "./given.ts";

/** The options of commands that show some of the events only. */
export const CHOICE_OPTIONS: CommandOptions = {
  signal: { type: "string" },
  errors: { type: "boolean" },
  session: { type: "string" },
  run: { type: "string" },
  full: { type: "boolean" },
  n: { type: "string", short: "n" },
};

/** Whether an event is among those that the options choose. */
export function eventChoice(given: Given): (event: TessenEvent) => boolean {
  const matches = eventTest({
    qualitySignal: given.text("signal"),
    sessionId: given.text("session"),
    runId: given.text("run"),
    status: given.flag("errors") ? "error" : undefined,
  });
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = given;
  const anomalies = given.flag("anomalies");
  return (event) =>
    matches(event) && event.ts >= since && event.ts <= until && (!anomalies || hasTags(event.quality_signals));
}

/** Whether the options leave any event out. */
export function isChoosy(given: Given): boolean {
  const { since, until } = given;
  const names = ["signal", "session", "run"];
  return (
    since !== undefined ||
    until !== undefined ||
    given.flag("errors") ||
    given.flag("anomalies") ||
    names.some((name) => given.text(name) !== undefined)
  );
}

function hasTags(tags: unknown): boolean {
  return Array.isArray(tags) && tags.length > 0;
}
