import { buildComponent, buildError, type BuildProblem, type Resolvable } from "./build-component.ts";
import type { ComponentClass, ComponentDefinition, LazyComponent } from "./component.ts";
import { ComponentError, type ComponentIssue } from "./component-error.ts";
import type { Environment } from "./environment.ts";
import { readComponent, type ReadComponent } from "./read-component.ts";

/** What loading a component may be told. */
export interface LoadOptions {
  /** The component types that are accepted at the root. Default: any. */
  readonly expected?: string | readonly string[] | undefined;
  /** What JSON cannot hold, by kind and name: `{ tool: { add: myAddTool } }`. */
  readonly resolve?: Resolvable | undefined;
  /** Where `"$env:NAME"` is looked up. Default: the process's environment. */
  readonly environment?: Environment | undefined;
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

  /**
   * Everything that is wrong with a component's JSON, nested components included, each with its pointer. Where the JSON
   * itself is right the components are made, so that what only their classes can tell is told too.
   */
  async validate(model: unknown, options: LoadOptions = {}): Promise<ValidationReport> {
    const { read, errors, warnings } = await this.#read(model, options);
    if (read === undefined || errors.length > 0) return { errors, warnings };
    const problems: BuildProblem[] = [];
    await buildComponent(read, options.resolve ?? {}, problems);
    return { errors: problems.map(({ issue }) => issue), warnings };
  }

  /**
   * Makes the component that the JSON describes.
   * @throws ComponentError with every issue at once.
   */
  async load<T extends object = object>(model: unknown, options: LoadOptions = {}): Promise<T> {
    const { read, errors, warnings } = await this.#read(model, options);
    for (const { pointer, message } of warnings) {
      process.emitWarning(`${pointer}: ${message}`, { code: "TESSERAE_UNKNOWN_CONFIG_KEY" });
    }
    if (read === undefined || errors.length > 0) throw new ComponentError("ERR_COMPONENT_INVALID", errors);
    const problems: BuildProblem[] = [];
    const instance = await buildComponent(read, options.resolve ?? {}, problems);
    if (instance === undefined) throw buildError(problems);
    // The expected component type is what says that the object is a T.
    return instance as T;
  }

  async #read(
    model: unknown,
    options: LoadOptions,
  ): Promise<ValidationReport & { readonly read: ReadComponent | undefined }> {
    const errors: ComponentIssue[] = [];
    const warnings: ComponentIssue[] = [];
    const read = await readComponent(model, "", asList(options.expected), {
      definition: (provider) => this.definition(provider),
      unknownProvider: (provider) => this.#unknownProvider(provider),
      environment: options.environment ?? process.env,
      allowNewer: options.allowNewer ?? false,
      errors,
      warnings,
    });
    return { read, errors, warnings };
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

function asList(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}
