import type { CallType, TessenEvent } from "../events/tessen-event.ts";
import type { LogRecord } from "../log/log-record.ts";
import type { FrameworkRecordContext } from "../recorder/framework-records.ts";
import { placeMembers } from "../recorder/place-members.ts";

/** The record of something that the program itself told. `startedAt` is in milliseconds since 1970. */
export function ownRecord(
  kind: CallType,
  startedAt: number,
  { base, place }: FrameworkRecordContext,
  members: Partial<TessenEvent>,
): LogRecord {
  const head: TessenEvent = {
    ...base.identity(startedAt),
    provider: "tesserae",
    surface: kind,
    call_type: kind,
    status: "ok",
    quality_signals: [],
    ...placeMembers(place),
    ...members,
    ...base.process(),
  };
  return { head, bodies: [] };
}
