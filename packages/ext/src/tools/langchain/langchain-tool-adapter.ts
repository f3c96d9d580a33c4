import {
  BaseTool,
  ValueError,
  isObject,
  isStandardSchema,
  raceSignal,
  throwIfAborted,
  toJsonSchema,
  toParametersSchema,
  type JsonObject,
  type ToolCallOptions,
  type ToolSchema,
} from "@tesserae/core";
import { zod3ToJsonSchema } from "@tesserae/core/schema/zod3";

/** As much of a LangChain.js tool as is used: `tool()`, `DynamicTool`, `DynamicStructuredTool` and subclasses have it. */
export interface LangChainTool {
  readonly name: string;
  readonly description: string;
  /** A zod schema, 3 or 4, or a JSON Schema. */
  readonly schema: object;
  invoke(input: never, config?: { readonly signal?: AbortSignal }): Promise<unknown>;
}

/** What a {@link LangChainToolAdapter} may be given beside the tool. */
export interface LangChainToolOptions {
  /** What resume does with a call that had begun and has no result. Default `"never"`. */
  readonly repeat?: "safe" | "never" | undefined;
  /** Whether a person must approve each call. Default false. */
  readonly requiresApproval?: boolean | undefined;
}

/**
 * A LangChain.js tool as a tool of an agent. Name, description and parameters are its own, it checks the arguments by
 * itself, and what its `invoke` gives is the result.
 *
 * @throws ValueError for what is no such tool. SchemaConversionError for parameters that have no JSON Schema.
 *
 * @example
 * const agent = new AssistantAgent({ name: "analyst", modelClient, tools: [new LangChainToolAdapter(averageAge)] });
 */
export class LangChainToolAdapter extends BaseTool {
  readonly schema: ToolSchema;
  readonly #tool: LangChainTool;

  constructor(tool: LangChainTool, options: LangChainToolOptions = {}) {
    if (!isObject(tool) || typeof tool.invoke !== "function" || !isObject(tool.schema)) {
      throw new ValueError(
        "Expected a LangChain.js tool, which has name, description, schema and invoke, as tool() and DynamicTool make it.",
      );
    }
    const { name, description } = tool;
    super({ name, description, ...options });
    this.#tool = tool;
    this.schema = { name, description, parameters: toParametersSchema(jsonSchemaOf(tool.schema)), strict: false };
  }

  override runJson(args: unknown, { signal }: ToolCallOptions = {}): Promise<unknown> {
    throwIfAborted(signal);
    // The tool takes what its schema says; only the tool knows what that is.
    const input = (args ?? {}) as never;
    return raceSignal(this.#tool.invoke(input, signal === undefined ? {} : { signal }), signal);
  }
}

/** The JSON Schema of what the tool accepts. */
function jsonSchemaOf(schema: object): JsonObject {
  if (isZod3(schema)) return toJsonSchema(schema, { adapter: zod3ToJsonSchema });
  return isStandardSchema(schema) ? toJsonSchema(schema) : (schema as JsonObject);
}

type Zod3 = Parameters<typeof toJsonSchema>[0] & Parameters<typeof zod3ToJsonSchema>[0];

function isZod3(schema: object): schema is Zod3 {
  return isStandardSchema(schema) && "_def" in schema && isObject(schema._def) && "typeName" in schema._def;
}
