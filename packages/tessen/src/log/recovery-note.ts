import { randomBytes } from "node:crypto";

/** What happened while the disk took nothing. */
export interface Outage {
  readonly agentName: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The failure that began it. */
  readonly code: string;
  /** Events that are gone. */
  readonly lost: number;
  /** Events that waited in memory and follow. */
  readonly kept: number;
}

/** The line that tells a reader of an outage. */
export function recoveryNote(outage: Outage): string {
  const lost = outage.lost === 1 ? "1 event is lost" : `${outage.lost} events are lost`;
  const event = {
    event_id: `evt_${randomBytes(16).toString("hex")}`,
    session_id: "",
    agent_name: outage.agentName,
    ts: outage.now / 1000,
    _tessen_schema: 1,
    _tessen_lang: "ts",
    provider: "tesserae",
    surface: "note",
    call_type: "note",
    status: "ok",
    quality_signals: [],
    pid: process.pid,
    note: {
      text: `The log could not be written (${outage.code}): ${lost}.`,
      data: { code: outage.code, lost_events: outage.lost, kept_events: outage.kept },
    },
  };
  return `${JSON.stringify(event)}\n`;
}
