import { NotImplementedError } from "../errors/kinds.ts";
import { exceptionText, logEventToJson } from "./log-event-json.ts";
import type { LogRecord, LogSink } from "./log-sink.ts";

/** A {@link LogSink} that must be closed. */
export interface ClosableLogSink extends LogSink {
  close(): Promise<void>;
}

/**
 * A sink that appends to a file: one JSON object `{timestamp, level, event}` a line, where `event` is the event's
 * object, and for other records their text. Each line is written at once, so a killed process loses at most its last.
 * @throws the platform's error when the file cannot be opened.
 */
export function jsonFileSink(path: string): ClosableLogSink {
  const fs = globalThis.process?.getBuiltinModule?.("node:fs");
  if (fs === undefined) throw new NotImplementedError("This platform has no files: give the runtime another log sink.");
  let file: number | undefined = fs.openSync(path, "a");
  return {
    write(record) {
      if (file !== undefined) fs.writeSync(file, lineOf(record));
    },
    async close() {
      if (file === undefined) return;
      fs.closeSync(file);
      file = undefined;
    },
  };
}

function lineOf({ time, level, event, text, error }: LogRecord): string {
  const reason = error === undefined ? "" : `: ${exceptionText(error)}`;
  return `${JSON.stringify({
    timestamp: new Date(time).toISOString(),
    level,
    event: event === undefined ? text + reason : logEventToJson(event),
  })}\n`;
}
