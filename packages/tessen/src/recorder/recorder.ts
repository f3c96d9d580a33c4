import type { TessenEvent } from "../events/tessen-event.ts";
import type { LogBody, LogRecord } from "../log/log-record.ts";
import type { CastMode } from "./casted-body.ts";
import { attemptRecords } from "./attempt-records.ts";
import { EventBase } from "./event-base.ts";
import type { FinishedCall, Place } from "./finished-call.ts";
import type { FrameworkRecordContext } from "./framework-records.ts";
import { Prices } from "./prices.ts";
import { RetryLinks } from "./retry-links.ts";
import { requestRecord, type RequestRecordOptions } from "./request-record.ts";

/** Takes records; `write` never throws. */
export interface RecordSink {
  write(record: LogRecord): void;
}

/** How events are made. */
export interface RecorderOptions {
  readonly sessionId: string;
  readonly agentName: string;
  readonly cast: CastMode;
  /** False: no bodies, arguments and messages. */
  readonly content: boolean;
  /** Also an event for each HTTP request of a call, before that of the call. Default: false. */
  readonly attemptEvents?: boolean | undefined;
  readonly prices?: Prices | undefined;
  /** May return a changed event, or null to drop it. One that throws, or gives no event, changes nothing. */
  readonly beforeWrite?: ((event: TessenEvent) => TessenEvent | null) | undefined;
  /** Gets each event after it was handed to the log. What it throws is dropped. */
  readonly onEvent?: ((event: TessenEvent) => void) | undefined;
}

/** Makes events of what capture saw, and hands them to the log in the order in which they came. */
export class Recorder {
  readonly base: EventBase;
  readonly #options: RecorderOptions;
  readonly #sink: RecordSink;
  readonly #request: RequestRecordOptions;
  readonly #retries = new RetryLinks();
  #written = 0;

  constructor(options: RecorderOptions, sink: RecordSink) {
    this.#options = options;
    this.#sink = sink;
    this.base = new EventBase(options.sessionId, options.agentName);
    const { cast, content } = options;
    this.#request = { cast, content, prices: options.prices ?? new Prices() };
  }

  /** Events that were handed to the log. */
  get written(): number {
    return this.#written;
  }

  /** Records a model call. */
  request(call: FinishedCall): void {
    const eventId = this.base.ids.nextEventId();
    const retry = this.#retries.take(call);
    this.#retries.add(call, eventId, retry);
    if (this.#options.attemptEvents === true) {
      for (const record of attemptRecords(call, eventId, this.base)) this.#write(record);
    }
    this.#write(requestRecord(call, this.base, { ...this.#request, eventId, retry }));
  }

  /** Records something that the framework told. */
  framework<P>(make: (payload: P, context: FrameworkRecordContext) => LogRecord, payload: P, place: Place): void {
    this.#write(make(payload, { base: this.base, place, content: this.#options.content }));
  }

  /** Records something about the process itself, such as that it dies of an exception. */
  process(reason: string, cause?: unknown): void {
    const head: TessenEvent = {
      ...this.base.identity(Date.now()),
      provider: "tesserae",
      surface: "process",
      call_type: "process",
      status: "error",
      quality_signals: [],
      process: { reason },
      ...this.base.process(),
      ...(cause instanceof Error
        ? { error: { type: cause.name, msg: cause.message, tb: cause.stack ?? null, status_code: null } }
        : {}),
    };
    this.#write({ head, bodies: [] });
  }

  #write(record: LogRecord): void {
    const { beforeWrite, onEvent } = this.#options;
    if (beforeWrite === undefined && onEvent === undefined) {
      this.#written += 1;
      this.#sink.write(record);
      return;
    }
    let kept = record;
    if (beforeWrite !== undefined) {
      const changed = attempt(() => beforeWrite(wholeEvent(record)));
      if (changed === null) return;
      if (isEvent(changed)) kept = recordOf(changed);
    }
    this.#written += 1;
    this.#sink.write(kept);
    if (onEvent !== undefined) attempt(() => onEvent(wholeEvent(kept)));
  }
}

const BODIES = ["response_headers", "request_body", "casted_response", "response_body"] as const;

function wholeEvent({ head, bodies }: LogRecord): TessenEvent {
  const members = typeof head === "string" ? objectOf(head) : head;
  const parsed = bodies.map(({ name, json }) => [name, JSON.parse(json)] as const);
  return { ...members, ...Object.fromEntries(parsed) };
}

/** The members of a head that was made as text. */
function objectOf(head: string): TessenEvent {
  const event: TessenEvent = JSON.parse(head);
  return event;
}

function recordOf(event: TessenEvent): LogRecord {
  const bodies: LogBody[] = [];
  const head: TessenEvent = { ...event };
  for (const name of BODIES) {
    const json = event[name] === undefined ? undefined : JSON.stringify(event[name]);
    if (json !== undefined) bodies.push({ name, json });
    Reflect.deleteProperty(head, name);
  }
  return { head, bodies };
}

/**
 * What a user's hook gives; `undefined` where it throws. A promise of it may fail: nobody else waits for it, and the
 * program must not end by it.
 */
function attempt(hook: () => unknown): unknown {
  try {
    const given = hook();
    if (given instanceof Promise) given.catch(() => {});
    return given;
  } catch {
    return undefined;
  }
}

/** What a hook gives may be anything; without an id it is no event. */
function isEvent(value: unknown): value is TessenEvent {
  return typeof value === "object" && value !== null && "event_id" in value && typeof value.event_id === "string";
}
