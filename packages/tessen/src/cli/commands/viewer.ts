import type { ReadStats } from "../../events/read-options.ts";
import type { TessenEvent } from "../../events/tessen-event.ts";
import { STANDARD_INPUT } from "../agent-events.ts";
import { findEvent } from "../find-event.ts";
import { CHOICE_OPTIONS } from "../arguments/event-choice.ts";
import { COMMON_HELP, type Given } from "../arguments/given.ts";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import { lastEvents } from "../last-events.ts";
import { noEvents } from "../no-events.ts";
import { jsonHead } from "../output/json-head.ts";
import { perform } from "../perform.ts";
import type { Terminal } from "../terminal.ts";
import { browse } from "../viewer/browse.ts";
import { rawLines } from "../viewer/draw-screen.ts";
import { eventBlock } from "../viewer/event-block.ts";

const SYNTAX = {
  name: "viewer",
  help: `Usage: tessen viewer AGENT [options]

Shows events whole: request, answer with thinking and tool calls, attempts, tokens and cost,
tags with evidence and what to do, errors. On a terminal one leafs through them with the keys.

  --event ID         this event only (its id, or the beginning of it)
  -n N               the last N events (default 10, on a terminal 200)
  --errors           only events that failed
  --anomalies        only events with tags
  --signal TAG       only events with this tag
  --session ID       only this session
  --run ID           only this run
  --full             all of every text, all messages
  --raw              the JSON of the event
${COMMON_HELP}`,
  options: { ...CHOICE_OPTIONS, anomalies: { type: "boolean" }, event: { type: "string" }, raw: { type: "boolean" } },
  operands: ["AGENT"],
} as const;

/** `tessen viewer`. */
export function viewerCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  return perform(args, SYNTAX, terminal, async (given, screen) => {
    const [agent = STANDARD_INPUT] = given.operands;
    const isInteractive = screen.keys !== undefined && !given.json && !given.flag("raw") && agent !== STANDARD_INPUT;
    const id = given.text("event");
    const most = given.count("n") ?? (isInteractive ? 200 : 10);
    if (most === 0) throw new CommandError("-n is 0: nothing would be shown.", EXIT.usage);
    const stats: ReadStats = {};
    const events =
      id === undefined ? await lastEvents(agent, most, given, screen, stats) : [await findEvent(id, given, screen)];
    if (events.length === 0) throw new CommandError(noEvents(given, stats), EXIT.noData);
    if (!isInteractive || screen.keys === undefined) {
      screen.write(printed(events, given, screen));
      return EXIT.ok;
    }
    await browse(events, screen.keys(), given.style, screen);
    return screen.signal.aborted ? EXIT.interrupted : EXIT.ok;
  });
}

function printed(events: readonly TessenEvent[], given: Given, terminal: Terminal): string {
  if (given.json) return `${JSON.stringify({ ...jsonHead("viewer", terminal), events })}\n`;
  const options = { full: given.flag("full"), width: terminal.columns };
  const lines = events.flatMap((event) =>
    given.flag("raw") ? rawLines(event) : [...eventBlock(event, given.style, options), ""],
  );
  return `${lines.join("\n")}\n`;
}
