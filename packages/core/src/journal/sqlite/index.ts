export { SqliteJournalStore, type SqliteJournalStoreOptions } from "./sqlite-store.ts";
export type { LineCodec } from "../file/line.ts";
export type { ProcessIdentity } from "../file/process-identity.ts";
export { useWriteAheadLog } from "./write-ahead-log.ts";
