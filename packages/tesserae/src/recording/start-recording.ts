import { dirname } from "node:path";
import type { JsonObject } from "@tesserae/core";
import { recordingLabel } from "./recording-label.ts";

/** A recording of what a command does, by tessen. */
export interface Recording {
  /** For the labels of a run: where its events are found again. */
  readonly labels: JsonObject;
  /** Writes what is open, and ends the recording. */
  stop(): Promise<void>;
}

/**
 * Records every model call, tool call, turn and message from here on, in tessen's log: `TESSEN_LOG_DIR`, else
 * `~/.tessen/logs`. `undefined` where `TESSEN_DISABLED` is set.
 */
export async function startRecording(name: string): Promise<Recording | undefined> {
  const { init } = await import("@tesserae/tessen");
  const handle = init({ agentName: process.env["TESSEN_AGENT_NAME"] ?? name });
  const { agentName, logFile } = handle;
  if (logFile === null) return undefined;
  // `<log folder>/<name>/<day>.jsonl`
  const logDir = dirname(dirname(logFile));
  return {
    labels: recordingLabel({ agent: agentName, logDir }),
    stop: async () => void (await handle.shutdown()),
  };
}
