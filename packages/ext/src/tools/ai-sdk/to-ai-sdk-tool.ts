import type { JsonObject, Tool } from "@tesserae/core";

/** A Standard Schema that says its JSON Schema. */
interface ToldSchema {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): { readonly value: unknown };
    readonly jsonSchema: { input(): JsonObject; output(): JsonObject };
  };
}

/** A tool as `generateText`, `streamText` and agents of the AI SDK (5 and 6) take it. */
export interface MadeAISDKTool {
  description: string;
  inputSchema: ToldSchema;
  execute(
    input: unknown,
    options: { readonly toolCallId: string; readonly abortSignal?: AbortSignal | undefined },
  ): Promise<string>;
}

/**
 * A tool of ours for the AI SDK. Models see the same description and parameters, and the same text as its result; an
 * argument that does not fit, and whatever the tool throws, is an error of the call.
 */
export function toAISDKTool(tool: Tool): MadeAISDKTool {
  const parameters: JsonObject = { type: "object", properties: {}, additionalProperties: false };
  const jsonSchema = Object.assign(parameters, tool.schema.parameters);
  const told: ToldSchema = {
    "~standard": {
      version: 1,
      vendor: "tesserae",
      // The tool checks its arguments itself.
      validate: (value) => ({ value }),
      jsonSchema: { input: () => jsonSchema, output: () => jsonSchema },
    },
  };
  // By this mark the AI SDK knows schemas of its own kind; version 5 takes no other.
  const marked = { [Symbol.for("vercel.ai.schema")]: true, _type: undefined, jsonSchema, validate: undefined };
  return {
    description: tool.description,
    inputSchema: { ...told, ...marked },
    async execute(input, { toolCallId, abortSignal }) {
      const value = await tool.runJson(input, { callId: toolCallId, signal: abortSignal });
      return tool.returnValueAsString(value);
    },
  };
}
