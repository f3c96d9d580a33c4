import { join } from "node:path";
import { isObject, type JsonObject } from "@tesserae/core";
import { COMMAND } from "../cli/command-name.ts";

/** Where the events of a run are. */
export interface RecordingPlace {
  readonly agent: string;
  readonly logDir: string;
}

/** The label of a run that says where tessen has recorded it. */
export function recordingLabel({ agent, logDir }: RecordingPlace): JsonObject {
  return { agent, log_dir: logDir };
}

/** Where tessen has recorded a run, from its labels; `undefined` where it has not. */
export function recordingOf({ tessen }: JsonObject): RecordingPlace | undefined {
  if (!isObject(tessen)) return undefined;
  const { agent, log_dir: logDir } = tessen;
  return typeof agent === "string" && typeof logDir === "string" ? { agent, logDir } : undefined;
}

/** The folder of a recording, and the command that shows it. */
export function recordingText({ agent, logDir }: RecordingPlace): string {
  return `${join(logDir, agent)} (${COMMAND.replace("tesserae", "tessen")} viewer ${agent})`;
}
