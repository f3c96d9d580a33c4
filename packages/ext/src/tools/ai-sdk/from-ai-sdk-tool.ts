import {
  BaseTool,
  ToolArgumentsError,
  ValueError,
  isObject,
  isStandardSchema,
  raceSignal,
  throwIfAborted,
  toJsonSchema,
  toParametersSchema,
  validateStandard,
  type JsonObject,
  type ToolCallOptions,
  type ToolSchema,
} from "@tesserae/core";

/** What the AI SDK tells a tool of a call. */
interface AISDKCall {
  readonly toolCallId: string;
  readonly messages: never[];
  readonly abortSignal?: AbortSignal;
}

/** As much of a tool of the AI SDK (5 and 6) as is used: what its `tool()` and `dynamicTool()` make. */
export interface AISDKTool {
  readonly description?: string | undefined;
  /** A schema of the AI SDK, as its `jsonSchema()` makes it, or a Standard Schema. */
  readonly inputSchema: unknown;
  readonly strict?: boolean | undefined;
  readonly needsApproval?: boolean | ((input: never, options: AISDKCall) => unknown) | undefined;
  readonly execute?: ((input: never, options: AISDKCall) => unknown) | undefined;
}

/**
 * A tool of the AI SDK as a tool of an agent. Description and parameters are its own; of a tool that yields results while
 * it works the last one is the result; `needsApproval` goes before every call as `requiresApproval` does.
 *
 * @throws ValueError for a tool without `execute`: the provider, or the page that shows the chat, runs that one.
 */
export function fromAISDKTool(name: string, tool: AISDKTool): AISDKToolAdapter {
  return new AISDKToolAdapter(name, tool);
}

/** Made by {@link fromAISDKTool}. */
export class AISDKToolAdapter extends BaseTool {
  readonly schema: ToolSchema;
  readonly #execute: NonNullable<AISDKTool["execute"]>;
  readonly #inputSchema: unknown;

  constructor(name: string, tool: AISDKTool) {
    const { description = "", execute, needsApproval, inputSchema, strict = false } = tool;
    if (execute === undefined) {
      throw new ValueError(
        `The tool '${name}' has no execute function: it is run by the provider or by the page, and cannot be run here.`,
      );
    }
    const asks = typeof needsApproval === "function" ? needsApproval : undefined;
    super({
      name,
      description,
      requiresApproval:
        asks === undefined
          ? needsApproval === true
          : async (args: JsonObject) => (await asks(args as never, { toolCallId: "", messages: [] })) === true,
    });
    this.#execute = execute;
    this.#inputSchema = inputSchema;
    this.schema = { name, description, parameters: toParametersSchema(jsonSchemaOf(name, inputSchema)), strict };
  }

  override async runJson(args: unknown, { signal, callId = "" }: ToolCallOptions = {}): Promise<unknown> {
    throwIfAborted(signal);
    const input = (await this.#read(args ?? {})) as never;
    const call: AISDKCall = {
      toolCallId: callId,
      messages: [],
      ...(signal === undefined ? {} : { abortSignal: signal }),
    };
    return raceSignal(lastOf(this.#execute(input, call)), signal);
  }

  async #read(args: unknown): Promise<unknown> {
    const schema = this.#inputSchema;
    if (isStandardSchema(schema)) {
      const outcome = await validateStandard(schema, args);
      if (!outcome.ok) throw new ToolArgumentsError(this.name, outcome.issues);
      return outcome.value;
    }
    if (!isObject(schema) || typeof schema["validate"] !== "function") return args;
    const outcome: unknown = await schema["validate"](args);
    if (!isObject(outcome) || outcome["success"] === true) return isObject(outcome) ? outcome["value"] : args;
    throw outcome["error"] instanceof Error
      ? outcome["error"]
      : new ValueError(`The arguments do not fit '${this.name}'.`);
  }
}

/** A result, or the last of those that come one after the other. */
async function lastOf(result: unknown): Promise<unknown> {
  if (!isAsyncIterable(result)) return result;
  let last: unknown;
  for await (const item of result) last = item;
  return last;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

function jsonSchemaOf(name: string, schema: unknown): JsonObject {
  if (isStandardSchema(schema)) return toJsonSchema(schema);
  const json = isObject(schema) ? schema["jsonSchema"] : undefined;
  if (isObject(json) && !("then" in json)) return json as JsonObject;
  throw new ValueError(
    `The inputSchema of the tool '${name}' is neither a Standard Schema nor what the AI SDK's jsonSchema() makes.`,
  );
}
