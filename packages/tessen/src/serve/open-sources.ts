import type { AnswerSource } from "./answer-source.ts";
import { recordingsSource } from "./replay/recordings-source.ts";
import type { AnswerFunction, TrafficScript } from "./script/script.ts";
import { readScript, scriptSource } from "./script/script-source.ts";

/** Where answers come from. Each source is asked when those before it have none. */
export interface SourceOptions {
  /** The name of a JSON file with a script, or a script, or a function that answers. */
  readonly script?: string | TrafficScript | AnswerFunction;
  /** A folder with recordings of HTTP traffic, or the name of one file. */
  readonly recordings?: string;
}

/** Opens the sources that are named, in the order in which they are asked. */
export function openSources({ script, recordings }: SourceOptions): readonly AnswerSource[] {
  const sources: AnswerSource[] = [];
  if (script !== undefined) sources.push(scriptSource(typeof script === "string" ? readScript(script) : script));
  if (recordings !== undefined) sources.push(recordingsSource(recordings));
  return sources;
}
