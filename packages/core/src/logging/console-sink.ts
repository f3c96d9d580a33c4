import { exceptionText } from "./log-event-json.ts";
import { LOG_LEVELS, type LogLevel, type LogRecord, type LogSink } from "./log-sink.ts";

/** Options of {@link consoleSink}. */
export interface ConsoleSinkOptions {
  /**
   * The lowest level that is shown, by logger name; the longest name that a logger's begins with decides.
   * `{ autogen_core: "warning", "autogen_core.events": "info" }` shows events, and of the rest only warnings.
   * Default: everything from info.
   */
  readonly levels?: Readonly<Record<string, LogLevel>> | undefined;
  /** Gets each line. Default: standard error. */
  readonly write?: ((line: string) => void) | undefined;
}

/** A sink for people: one line a record, `time [logger] LEVEL: text`. */
export function consoleSink(options: ConsoleSinkOptions = {}): LogSink {
  const levels = Object.entries(options.levels ?? {}).toSorted(([a], [b]) => b.length - a.length);
  // eslint-disable-next-line no-console -- this is the sink whose purpose it is
  const write = options.write ?? ((line: string): void => console.error(line));
  return {
    write(record) {
      if (isShown(record, levels)) write(lineOf(record));
    },
  };
}

function isShown(record: LogRecord, levels: readonly (readonly [string, LogLevel])[]): boolean {
  const [, lowest = "info"] =
    levels.find(([name]) => record.logger === name || record.logger.startsWith(`${name}.`)) ?? [];
  return LOG_LEVELS.indexOf(record.level) >= LOG_LEVELS.indexOf(lowest);
}

function lineOf({ time, logger, level, text, error }: LogRecord): string {
  const reason = error === undefined ? "" : ` (${exceptionText(error)})`;
  return `${new Date(time).toISOString()} [${logger}] ${level.toUpperCase()}: ${oneLine(text + reason)}`;
}

/** A text of someone else's must not look like a record of ours. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, " ");
}
