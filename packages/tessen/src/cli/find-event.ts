import { eventsHolding } from "../events/events-holding.ts";
import { logFiles } from "../events/log-files.ts";
import type { TessenEvent } from "../events/tessen-event.ts";
import { checkAgent, eventsOfAgent, STANDARD_INPUT } from "./agent-events.ts";
import { eventChoice } from "./arguments/event-choice.ts";
import type { Given } from "./arguments/given.ts";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-codes.ts";
import { cleanLine } from "./output/clean.ts";
import type { Terminal } from "./terminal.ts";

/** The event with an id; or the only one whose id begins so. Throws `CommandError` when there is none, or several. */
export async function findEvent(id: string, given: Given, terminal: Terminal): Promise<TessenEvent> {
  const isChosen = eventChoice(given);
  let same: TessenEvent | undefined;
  const like = new Map<string, TessenEvent>();
  for await (const event of candidates(id, given, terminal)) {
    if (!isChosen(event)) continue;
    // The last of several with one id counts.
    if (event.event_id === id) same = event;
    else if (event.event_id.startsWith(id) && (like.size < 2 || like.has(event.event_id)))
      like.set(event.event_id, event);
  }
  if (same !== undefined) return same;
  const [only, other] = like.values();
  if (only === undefined) throw new CommandError(`There is no event ${cleanLine(id, 80)}.`, EXIT.noData);
  if (other !== undefined)
    throw new CommandError(`Several events begin with ${cleanLine(id, 80)}; give more of the id.`, EXIT.usage);
  return only;
}

/** Events among which the wanted one is, if it is there. */
function candidates(id: string, given: Given, terminal: Terminal): Iterable<TessenEvent> | AsyncIterable<TessenEvent> {
  const [agent = STANDARD_INPUT] = given.operands;
  // What JSON may write in another way is not looked for as text.
  if (agent === STANDARD_INPUT || !/^[\w.:-]+$/.test(id)) return eventsOfAgent(agent, given, terminal);
  checkAgent(agent, given.logDir);
  return eventsHolding(logFiles(agent, { logDir: given.logDir, since: given.since }), id);
}
