import { WireError } from "@tesserae/wire";
import { read } from "../events/read.ts";
import { createRedactor } from "../redact/redactor.ts";
import type { AnswerSource } from "./answer-source.ts";
import { logSource } from "./replay/log-source.ts";
import { recordingsSource } from "./replay/recordings-source.ts";
import type { AnswerFunction, TrafficScript } from "./script/script.ts";
import { readScript, scriptSource } from "./script/script-source.ts";

/** The log of an agent. */
export interface LogSourceOptions {
  /** The agent's name, or a `.jsonl` file, or a folder of them. */
  readonly agent: string;
  /** The folder of all logs. Default: `TESSEN_LOG_DIR`, else `~/.tessen/logs`. */
  readonly logDir?: string;
}

/** Where answers come from. Each source is asked when those before it have none. */
export interface SourceOptions {
  /** The name of a JSON file with a script, or a script, or a function that answers. */
  readonly script?: string | TrafficScript | AnswerFunction;
  /** A folder with recordings of HTTP traffic, or the name of one file. */
  readonly recordings?: string;
  /** The log of an agent that tessen recorded. */
  readonly log?: LogSourceOptions;
}

/** Opens the sources that are named, in the order in which they are asked. */
export function openSources({ script, recordings, log }: SourceOptions): readonly AnswerSource[] {
  const sources: AnswerSource[] = [];
  if (script !== undefined) sources.push(scriptSource(typeof script === "string" ? readScript(script) : script));
  if (recordings !== undefined) sources.push(recordingsSource(recordings));
  if (log !== undefined) sources.push(openLog(log));
  return sources;
}

function openLog(options: LogSourceOptions): AnswerSource {
  const redactor = createRedactor();
  // In the log are requests without their secrets.
  const source = logSource(read(options.agent, { logDir: options.logDir }), (body) => {
    const json = JSON.stringify(body);
    return redactor.mayMatch(json) ? JSON.parse(redactor.redactText(json).text) : body;
  });
  if (source.size > 0) return source;
  const message = `The log of ${options.agent} has no model call with a whole request and a whole answer.`;
  throw new WireError("ERR_INVALID_ARGUMENT", message);
}
