import { WireError } from "@tesserae/wire";
import { parseSince, type Since } from "./parse-since.ts";
import type { TessenEvent } from "./tessen-event.ts";

/** What an event must be like; what is not given does not matter. Names with underscores are taken, too. */
export interface EventFilter {
  readonly status?: string | undefined;
  /** A tag that is among the event's `quality_signals`. */
  readonly qualitySignal?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly provider?: string | undefined;
  /** The model that was asked for or that answered. */
  readonly model?: string | undefined;
  readonly surface?: string | undefined;
  readonly runId?: string | undefined;
  /** The path of an agent, as a list or with slashes; events of agents below it are taken, too. */
  readonly agentPath?: string | readonly string[] | undefined;
  readonly callType?: string | undefined;
  readonly minDurationMs?: number | undefined;
  readonly since?: Since | undefined;
  readonly until?: Since | undefined;
  readonly quality_signal?: string | undefined;
  readonly session_id?: string | undefined;
  readonly run_id?: string | undefined;
  readonly agent_path?: string | readonly string[] | undefined;
  readonly call_type?: string | undefined;
  readonly min_duration_ms?: number | undefined;
}

/**
 * The events that a filter lets through, in their order; a stream of them gives a stream.
 *
 * @throws TypeError when `since` or `until` is no time.
 * @throws WireError ERR_INVALID_ARGUMENT for a member that no filter has: passed over, it would let everything through.
 */
export function filterEvents(events: Iterable<TessenEvent>, filter?: EventFilter): Iterable<TessenEvent>;
export function filterEvents(events: AsyncIterable<TessenEvent>, filter?: EventFilter): AsyncIterable<TessenEvent>;
export function filterEvents(
  events: Iterable<TessenEvent> | AsyncIterable<TessenEvent>,
  filter: EventFilter = {},
): Iterable<TessenEvent> | AsyncIterable<TessenEvent> {
  const accepts = eventTest(filter);
  return Symbol.iterator in events ? filtered(events, accepts) : filteredLater(events, accepts);
}

function* filtered(events: Iterable<TessenEvent>, accepts: EventTest): Generator<TessenEvent> {
  for (const event of events) if (accepts(event)) yield event;
}

async function* filteredLater(events: AsyncIterable<TessenEvent>, accepts: EventTest): AsyncGenerator<TessenEvent> {
  for await (const event of events) if (accepts(event)) yield event;
}

type EventTest = (event: TessenEvent) => boolean;

/** A filter as a function. */
export function eventTest(filter: EventFilter): EventTest {
  checkNames(filter);
  const tests: EventTest[] = [];
  const test = <Value>(value: Value | undefined, make: (value: Value) => EventTest): void => {
    if (value !== undefined) tests.push(make(value));
  };
  const now = Date.now();
  test(filter.status, (status) => (event) => event.status === status);
  test(filter.provider, (provider) => (event) => event.provider === provider);
  test(filter.surface, (surface) => (event) => event.surface === surface);
  test(filter.qualitySignal ?? filter.quality_signal, (tag) => (event) => listOf(event.quality_signals).includes(tag));
  test(filter.sessionId ?? filter.session_id, (id) => (event) => event.session_id === id);
  test(filter.runId ?? filter.run_id, (id) => (event) => event.run_id === id);
  test(filter.callType ?? filter.call_type, (type) => (event) => event.call_type === type);
  test(filter.model, (model) => (event) => modelsOf(event).includes(model));
  test(filter.minDurationMs ?? filter.min_duration_ms, (least) => (event) => (event.duration_ms ?? 0) >= least);
  test(filter.agentPath ?? filter.agent_path, (path) => isBelow(typeof path === "string" ? path.split("/") : path));
  test(filter.since, (since) => isFrom(parseSince(since, now)));
  test(filter.until, (until) => isTo(parseSince(until, now)));
  return (event) => tests.every((accepts) => accepts(event));
}

const NAMES: readonly string[] = [
  "status",
  "qualitySignal",
  "sessionId",
  "provider",
  "model",
  "surface",
  "runId",
  "agentPath",
  "callType",
  "minDurationMs",
  "since",
  "until",
];

function checkNames(filter: EventFilter): void {
  for (const given of Object.keys(filter)) {
    const name = given.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (NAMES.includes(name)) continue;
    const known = NAMES.join(", ");
    throw new WireError("ERR_INVALID_ARGUMENT", `A filter of events has no "${given}". There are: ${known}.`);
  }
}

function isFrom(since: number): EventTest {
  return (event) => event.ts >= since;
}

function isTo(until: number): EventTest {
  return (event) => event.ts <= until;
}

function isBelow(path: readonly string[]): EventTest {
  return (event) => {
    const own = listOf(event.agent_path);
    return path.every((part, place) => own[place] === part);
  };
}

/** Python's events name the model in the request alone. */
function modelsOf(event: TessenEvent): readonly unknown[] {
  const body = event.request_body;
  const asked: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "model") : undefined;
  return [event.model, event.response_model, asked];
}

/** Events of others may hold anything. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
