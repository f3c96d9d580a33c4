import type { Json } from "@tesserae/core";
import { encodeSse } from "@tesserae/wire/sse";

/** What every whole reply may have. */
interface Head {
  /** Default 200. */
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** One server-sent event: its data (an object is sent as JSON), or more of it. */
export type TestEvent = string | { readonly event?: string; readonly id?: string; readonly data: Json };

/** A whole answer: JSON, or text or bytes as they are. */
export interface BodyReply extends Head {
  readonly type: "body";
  /** An object, list, number, … is sent as JSON. A string is sent as it is, as `text/plain` unless `headers` says else. */
  readonly body?: Json | Uint8Array | undefined;
  /** Sends the body in pieces of this many bytes, each in a write of its own: splits events and characters anywhere. */
  readonly chunkBytes?: number | undefined;
}

/** A stream of server-sent events. */
export interface EventsReply extends Head {
  readonly type: "events";
  readonly events: readonly TestEvent[];
  readonly chunkBytes?: number | undefined;
}

/** The connection is reset: before anything is answered, or after the headers. */
export interface ResetReply extends Head {
  readonly type: "reset";
  readonly when: "before-headers" | "after-headers";
}

/** Another reply, whose connection breaks after this many bytes of the body. */
export interface CutReply {
  readonly type: "cut";
  readonly afterBytes: number;
  readonly reply: BodyReply | EventsReply;
}

/** Nothing comes any more: from the start, or after this many bytes of another reply's body. */
export interface StallReply {
  readonly type: "stall";
  /** Default 0. */
  readonly afterBytes?: number | undefined;
  /** Without it not even headers are sent. */
  readonly reply?: BodyReply | EventsReply | undefined;
}

/** Bytes that are sent instead of an HTTP response; then the connection is closed. */
export interface GarbageReply {
  readonly type: "garbage";
  readonly bytes: string | Uint8Array;
}

/** The body is written by the test itself, at its own pace. */
export interface StreamReply extends Head {
  readonly type: "stream";
  readonly write: (stream: TestStream) => void | Promise<void>;
}

/** What a {@link StreamReply} writes to. */
export interface TestStream {
  /** Writes bytes at once; resolves when the next may be written (back-pressure). */
  send(chunk: string | Uint8Array): Promise<void>;
  /** Writes one server-sent event. */
  event(event: TestEvent): Promise<void>;
  /** Breaks the connection. */
  reset(): void;
  /** True when the client has gone. */
  readonly closed: boolean;
  /** Resolves when the client has gone or the stream is over. */
  readonly whenClosed: Promise<void>;
}

/** What a test server answers. */
export type TestReply = BodyReply | EventsReply | ResetReply | CutReply | StallReply | GarbageReply | StreamReply;

/** A JSON answer. */
export function json(body: Json, head: Head = {}): BodyReply {
  return { type: "body", body, ...head };
}

/** A stream of server-sent events. */
export function events(list: readonly TestEvent[], head: Head = {}): EventsReply {
  return { type: "events", events: list, ...head };
}

/** The text of server-sent events. */
export function eventText(list: readonly TestEvent[]): string {
  return list.map(oneEvent).join("");
}

function oneEvent(event: TestEvent): string {
  if (typeof event === "string") return encodeSse({ data: event });
  const { data, ...rest } = event;
  return encodeSse({ ...rest, data: typeof data === "string" ? data : JSON.stringify(data) });
}
