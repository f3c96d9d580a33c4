export type { SseEvent } from "./sse-event.ts";
export { DEFAULT_MAX_EVENT_BYTES, SseDecoder, type SseDecoderOptions } from "./sse-decoder.ts";
export { NdjsonDecoder, type NdjsonDecoderOptions } from "./ndjson-decoder.ts";
export { encodeSse, type SseEventInit } from "./encode-sse.ts";
