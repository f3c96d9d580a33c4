import { chunksOf } from "./chunks-of.ts";
import { EventLines, type ReadCounts } from "./event-lines.ts";
import { headOfLine } from "./head-of-line.ts";
import { LineSplitter } from "./line-splitter.ts";
import type { LogFile } from "./log-files.ts";
import type { TessenEvent } from "./tessen-event.ts";

/**
 * Takes the events of files in their order, copies among them; without their bodies, where these need not be parsed.
 * `now` is in milliseconds since 1970.
 */
export function eachHead(
  files: readonly LogFile[],
  counts: ReadCounts,
  now: number,
  take: (event: TessenEvent) => void,
): void {
  const whole = new EventLines(counts, now);
  for (const file of files) {
    const splitter = new LineSplitter();
    for (const bytes of chunksOf(file)) {
      counts.bytes += bytes.length;
      for (const line of splitter.push(bytes)) {
        const head = line === "too long" ? undefined : headOfLine(line);
        if (head === undefined) whole.eventsOf(line).forEach(take);
        else {
          counts.lines += 1;
          take(head);
        }
      }
    }
    counts.files += 1;
    const rest = splitter.end();
    if (rest !== undefined) whole.eventsOf(rest, file).forEach(take);
  }
}
