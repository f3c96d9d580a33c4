import type { ReadStats } from "../events/read-options.ts";
import { recent } from "../events/recent.ts";
import type { TessenEvent } from "../events/tessen-event.ts";
import { eventsOfAgent, STANDARD_INPUT } from "./agent-events.ts";
import { eventChoice, isChoosy } from "./arguments/event-choice.ts";
import type { Given } from "./arguments/given.ts";
import type { Terminal } from "./terminal.ts";

/**
 * The last of the events that the options choose, oldest first. No more of them are held in memory. Where there are
 * none, `stats` tells what there was. Throws `CommandError` when there is no such log.
 */
export async function lastEvents(
  agent: string,
  most: number,
  given: Given,
  terminal: Terminal,
  stats: ReadStats = {},
): Promise<TessenEvent[]> {
  if (most === 0) return [];
  if (agent !== STANDARD_INPUT && !isChoosy(given)) {
    const newest = recent(agent, { n: most, logDir: given.logDir });
    // Where there are none, the whole is read, to know why.
    if (newest.length > 0) return newest;
  }
  const isChosen = eventChoice(given);
  let last: TessenEvent[] = [];
  for await (const event of eventsOfAgent(agent, given, terminal, stats)) {
    if (!isChosen(event)) continue;
    last.push(event);
    if (last.length >= most * 2 + 100) last = last.slice(-most);
  }
  return last.slice(-most);
}
