import { isObject, type ComponentRegistry, type Json, type JsonObject } from "@tesserae/core";

/** The component types of whatever answers as a model. */
const MODEL_TYPES: readonly string[] = ["model", "replay_chat_completion_client", "chat_completion_cache"];

/** The JSON of a component with another model in the place of every model client in it. */
export async function replaceModels(json: Json, model: JsonObject, registry: ComponentRegistry): Promise<Json> {
  if (Array.isArray(json)) return Promise.all(json.map((item: Json) => replaceModels(item, model, registry)));
  if (!isObject(json)) return json;
  const { provider } = json;
  const definition = typeof provider === "string" && "config" in json ? await registry.definition(provider) : undefined;
  if (definition !== undefined && MODEL_TYPES.includes(definition.componentType)) return model;
  const entries = Object.entries(json).map(
    async ([key, value]) => [key, await replaceModels(value, model, registry)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** The team with another limit of turns. `undefined` when the component has none. */
export function withMaxTurns(json: Json, maxTurns: number): Json | undefined {
  const config = isObject(json) ? json["config"] : undefined;
  if (!isObject(json) || !isObject(config)) return undefined;
  return { ...json, config: { ...config, max_turns: maxTurns } };
}
