/** A memory in Mem0. */
export { Mem0Memory, type Mem0QueryOptions } from "./mem0-memory.ts";
export type { Mem0MemoryOptions } from "./options.ts";
export type { Mem0Call, Mem0Client, Mem0Message } from "./mem0-client.ts";
