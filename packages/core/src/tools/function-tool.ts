import type { StandardSchemaV1 } from "@standard-schema/spec";
import { raceSignal } from "../abort.ts";
import type { Repeat } from "../code-executor/code-executor.ts";
import { ValueError, throwIfAborted } from "../errors/kinds.ts";
import { isObject, type JsonObject } from "../json.ts";
import type { Awaitable } from "../model-context/chat-completion-context.ts";
import { compileSchema, toJsonSchema, toParametersSchema, validateStandard } from "../schema/index.ts";
import type { ComponentDefinition } from "../components/component.ts";
import { BaseTool } from "./base-tool.ts";
import { FUNCTION_TOOL_COMPONENT } from "./function-tool-components.ts";
import { ToolArgumentsError } from "./tool-errors.ts";
import { checkRequiresApproval, type RequiresApproval } from "./tool-policy.ts";
import type { ToolCallOptions, ToolSchema } from "./tool.ts";

/** The arguments that a tool's function gets for its `parameters`. */
export type ToolArguments<Parameters> = Parameters extends StandardSchemaV1
  ? StandardSchemaV1.InferOutput<Parameters>
  : Record<string, unknown>;

/** What makes a {@link FunctionTool}. */
export interface FunctionToolOptions<Parameters extends StandardSchemaV1 | JsonObject, Result> {
  /** The name under which models call it: letters, digits, `_` and `-`, at most 64. */
  readonly name: string;
  /** Tells the model what the tool does and when to use it. */
  readonly description: string;
  /** Any Standard Schema (zod, valibot, arktype …) or a JSON Schema of an object. */
  readonly parameters: Parameters;
  /** The JSON Schema of `parameters`, for a schema library that cannot tell it. */
  readonly jsonSchema?: JsonObject | undefined;
  /** Runs the tool. A thrown error becomes a result that tells the model what went wrong. */
  readonly execute: (args: ToolArguments<Parameters>, options: ToolCallOptions) => Awaitable<Result>;
  /** Asks the provider to keep exactly to the schema; then every parameter must be required. Default false. */
  readonly strict?: boolean | undefined;
  /** What resume does with a call that had begun and has no result. Default `"never"`. */
  readonly repeat?: Repeat | undefined;
  /** The tool makes several calls through the seam that are worth keeping one by one. Default false. */
  readonly composite?: boolean | undefined;
  /**
   * Whether a person must approve a call before it is made; a function gets the checked arguments. Default false. See
   * `RunApprovals` for who is asked.
   */
  readonly requiresApproval?: boolean | ((args: ToolArguments<Parameters>) => Awaitable<boolean>) | undefined;
  /** The text the model gets for a result. Default: text as it is, everything else as JSON. */
  readonly toText?: ((value: Result) => string) | undefined;
}

/** A tool made of a function; `tool()` infers its types. */
export class FunctionTool<
  Parameters extends StandardSchemaV1 | JsonObject = JsonObject,
  Result = unknown,
> extends BaseTool<Result> {
  static readonly component: ComponentDefinition<FunctionTool> = FUNCTION_TOOL_COMPONENT;

  readonly schema: ToolSchema;
  override readonly requiresApproval: RequiresApproval | undefined;
  readonly #options: FunctionToolOptions<Parameters, Result>;
  readonly #parse: (args: unknown) => Awaitable<unknown>;

  constructor(options: FunctionToolOptions<Parameters, Result>) {
    super({ ...options, requiresApproval: undefined });
    const { name }: { readonly name?: unknown } = isObject(options) ? options : {};
    if (typeof name !== "string" || !/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
      throw new ValueError(
        `Invalid tool name: '${String(name)}'. Use 1 to 64 of the characters a-z, A-Z, 0-9, "_" and "-".`,
      );
    }
    if (typeof options.execute !== "function") {
      throw new ValueError(`The tool '${options.name}' has no "execute" function.`);
    }
    this.#options = options;
    const { parameters, requiresApproval } = options;
    checkRequiresApproval(name, requiresApproval);
    this.requiresApproval =
      typeof requiresApproval === "function" ? (args) => this.#needsApproval(args, requiresApproval) : requiresApproval;
    const strict = options.strict ?? false;
    if (isStandardSchema(parameters)) {
      const json = options.jsonSchema ?? toJsonSchema(parameters);
      this.schema = toolSchema(options, toParametersSchema(json, { strict }), strict);
      this.#parse = (args) => parseStandard(options.name, parameters, args);
    } else {
      if (!isObject(parameters)) {
        throw new ValueError(
          `The tool '${options.name}' has no "parameters". Give a Standard Schema or a JSON Schema of an object.`,
        );
      }
      const json = toParametersSchema(parameters, { strict });
      this.schema = toolSchema(options, json, strict);
      const compiled = compileSchema(parameters, { coerce: true, defaults: true, unknownKeys: "strip" });
      this.#parse = (args) => {
        const outcome = compiled.validate(args ?? {});
        if (!outcome.ok) throw new ToolArgumentsError(options.name, outcome.issues);
        return outcome.value;
      };
    }
  }

  /** The function itself, with checked arguments. */
  run(args: ToolArguments<Parameters>, options: ToolCallOptions = {}): Promise<Result> {
    return raceSignal(Promise.resolve(this.#options.execute(args, options)), options.signal);
  }

  override async runJson(args: unknown, options: ToolCallOptions = {}): Promise<Result> {
    throwIfAborted(options.signal);
    const parsed = this.#parse(args);
    const value = parsed instanceof Promise ? await parsed : parsed;
    // What the schema gives is what the schema's type says.
    return this.run(value as ToolArguments<Parameters>, options);
  }

  /** Arguments that do not fit need no approval: the call fails by itself, and its result says where they do not. */
  async #needsApproval(
    args: JsonObject,
    requiresApproval: (args: ToolArguments<Parameters>) => Awaitable<boolean>,
  ): Promise<boolean> {
    let parsed: unknown;
    try {
      parsed = await this.#parse(args);
    } catch (error) {
      if (error instanceof ToolArgumentsError) return false;
      throw error;
    }
    // What the schema gives is what the schema's type says.
    return requiresApproval(parsed as ToolArguments<Parameters>);
  }

  override returnValueAsString(value: Result): string {
    return this.#options.toText?.(value) ?? super.returnValueAsString(value);
  }
}

/**
 * Makes a tool of a function. The types of the arguments follow from `parameters`:
 *
 * `tool({ name: "weather", description: "…", parameters: z.object({ city: z.string() }), execute: ({ city }) => … })`
 */
export function tool<const Parameters extends StandardSchemaV1 | JsonObject, Result>(
  options: FunctionToolOptions<Parameters, Result>,
): FunctionTool<Parameters, Result> {
  return new FunctionTool(options);
}

function toolSchema(
  options: { readonly name: string; readonly description: string },
  parameters: ToolSchema["parameters"],
  strict: boolean,
): ToolSchema {
  return { name: options.name, description: options.description, parameters, strict };
}

function isStandardSchema(value: StandardSchemaV1 | JsonObject): value is StandardSchemaV1 {
  return (typeof value === "object" || typeof value === "function") && value !== null && "~standard" in value;
}

function parseStandard(name: string, schema: StandardSchemaV1, args: unknown): Awaitable<unknown> {
  const outcome = validateStandard(schema, args ?? {});
  const settle = (result: Awaited<typeof outcome>): unknown => {
    if (!result.ok) throw new ToolArgumentsError(name, result.issues);
    return result.value;
  };
  return outcome instanceof Promise ? outcome.then(settle) : settle(outcome);
}
