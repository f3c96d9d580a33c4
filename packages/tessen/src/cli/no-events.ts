import { chunksOf } from "../events/chunks-of.ts";
import { LineSplitter } from "../events/line-splitter.ts";
import { logFiles } from "../events/log-files.ts";
import type { ReadStats } from "../events/read-options.ts";
import { isJson } from "../tags/json-shape.ts";
import { TAGS } from "../tags/tag.ts";
import { STANDARD_INPUT } from "./agent-events.ts";
import type { Given } from "./arguments/given.ts";
import { didYouMean } from "./arguments/nearest-names.ts";
import { cleanLine } from "./output/clean.ts";
import { formatCount } from "./output/format.ts";

/** The options by which events are chosen. */
const CHOOSING = ["since", "until", "session", "run", "signal", "errors", "anomalies"] as const;

/** So many lines are looked at to say what a file holds. */
const LOOKED_AT = 1000;

/** Why there is nothing to show, in a sentence. `stats` tells of the reading in which no event was found. */
export function noEvents(given: Given, stats: ReadStats): string {
  const [agent = STANDARD_INPUT] = given.operands;
  const name = agent === STANDARD_INPUT ? "Standard input" : cleanLine(agent, 200);
  const {
    lines = 0,
    files = 0,
    corrupt_lines: corrupt = 0,
    salvaged_lines: salvaged = 0,
    in_progress: open = 0,
  } = stats;
  const events = lines - corrupt + salvaged - open;
  const choice = CHOOSING.filter((option) => given.flag(option) || given.text(option) !== undefined);
  const options = choice.map((option) => `--${option}`).join(", ");
  if (events > 0)
    return `Of the ${formatCount(events)} event(s) of ${name} none is chosen by ${options}.${unknownTag(given)}`;
  if (files === 0 && choice.length > 0) return `${name} has no events in the time that is asked for (${options}).`;
  if (lines === 0) return `${name} holds no events: it is empty.`;
  const mayBeJson = agent === STANDARD_INPUT || holdsJson(agent, given.logDir);
  const what = mayBeJson ? "an event: a JSON object with event_id and ts" : "JSON";
  return `${name} holds no events: it has ${formatCount(lines)} line(s), and none is ${what}.`;
}

/** A hint for a tag that is not known here; other versions may write others, so it is no error. */
function unknownTag(given: Given): string {
  const tag = given.text("signal");
  return tag === undefined || TAGS.some((name) => name === tag) ? "" : didYouMean(tag, TAGS);
}

/** Whether there is any JSON among the first lines. */
function holdsJson(agent: string, logDir: string): boolean {
  const splitter = new LineSplitter();
  let looked = 0;
  for (const file of logFiles(agent, { logDir })) {
    for (const bytes of chunksOf(file)) {
      for (const line of splitter.push(bytes)) {
        if (line !== "too long" && isJson(line.toString())) return true;
        looked += 1;
        if (looked >= LOOKED_AT) return false;
      }
    }
    const rest = splitter.end();
    if (rest !== undefined && rest !== "too long" && isJson(rest.toString())) return true;
  }
  return false;
}
