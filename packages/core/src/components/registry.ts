import { RuntimeError, ValueError } from "../errors/kinds.ts";
import { isTesseraeError } from "../errors/tesserae-error.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { ComponentClass, ComponentDefinition, LazyComponent, LoadContext } from "./component.ts";
import { ComponentError, type ComponentIssue } from "./component-error.ts";
import { configIssues, nestedComponents, unknownKeys } from "./validate.ts";

/** What loading a component may be told. */
export interface LoadOptions {
  /** The component types that are accepted at the root. Default: any. */
  readonly expected?: string | readonly string[] | undefined;
  /** What JSON cannot hold, by kind and name: `{ tool: { add: myAddTool } }`. */
  readonly resolve?: { readonly [kind: string]: { readonly [name: string]: unknown } } | undefined;
  /** Where `"$env:NAME"` is looked up. Default: the process's environment. */
  readonly environment?: { readonly [name: string]: string | undefined } | undefined;
  /** Reads configs of a newer version than the class's. Default false. */
  readonly allowNewer?: boolean | undefined;
}

/** What {@link ComponentRegistry.validate} found. */
export interface ValidationReport {
  /** What makes the component unusable. */
  readonly errors: readonly ComponentIssue[];
  /** What is probably a mistake, such as an unknown key. */
  readonly warnings: readonly ComponentIssue[];
}

/**
 * Knows which class stands for which provider string. Nothing is imported or evaluated because a JSON file says so:
 * only what was registered can be loaded.
 */
export class ComponentRegistry {
  readonly #entries = new Map<string, LazyComponent>();
  readonly #definitions = new Map<LazyComponent, Promise<ComponentDefinition>>();

  /** Adds classes, definitions or lazy ones; a later one replaces an earlier one of the same provider. */
  register(...components: readonly (ComponentClass | ComponentDefinition | LazyComponent)[]): this {
    for (const component of components) {
      const entry = toLazy(component);
      for (const name of [entry.provider, ...(entry.aliases ?? [])]) this.#entries.set(name, entry);
    }
    return this;
  }

