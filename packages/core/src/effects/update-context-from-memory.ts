import type { Json } from "../json.ts";
import { memoryContentToJson } from "../memory/memory-content.ts";
import type { Memory, MemoryContent, UpdateContextResult } from "../memory/memory.ts";
import type { ChatCompletionContext } from "../model-context/chat-completion-context.ts";
import { llmMessageToJson } from "../models/message-json.ts";
import type { LLMMessage } from "../models/messages.ts";
import type { RunContext } from "../run/run-context.ts";
import { isPlainEffect, leaf } from "./effect.ts";
import { readByJournal } from "./effect-spec.ts";

/** What a memory did to a model context; `null` stands for a `clear`. */
export interface MemoryUpdate {
  readonly memories: readonly MemoryContent[];
  readonly changes: readonly (LLMMessage | null)[];
}

/**
 * Lets a memory add what it knows to a model context: one leaf `memory`. The messages that it adds are part of the
 * recorded result, and are added again by a replay.
 */
export async function updateContextFromMemory(
  context: RunContext,
  memory: Memory,
  modelContext: ChatCompletionContext,
): Promise<UpdateContextResult> {
  if (isPlainEffect(context)) return memory.updateContext(modelContext);
  const query = (await modelContext.getMessages()).at(-1);
  const name = memory.name ?? "memory";
  let performed = false;
  const update = await leaf<MemoryUpdate>(
    context,
    {
      kind: "memory",
      name,
      repeat: "safe",
      request: () => ({ memory: name, query: query === undefined ? null : llmMessageToJson(query) }),
      codec: { encode: memoryUpdateToJson, decode: readByJournal },
      updates: true,
    },
    async () => {
      performed = true;
      const changes: (LLMMessage | null)[] = [];
      const { memories } = await memory.updateContext(watched(modelContext, changes));
      return { memories: memories.results, changes };
    },
  );
  if (!performed) {
    for (const change of update.changes) {
      if (change === null) await modelContext.clear();
      else await modelContext.addMessage(change);
    }
  }
  return { memories: { results: update.memories } };
}

/** The same context, its changes noted. */
function watched(target: ChatCompletionContext, changes: (LLMMessage | null)[]): ChatCompletionContext {
  return {
    addMessage: (message) => {
      changes.push(message);
      return target.addMessage(message);
    },
    clear: () => {
      changes.push(null);
      return target.clear();
    },
    getMessages: () => target.getMessages(),
    saveState: () => target.saveState(),
    loadState: (state) => target.loadState(state),
  };
}

/** What a memory did, as JSON. */
export function memoryUpdateToJson({ memories, changes }: MemoryUpdate): Json {
  return {
    memories: memories.map(memoryContentToJson),
    messages: changes.map((change) => (change === null ? null : llmMessageToJson(change))),
  };
}
