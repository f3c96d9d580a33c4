import type { JsonObject } from "../json.ts";
import type { ComponentIssue } from "./component-error.ts";

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

/** How nested components are read while their owner is read. */
export interface LoadContext {
  /** Loads the component in `value`; `pointer` is its place in the owner's config, for error messages. */
  component<T extends object>(value: unknown, pointer: string): Promise<T>;
  /**
   * Finds what JSON cannot hold: the function behind a tool's name, a named condition of a graph's edge.
   * Throws an error that says how to provide it when there is none.
   */
  resolve(kind: string, name: string): unknown;
}

/** How nested components are written while their owner is written. */
export interface DumpContext {
  component(value: object): JsonObject;
  /** Whether secrets are written in clear. Default false: they are masked. */
  readonly includeSecrets: boolean;
}

/**
 * How one class is written to and read from component JSON; the class holds it as its static `component`.
 * From it come validation, Studio's forms and the documentation.
 *
 * In `schema` a nested component is marked with `"x-component": ["agent", "team"]`, its allowed component types.
 */
export interface ComponentDefinition<T extends object = object> {
  readonly provider: string;
  readonly componentType: string;
  /** The version of the config. Default 1. */
  readonly version?: number;
  /** Other provider strings that are accepted when reading. */
  readonly aliases?: readonly string[];
  readonly label: string;
  readonly description: string;
  /** A JSON Schema of the config, with the snake_case keys of the JSON. */
  readonly schema: JsonObject;
  /** Keys of the config whose values are secret: masked when written, refused when masked text is read. */
  readonly secrets?: readonly string[];
  /**
   * What the schema cannot say, such as names that must differ; pointers are inside of the config. Called for configs
   * that may not fit the schema.
   */
  check?(config: JsonObject): readonly ComponentIssue[];
  /** Writes the config. Absent values are left out; secrets are masked afterwards. */
  toConfig(instance: T, context: DumpContext): JsonObject;
  /** Makes an instance of a config that fits the schema. */
  fromConfig(config: JsonObject, context: LoadContext): T | Promise<T>;
  /** Brings a config of an older version up to date. Without it an older version is refused. */
  upgrade?(config: JsonObject, version: number): JsonObject;
}

/** A class whose instances can be written as component JSON. */
export interface ComponentClass<T extends object = object> {
  readonly component: ComponentDefinition<T>;
}

/** A definition that is loaded when the first component of its provider is read. */
export interface LazyComponent {
  readonly provider: string;
  readonly componentType: string;
  readonly aliases?: readonly string[];
  readonly load: () => Promise<ComponentDefinition>;
}
