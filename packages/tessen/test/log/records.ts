import type { TessenEvent } from "../../src/events/tessen-event.ts";
import type { LogRecord } from "../../src/log/log-record.ts";

/** A record whose head is not text yet. */
export interface ObjectRecord extends LogRecord {
  readonly head: TessenEvent;
}

/** A record whose body has about so many characters, which follow from the id: whoever reads it can check them. */
export function recordOf(id: string, size: number, head: Partial<TessenEvent> = {}): ObjectRecord {
  return {
    head: {
      event_id: id,
      session_id: "sess_1",
      agent_name: "agent",
      ts: 1_715_688_000.5,
      provider: "openai",
      surface: "chat.completions.create",
      call_type: "request",
      status: "ok",
      quality_signals: [],
      ...head,
    },
    bodies: [{ name: "request_body", json: JSON.stringify({ content: contentOf(id, size) }) }],
  };
}

/** Whether an event is, to the letter, the one that `recordOf` made. */
export function isWhole(event: TessenEvent, size: number): boolean {
  const body = event.request_body;
  return typeof body === "object" && body !== null && Reflect.get(body, "content") === contentOf(event.event_id, size);
}

function contentOf(id: string, size: number): string {
  // Spaces, since a long word could be taken for media; a quote and a line break, which JSON escapes.
  return `${id} "é"\n `.repeat(Math.ceil(size / (id.length + 6)));
}
