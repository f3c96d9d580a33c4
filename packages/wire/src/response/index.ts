export type {
  AssembledResponse,
  AssembledToolCall,
  Citation,
  Protocol,
  ProviderData,
  TokenLogprob,
} from "./assembled-response.ts";
export type { Delta, StreamAssembler } from "./delta.ts";
export { finishReasonOf, type FinishReason } from "./finish-reason.ts";
export type { Note, NoteCode } from "./note.ts";
export type { AssembleOptions } from "./response-builder.ts";
export { splitThinkTags, type ThinkTagSplit } from "./think-tags.ts";
export { normalizeToolName } from "./tool-name.ts";
