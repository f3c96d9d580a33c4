import type { Json, JsonObject } from "../json.ts";

/** A component as JSON: AutoGen's envelope, key for key. */
export interface ComponentModel {
  /** AutoGen's dotted path, or `tesserae.…` for what AutoGen lacks. */
  readonly provider: string;
  readonly component_type?: string | null;
  readonly version?: number | null;
  readonly component_version?: number | null;
  readonly description?: string | null;
  readonly label?: string | null;
  readonly config: JsonObject;
}

/** How a nested component is read while its owner is read. */
export interface LoadContext {
  /** Loads the component in `value`; `pointer` is its place in the owner's config, for error messages. */
  component<T extends object>(value: unknown, pointer: string, expected?: readonly string[]): Promise<T>;
  /** The resolver of tools by name, for tools that JSON cannot hold. */
  readonly resolve: (kind: string, name: string) => unknown;
}

/** How a nested component is written while its owner is written. */
export interface DumpContext {
  component(value: object): ComponentModel;
  /** Whether secrets are written in clear. Default false: they are masked. */
  readonly includeSecrets: boolean;
}

/**
 * How one class is written to and read from component JSON.
 * From it come validation, Studio's forms and the documentation.
 */
export interface ComponentDefinition<T extends object = object, Config extends object = object> {
  readonly provider: string;
  readonly componentType: string;
  /** The version of the config. Default 1. */
  readonly version?: number;
  /** Other provider strings that are accepted when reading. */
  readonly aliases?: readonly string[];
  readonly label: string;
  readonly description: string;
  /** A JSON Schema of the config, snake_case. */
  readonly schema: JsonObject;
  toConfig(instance: T, context: DumpContext): Config;
  fromConfig(config: Config, context: LoadContext): T | Promise<T>;
  /** Reads a config of an older version. Without it an older version is refused. */
  fromPastVersion?(config: JsonObject, version: number, context: LoadContext): T | Promise<T>;
  /** Keys of the config whose values are secret. */
  readonly secrets?: readonly string[];
}

/** The property of a component class that holds its {@link ComponentDefinition}. */
export interface ComponentClass<T extends object = object> {
  readonly component: ComponentDefinition<T, never>;
}

/** A value of a component's config. */
export type ConfigValue = Json;
