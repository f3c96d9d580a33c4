import { isoTime } from "../messages/stamp.ts";
import type { ModelClientStreamingChunkEvent, StreamItem } from "../messages/types.ts";

const NO_METADATA: { readonly [key: string]: string } = Object.freeze({});

/**
 * Turns the pieces of a model's answer into chunk events. A chunk's id is its message's id and its number: chunks are
 * never stored, so neither they nor their time need a recorded value. `linked` tells whether the pieces make the
 * message of this id.
 */
export function chunkEmitter(
  source: string,
  emit: (item: StreamItem) => void | Promise<void>,
  messageId: string,
  linked = true,
): (chunk: string, info?: { readonly restarted?: boolean | undefined }) => void | Promise<void> {
  let count = 0;
  return (content, info) => {
    const event: ModelClientStreamingChunkEvent = {
      id: `${messageId}:${count}`,
      source,
      modelsUsage: undefined,
      metadata: NO_METADATA,
      createdAt: isoTime(Date.now()),
      content,
      fullMessageId: linked ? messageId : undefined,
      type: "ModelClientStreamingChunkEvent",
      ...(info?.restarted === true ? { restarted: true } : undefined),
    };
    count += 1;
    return emit(event);
  };
}
