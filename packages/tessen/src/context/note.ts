import { sharedState } from "../capture/state.ts";
import type { LogRecord } from "../log/log-record.ts";
import type { FrameworkRecordContext } from "../recorder/framework-records.ts";
import { NOWHERE } from "./context-members.ts";
import { jsonOf } from "./json-of.ts";
import { ownRecord } from "./own-record.ts";

/**
 * Writes a note into the log, at the place in a run where the program is: `note("cache is cold", { entries: 0 })`. Data
 * that are no plain JSON are left out, and all data where only metadata are recorded. While nothing records, it does
 * nothing; it never throws.
 */
export function note(text: string, data?: unknown): void {
  const session = sharedState().active?.session;
  session?.guard.run("record", () => {
    session.recorder.framework(noteRecord, { text, data }, session.placeOf(session.frame) ?? NOWHERE);
  });
}

interface Note {
  readonly text: string;
  readonly data: unknown;
}

function noteRecord({ text, data }: Note, context: FrameworkRecordContext): LogRecord {
  const json = context.content ? jsonOf(data) : undefined;
  const own = { text, ...(json === undefined ? {} : { data: json.value }) };
  return ownRecord("note", Date.now(), context, { note: own });
}
