import { ValueError } from "../errors/kinds.ts";
import { logEventToJson } from "./log-event-json.ts";
import type { LogEvent } from "./log-events.ts";
import type { LogLevel, LogRecord, LogSink } from "./log-sink.ts";
import { EVENT_LOGGER_NAME, ROOT_LOGGER_NAME } from "./logger-names.ts";
import { WarnOnce } from "./warnings.ts";

/** Writes records under a name. Without sinks nobody makes one: code holds `Logger | undefined` and asks with `?.`. */
export interface Logger {
  readonly name: string;
  /** The logger `<name>.<module>` with the same sinks. */
  child(module: string): Logger;
  debug(text: string): void;
  info(text: string): void;
  warning(text: string, error?: unknown): void;
  error(text: string, error?: unknown): void;
  /** Writes an event to the events' logger, at level info, whatever this logger's name. */
  event(event: LogEvent): void;
}

/** The logger of that name; its records go to the sinks, in their order. @throws ValueError for what is no sink. */
export function getLogger(sinks: LogSink | readonly LogSink[], name: string = ROOT_LOGGER_NAME): Logger {
  const list: readonly LogSink[] = Array.isArray(sinks) ? sinks : [sinks as LogSink];
  for (const sink of list) {
    if (typeof Object(sink).write === "function") continue;
    throw new ValueError("A log sink is an object with write(record), such as consoleSink() or jsonFileSink(path).");
  }
  return new SinkLogger(list, name, new WarnOnce());
}

class SinkLogger implements Logger {
  readonly name: string;
  readonly #sinks: readonly LogSink[];
  readonly #warnings: WarnOnce;

  constructor(sinks: readonly LogSink[], name: string, warnings: WarnOnce) {
    this.name = name;
    this.#warnings = warnings;
    this.#sinks = sinks;
  }

  child(module: string): Logger {
    return new SinkLogger(this.#sinks, `${this.name}.${module}`, this.#warnings);
  }

  debug(text: string): void {
    this.#log("debug", text, undefined);
  }

  info(text: string): void {
    this.#log("info", text, undefined);
  }

  warning(text: string, error?: unknown): void {
    this.#log("warning", text, error);
  }

  error(text: string, error?: unknown): void {
    this.#log("error", text, error);
  }

  event(event: LogEvent): void {
    this.#write(new EventRecord(event));
  }

  #log(level: LogLevel, text: string, error: unknown): void {
    this.#write({ time: Date.now(), logger: this.name, level, text, error });
  }

  #write(record: LogRecord): void {
    for (const sink of this.#sinks) {
      try {
        sink.write(record);
      } catch (error) {
        const text = `A log sink threw: ${String(error)}. What it throws for is lost.`;
        this.#warnings.warn(sink, "TESSERAE_LOG_SINK", text);
      }
    }
  }
}

class EventRecord implements LogRecord {
  readonly time: number = Date.now();
  readonly logger: string = EVENT_LOGGER_NAME;
  readonly level: LogLevel = "info";
  readonly event: LogEvent;
  #text: string | undefined;

  constructor(event: LogEvent) {
    this.event = event;
  }

  get text(): string {
    return (this.#text ??= JSON.stringify(logEventToJson(this.event)));
  }
}
