export { journalStoreConformance, type StoreCheck, type StoreSubject } from "./journal-store-conformance.ts";
export { MemoryFileSystem, type WriteFault } from "./memory-file-system.ts";
