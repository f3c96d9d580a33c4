export { FileJournalStore, type FileJournalStoreOptions } from "./file-store.ts";
export type { LineCodec } from "./line.ts";
export type { JournalFileSystem } from "./file-system.ts";
export type { ProcessIdentity } from "./process-identity.ts";
export { makeFolders } from "../make-folders.ts";
