import { chunksOf } from "./chunks-of.ts";
import { EventLines, startCounts } from "./event-lines.ts";
import { LineSplitter } from "./line-splitter.ts";
import type { LogFile } from "./log-files.ts";
import type { TessenEvent } from "./tessen-event.ts";

/**
 * The events of files whose lines hold a text, such as an id, oldest first; copies, too. Other lines are not parsed, so
 * that one event of a gigabyte is found in a second. The text must be one that JSON writes as it is.
 */
export function* eventsHolding(files: readonly LogFile[], text: string): Generator<TessenEvent> {
  const wanted = Buffer.from(text);
  const lines = new EventLines(startCounts(), 0);
  for (const file of files) {
    const splitter = new LineSplitter();
    for (const bytes of chunksOf(file)) {
      for (const line of splitter.push(bytes)) {
        if (line !== "too long" && line.includes(wanted)) yield* lines.eventsOf(line);
      }
    }
    const rest = splitter.end();
    if (rest !== undefined && rest !== "too long" && rest.includes(wanted)) yield* lines.eventsOf(rest);
  }
}
