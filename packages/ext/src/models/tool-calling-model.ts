import type { ModelClientLike } from "@tesserae/agentchat";
import { isObject, ValueError, type ChatCompletionClient } from "@tesserae/core";
import { model } from "./model.ts";

/**
 * The model client of an agent that works by tools; a name is looked up.
 *
 * @throws {ValueError} for a model that does not call functions, naming the agent's class.
 */
export function toolCallingModel(given: ModelClientLike, needer: string): ChatCompletionClient {
  const modelClient = typeof given === "string" ? model(given) : given;
  const info: unknown = modelClient.modelInfo;
  if (isObject(info) && info["functionCalling"] === true) return modelClient;
  throw new ValueError(
    `The model '${modelClient.model}' does not support function calling, which ${needer} needs: choose another model.`,
  );
}
