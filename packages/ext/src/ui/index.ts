export { taskFromUIMessages, type UIMessageLike } from "./task-from-ui-messages.ts";
export type { RunMetadata, UIMessageChunk } from "./ui-message-chunk.ts";
export { uiMessageChunks, type UIMessageStreamOptions } from "./ui-message-stream.ts";
export {
  pipeUIMessageStream,
  toUIMessageStreamResponse,
  type NodeResponse,
  type UIMessageStreamResponseOptions,
} from "./ui-message-stream-response.ts";