  /** Every provider string that can be loaded, with its component type. */
  providers(): readonly { readonly provider: string; readonly componentType: string }[] {
    return [...new Set(this.#entries.values())].map(({ provider, componentType }) => ({ provider, componentType }));
  }

  /** The definition of a provider or alias. */
  definition(provider: string): Promise<ComponentDefinition> | undefined {
    const entry = this.#entries.get(provider);
    if (entry === undefined) return undefined;
    let definition = this.#definitions.get(entry);
    if (definition === undefined) {
      definition = entry.load();
      this.#definitions.set(entry, definition);
    }
    return definition;
  }

  /** Everything that is wrong with a component's JSON, nested components included, each with its pointer. */
  async validate(model: unknown, options: LoadOptions = {}): Promise<ValidationReport> {
    const errors: ComponentIssue[] = [];
    const warnings: ComponentIssue[] = [];
    await this.#validate(model, "", asList(options.expected), options, errors, warnings);
    return { errors, warnings };
  }

  /**
   * Makes the component that the JSON describes.
   * @throws ComponentError with every issue at once.
   */
  async load<T extends object = object>(model: unknown, options: LoadOptions = {}): Promise<T> {
    const { errors, warnings } = await this.validate(model, options);
    if (errors.length > 0) throw new ComponentError("ERR_COMPONENT_INVALID", errors);
    for (const { pointer, message } of warnings) {
      process.emitWarning(`${pointer}: ${message}`, { code: "TESSERAE_UNKNOWN_CONFIG_KEY" });
    }
    const instance = await this.#make(model, "", options);
    // The expected component type is what says that the object is a T.
    return instance as T;
  }

  async #validate(
    model: unknown,
    pointer: string,
    expected: readonly string[],
    options: LoadOptions,
    errors: ComponentIssue[],
    warnings: ComponentIssue[],
  ): Promise<void> {
    const add = (at: string, message: string): void => void errors.push({ pointer: `${pointer}${at}`, message });
    if (!isObject(model)) return add("", `expected a component (an object with "provider" and "config"), found ${kindOf(model)}`);
    const { provider, config = {} } = model;
    if (typeof provider !== "string" || provider === "") return add("/provider", "expected the provider's name as text");
    const definition = await this.definition(provider);
    if (definition === undefined) return add("/provider", this.#unknownProvider(provider));
    if (expected.length > 0 && !expected.includes(definition.componentType)) {
      return add("/provider", `expected a component of type ${expected.join(" or ")}, '${provider}' is of type ${definition.componentType}`);
    }
    const version = model["component_version"] ?? definition.version ?? 1;
    if (typeof version !== "number" || !Number.isInteger(version)) return add("/component_version", "expected a whole number");
    const problem = versionProblem(definition, version, options);
    if (problem !== undefined) return add("/component_version", problem);
    if (!isObject(config)) return add("/config", `expected an object, found ${kindOf(config)}`);
    const current = upToDate(definition, config as JsonObject, version);
    errors.push(...configIssues(definition, current, `${pointer}/config`));
    for (const key of unknownKeys(definition, current)) {
      warnings.push({ pointer: `${pointer}/config/${key}`, message: `'${provider}' does not know this key; it is ignored` });
    }
    for (const nested of nestedComponents(definition.schema, current, `${pointer}/config`)) {
      await this.#validate(nested.value, nested.pointer, nested.expected, options, errors, warnings);
    }
  }

  async #make(model: unknown, pointer: string, options: LoadOptions): Promise<object> {
    const source = isObject(model) ? model : {};
    const definition = await this.definition(String(source["provider"]));
    if (definition === undefined) {
      throw new ComponentError("ERR_COMPONENT_INVALID", [
        { pointer: `${pointer}/provider`, message: this.#unknownProvider(String(source["provider"])) },
      ]);
    }
    const version = Number(source["component_version"] ?? definition.version ?? 1);
    const config = upToDate(definition, (source["config"] ?? {}) as JsonObject, version);
    const context: LoadContext = {
      component: async <T extends object>(value: unknown, at: string): Promise<T> =>
        (await this.#make(value, `${pointer}/config${at}`, options)) as T,
      resolve: (kind, name) => resolveNamed(kind, name, options),
    };
    try {
      return await definition.fromConfig(withoutNulls(withEnvironment(config, options)), context);
    } catch (error) {
      if (error instanceof ComponentError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      const code = isTesseraeError(error) ? error.code : "ERR_COMPONENT_INVALID";
      throw new ComponentError(code, [{ pointer: `${pointer}/config`, message }], { cause: error });
    }
  }

  #unknownProvider(provider: string): string {
    const last = provider.slice(provider.lastIndexOf(".") + 1).toLowerCase();
    const near = this.providers().find((known) => known.provider.toLowerCase().endsWith(`.${last}`));
    return (
      `unknown provider '${provider}'. ` +
      (near === undefined ? "Register its class with the component registry" : `Did you mean '${near.provider}'?`)
    );
  }
}

function toLazy(component: ComponentClass | ComponentDefinition | LazyComponent): LazyComponent {
  if ("load" in component) return component;
  const definition = "component" in component ? component.component : component;
  return {
    provider: definition.provider,
    componentType: definition.componentType,
    ...(definition.aliases === undefined ? {} : { aliases: definition.aliases }),
    load: () => Promise.resolve(definition),
  };
}

function versionProblem(definition: ComponentDefinition, version: number, options: LoadOptions): string | undefined {
  const own = definition.version ?? 1;
  if (version > own && options.allowNewer !== true) {
    return `version ${version} is newer than version ${own} of '${definition.provider}'. Update Tesserae, or load with allowNewer`;
  }
  if (version < own && definition.upgrade === undefined) {
    return `reading version ${version} of '${definition.provider}' is not implemented; its version is ${own}`;
  }
  return undefined;
}

function upToDate(definition: ComponentDefinition, config: JsonObject, version: number): JsonObject {
  return version < (definition.version ?? 1) ? (definition.upgrade?.(config, version) ?? config) : config;
}

/** Python leaves out absent values; a null in a hand-written file means the same. */
function withoutNulls(config: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
}

function withEnvironment(config: JsonObject, options: LoadOptions): JsonObject {
  const environment = options.environment ?? process.env;
  const replaced = (value: Json): Json => {
    if (typeof value === "string" && value.startsWith("$env:")) {
      const name = value.slice("$env:".length);
      const found = environment[name];
      if (found === undefined || found === "") {
        throw new ValueError(`The environment variable ${name}, named by "${value}", is not set.`);
      }
      return found;
    }
    return value;
  };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, replaced(value)]));
}

function resolveNamed(kind: string, name: string, options: LoadOptions): unknown {
  const named = options.resolve?.[kind];
  if (named === undefined || !Object.hasOwn(named, name)) {
    throw new RuntimeError(
      `The ${kind} '${name}' is a function, which JSON cannot hold. Give it when loading: { resolve: { ${kind}: { "${name}": … } } }.`,
      { code: "ERR_COMPONENT_UNRESOLVED" },
    );
  }
  return named[name];
}

function asList(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}

function kindOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "a list" : value === undefined ? "nothing" : `a ${typeof value}`;
}
