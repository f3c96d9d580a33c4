import {
  createResultFromJson,
  createResultToJson,
  isObject,
  MODEL_INFO_SCHEMA,
  modelInfoFromJson,
  modelInfoToJson,
  type CreateResult,
  type Json,
  type JsonObject,
} from "@tesserae/core";
import type { ReplayOptions } from "./options.ts";

/** The config of AutoGen's `ReplayChatCompletionClientConfig`. */
export const REPLAY_CONFIG_SCHEMA: JsonObject = {
  type: "object",
  properties: {
    chat_completions: { type: "array", items: { anyOf: [{ type: "string" }, { type: "object" }] } },
    model_info: { anyOf: [MODEL_INFO_SCHEMA, { type: "null" }] },
  },
  required: ["chat_completions"],
};

/** Writes the config. */
export function replayConfig({ chatCompletions, modelInfo }: ReplayOptions): JsonObject {
  return {
    chat_completions: chatCompletions.map((answer) => (typeof answer === "string" ? answer : resultToConfig(answer))),
    ...(modelInfo === undefined ? {} : { model_info: modelInfoToJson(modelInfo) }),
  };
}

/** Reads the config. */
export function replayOptionsOf(config: JsonObject): ReplayOptions {
  const { chat_completions: answers, model_info: modelInfo } = config;
  return {
    chatCompletions: (Array.isArray(answers) ? answers : []).map((answer: Json, index) =>
      typeof answer === "string" ? answer : createResultFromJson(answer, `/chat_completions/${index}`),
    ),
    ...(isObject(modelInfo) ? { modelInfo: modelInfoFromJson(modelInfo) } : {}),
  };
}

/** A dumped config leaves absent values out. */
function resultToConfig(result: CreateResult): JsonObject {
  return Object.fromEntries(Object.entries(createResultToJson(result)).filter(([, value]) => value !== null));
}
