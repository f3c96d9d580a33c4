import { threadId } from "node:worker_threads";
import type { TessenEvent } from "../events/tessen-event.ts";
import { IdSource } from "./ids.ts";
import { VERSION } from "./version.ts";

/** The members that every event of a process has. */
export class EventBase {
  readonly ids: IdSource = new IdSource();
  readonly #sessionId: string;
  readonly #agentName: string;
  #seq = 0;

  constructor(sessionId: string, agentName: string) {
    this.#sessionId = sessionId;
    this.#agentName = agentName;
  }

  /** What an event begins with. `startedAt` is in milliseconds since 1970. */
  identity(startedAt: number): Pick<TessenEvent, "event_id" | "session_id" | "agent_name" | "ts"> {
    return {
      event_id: this.ids.nextEventId(),
      session_id: this.#sessionId,
      agent_name: this.#agentName,
      ts: startedAt / 1000,
    };
  }

  /** Facts about the process; `seq` counts its events in the order in which they are written. */
  process(): Partial<TessenEvent> {
    this.#seq += 1;
    return {
      pid: process.pid,
      ...(threadId === 0 ? {} : { thread_id: threadId }),
      seq: this.#seq,
      node: process.version,
      _tessen_schema: 1,
      _tessen_version: VERSION,
      _tessen_lang: "ts",
    };
  }
}
