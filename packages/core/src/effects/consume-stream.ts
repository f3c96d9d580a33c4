import { RuntimeError, ValueError } from "../errors/kinds.ts";
import { isObject } from "../json.ts";
import type { ModelStream } from "../models/chat-completion-client.ts";
import type { CreateResult } from "../models/messages.ts";

/**
 * Reads a model's stream to its end: every text goes to `onChunk`, the result is returned. Where the client groups what
 * arrived together, a group costs one promise; a chunk costs none unless its consumer asks to wait.
 *
 * @throws ValueError for an item that is neither text nor a result; RuntimeError when there is no result.
 */
export async function consumeModelStream(
  stream: ModelStream,
  onChunk: (chunk: string) => void | Promise<void>,
): Promise<CreateResult> {
  let result: CreateResult | undefined;
  if (stream.batches === undefined) {
    for await (const item of stream) {
      if (typeof item === "string") await onChunk(item);
      else result = checkedResult(item);
    }
  } else {
    const batches = { [Symbol.asyncIterator]: () => stream.batches?.() ?? emptyIterator() };
    for await (const batch of batches) {
      for (const item of batch) {
        if (typeof item === "string") {
          const wait = onChunk(item);
          if (wait !== undefined) await wait;
        } else result = checkedResult(item);
      }
    }
  }
  if (result === undefined) throw new RuntimeError("No final model result in streaming mode.");
  return result;
}

function checkedResult(item: unknown): CreateResult {
  if (isObject(item) && item["type"] === "CreateResult") return item as unknown as CreateResult;
  const found = isObject(item) ? JSON.stringify(item["type"] ?? "an object") : typeof item;
  throw new ValueError(`Invalid chunk type: ${found}. A model's stream gives text, then one CreateResult.`);
}

function emptyIterator(): AsyncIterator<readonly (string | CreateResult)[]> {
  return { next: () => Promise.resolve({ done: true, value: undefined }) };
}
