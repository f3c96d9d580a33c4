import type { LogEvent } from "./log-events.ts";

/** How serious a record is; in order. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One thing that was logged. */
export interface LogRecord {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The name of the logger. */
  readonly logger: string;
  readonly level: LogLevel;
  /** For an event its JSON text, made when somebody reads it. */
  readonly text: string;
  /** For the structured events. */
  readonly event?: LogEvent | undefined;
  /** What was thrown, where the record tells of a failure. */
  readonly error?: unknown;
}

/** Where records go. A sink must not throw; what it throws is reported as a process warning and goes no further. */
export interface LogSink {
  write(record: LogRecord): void;
  close?(): Promise<void>;
}

/** A sink that calls a function with every structured event. */
export function eventSink(listener: (event: LogEvent) => void): LogSink {
  return {
    write(record) {
      if (record.event !== undefined) listener(record.event);
    },
  };
}
