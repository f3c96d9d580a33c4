import type { TaskResult } from "../base/task.ts";
import type { StreamItem } from "../messages/types.ts";

/** What a stream gave: its items, its result, and the error it ended with. */
export interface Streamed {
  readonly items: readonly StreamItem[];
  readonly result: TaskResult | undefined;
  readonly error: unknown;
}

/** Reads a stream to its end, whatever the end is. */
export async function readStream(stream: AsyncIterable<StreamItem | TaskResult>): Promise<Streamed> {
  const items: StreamItem[] = [];
  let result: TaskResult | undefined;
  try {
    for await (const item of stream) {
      if (item.type === "TaskResult") result = item;
      else items.push(item);
    }
    return { items, result, error: undefined };
  } catch (error) {
    return { items, result, error };
  }
}

/** Items as `source: text`, for comparing conversations. */
export function linesOf(items: readonly StreamItem[]): readonly string[] {
  return items.map((item) => {
    const content = "content" in item ? item.content : "";
    return `${item.source}: ${typeof content === "string" ? content : JSON.stringify(content)}`;
  });
}
