export { FileThreadStore, type FileThreadStoreOptions } from "./file-thread-store.ts";
