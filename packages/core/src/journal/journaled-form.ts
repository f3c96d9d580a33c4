import type { EffectCodec, LeafSpec } from "../effects/effect-spec.ts";
import { packModelRequest } from "../effects/model-request.ts";
import { decodeCuts, encodeCuts } from "../effects/stream-cuts.ts";
import { memoryUpdateToJson, type MemoryUpdate } from "../effects/update-context-from-memory.ts";
import { isObject } from "../json.ts";
import { memoryContentFromJson } from "../memory/memory-content.ts";
import { createResultFromJson, createResultToJson } from "../models/create-result-json.ts";
import { llmMessageFromJson } from "../models/message-json.ts";
import type { CreateResult } from "../models/messages.ts";
import { textToolResult, toolResultFromJson, toolResultToJson } from "../tools/tool-result.ts";
import type { ToolResult } from "../tools/workbench.ts";

const CREATE_RESULT: EffectCodec<CreateResult> = {
  encode: createResultToJson,
  decode: (json) => createResultFromJson(json),
};

const MEMORY_UPDATE: EffectCodec<MemoryUpdate> = {
  encode: memoryUpdateToJson,
  decode: (json) => {
    const { memories, messages } = isObject(json) ? json : {};
    return {
      memories: Array.isArray(memories) ? memories.map(memoryContentFromJson) : [],
      changes: Array.isArray(messages)
        ? messages.map((message) => (message === null ? null : llmMessageFromJson(message)))
        : [],
    };
  },
};

/**
 * A leaf with everything by which a journal writes and reads it. How the calls of models, tools and memories are read is
 * known here, and not where they are made: a program without a journal has nothing of it.
 */
export function journaledForm<T>(spec: LeafSpec<T>): LeafSpec<T> {
  const { model, tool, items, updates } = spec;
  // Who names a model gives its answer, who names a tool its result: that is what T is then.
  if (tool !== undefined) return { ...spec, codec: toolResultCodec(tool) as EffectCodec<unknown> as EffectCodec<T> };
  if (updates === true) return { ...spec, codec: MEMORY_UPDATE as EffectCodec<unknown> as EffectCodec<T> };
  if (model === undefined) return spec;
  const { client, messages, options } = model;
  const form: Pick<LeafSpec<CreateResult>, "codec" | "pack"> = {
    codec: CREATE_RESULT,
    pack: (packer) => packModelRequest(packer, client, messages, options),
  };
  const cuts = items === undefined ? {} : { items: { ...items, encode: encodeCuts, decode: decodeCuts } };
  return { ...spec, ...form, ...cuts } as unknown as LeafSpec<T>;
}

function toolResultCodec(name: string): EffectCodec<ToolResult> {
  return {
    encode: toolResultToJson,
    // A person who says what became of a call in doubt gives its text.
    decode: (json) => (typeof json === "string" ? textToolResult(name, json) : toolResultFromJson(json)),
  };
}
