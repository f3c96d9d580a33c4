import type { ComponentDefinition, JsonObject } from "@tesserae/core";

/* @__NO_SIDE_EFFECTS__ */
/** What the component definitions of the conditions share: the envelope and the shape of the schema. */
export function conditionComponent<T extends object, Config extends JsonObject>(definition: {
  readonly name: string;
  /** Default: AutoGen's. */
  readonly namespace?: string;
  readonly description: string;
  readonly properties: JsonObject;
  readonly required: readonly string[];
  readonly toConfig: (condition: T) => JsonObject;
  fromConfig(config: Config): T;
}): ComponentDefinition<T> {
  return {
    provider: `${definition.namespace ?? "autogen_agentchat.conditions"}.${definition.name}`,
    componentType: "termination",
    label: definition.name,
    description: definition.description,
    schema: { type: "object", properties: definition.properties, required: definition.required },
    toConfig: definition.toConfig,
    fromConfig: (config: Config) => definition.fromConfig(config),
  };
}
