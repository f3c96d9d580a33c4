import { threadId } from "node:worker_threads";
import type { TessenEvent } from "../events/tessen-event.ts";
import { IdSource } from "./ids.ts";
import { membersOf, numberMember } from "./json-members.ts";
import { RepeatedText } from "./repeated-text.ts";
import { VERSION } from "./version.ts";

/** The members that every event of a process has. */
export class EventBase {
  readonly ids: IdSource = new IdSource();
  /** Parts of the events of model calls. */
  readonly repeated: Readonly<Record<"call" | "models" | "sdk" | "sdkHeaders", RepeatedText>> = {
    call: new RepeatedText(),
    models: new RepeatedText(),
    sdk: new RepeatedText(),
    sdkHeaders: new RepeatedText(),
  };
  readonly #sessionId: string;
  readonly #agentName: string;
  readonly #process = { pid: process.pid, ...(threadId === 0 ? {} : { thread_id: threadId }) };
  readonly #versions = {
    node: process.version,
    _tessen_schema: 1,
    _tessen_version: VERSION,
    _tessen_lang: "ts",
  };
  readonly #sessionText: string;
  readonly #processText: string;
  readonly #versionsText: string;
  #seq = 0;

  constructor(sessionId: string, agentName: string) {
    this.#sessionId = sessionId;
    this.#agentName = agentName;
    this.#sessionText = membersOf({ session_id: sessionId, agent_name: agentName });
    this.#processText = membersOf(this.#process);
    this.#versionsText = membersOf(this.#versions);
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

  /** The same as the beginning of JSON text. */
  identityText(eventId: string, startedAt: number): string {
    return `{"event_id":"${eventId}"${this.#sessionText}${numberMember("ts", startedAt / 1000)}`;
  }

  /** Facts about the process; `seq` counts its events in the order in which they are written. */
  process(): Partial<TessenEvent> {
    this.#seq += 1;
    return { ...this.#process, seq: this.#seq, ...this.#versions };
  }

  /** The same as members of JSON text. */
  processText(): string {
    this.#seq += 1;
    return `${this.#processText},"seq":${this.#seq}${this.#versionsText}`;
  }
}
