export { assertHappened, assertNeverHappened } from "./assert-trace.ts";
export { journalStoreConformance, type StoreCheck, type StoreSubject } from "./journal-store-conformance.ts";
export { MemoryFileSystem, type WriteFault } from "./memory-file-system.ts";
export { recordTrace, type RecordedTrace, type TraceEntry, type TraceKind } from "./record-trace.ts";
export {
  SCRIPTED_USAGE,
  ScriptedClient,
  answerOf,
  callsOf,
  type ScriptedAnswer,
  type ScriptedCall,
  type ScriptedClientOptions,
  type ScriptedReply,
} from "./scripted-client.ts";
export {
  SeededSchedule,
  abortAtEveryStep,
  type SeededScheduleOptions,
  type SteppedRuntime,
} from "./seeded-schedule.ts";
export { seededRandom } from "./seeded-random.ts";
export { VirtualClock } from "./virtual-clock.ts";
