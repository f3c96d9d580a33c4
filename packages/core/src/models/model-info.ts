import { ValueError } from "../errors/kinds.ts";
import { isObject, type JsonObject } from "../json.ts";

/** What a model can do. In component JSON the keys are snake_case. */
export interface ModelInfo {
  /** Takes images. */
  readonly vision: boolean;
  /** Calls functions. */
  readonly functionCalling: boolean;
  /** Has a mode in which the answer is a JSON object. */
  readonly jsonOutput: boolean;
  /** Follows a JSON Schema in its answer. */
  readonly structuredOutput: boolean;
  /** A family of the table `ModelFamily`, or any other string. */
  readonly family: string;
  /** Accepts system messages in several places of the conversation. */
  readonly multipleSystemMessages?: boolean | undefined;
  /** Tokens of input and output together. */
  readonly contextWindow?: number | undefined;
  /** Takes files such as PDF. Absent: not known; they are sent, and the provider may refuse them. */
  readonly files?: boolean | undefined;
  /** Takes recordings. Absent: not known, as with files. */
  readonly audio?: boolean | undefined;
  /** Reasons before it answers, as much as it is told to. Absent: what the catalogue says, else not known. */
  readonly reasoning?: boolean | undefined;
}

/** The flags that may be absent, the same in JSON. */
const OPTIONAL_FLAGS = ["files", "audio", "reasoning"] as const;
const OPTIONAL_FLAG: JsonObject = { anyOf: [{ type: "boolean" }, { type: "null" }] };

/** The JSON Schema of a model's capabilities in component JSON. */
export const MODEL_INFO_SCHEMA: JsonObject = {
  type: "object",
  properties: {
    vision: { type: "boolean" },
    function_calling: { type: "boolean" },
    json_output: { type: "boolean" },
    family: { type: "string" },
    structured_output: { type: "boolean" },
    multiple_system_messages: OPTIONAL_FLAG,
    context_window: { anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }] },
    files: OPTIONAL_FLAG,
    audio: OPTIONAL_FLAG,
    reasoning: OPTIONAL_FLAG,
  },
  required: ["vision", "function_calling", "json_output", "family"],
};

/** Writes the capabilities for component JSON. */
export function modelInfoToJson(info: ModelInfo): JsonObject {
  return {
    vision: info.vision,
    function_calling: info.functionCalling,
    json_output: info.jsonOutput,
    family: info.family,
    structured_output: info.structuredOutput,
    ...(info.multipleSystemMessages === undefined ? {} : { multiple_system_messages: info.multipleSystemMessages }),
    ...(info.contextWindow === undefined ? {} : { context_window: info.contextWindow }),
    ...optionalFlags(info),
  };
}

/** Reads the capabilities from component JSON; a missing required one is an error that names it. */
export function modelInfoFromJson(json: unknown): ModelInfo {
  if (!isObject(json)) throw new ValueError("A model info must be an object.");
  for (const key of ["vision", "function_calling", "json_output", "family"]) {
    if (json[key] === undefined) {
      throw new ValueError(
        `Missing required field '${key}' in ModelInfo. Needed are vision, function_calling, json_output, family ` +
          "and structured_output.",
      );
    }
  }
  if (json["structured_output"] === undefined) {
    process.emitWarning("A model info without 'structured_output': it is taken as false.", {
      code: "TESSERAE_MODEL_INFO",
    });
  }
  const { multiple_system_messages: several, context_window: contextWindow } = json;
  return {
    vision: json["vision"] === true,
    functionCalling: json["function_calling"] === true,
    jsonOutput: json["json_output"] === true,
    structuredOutput: json["structured_output"] === true,
    family: String(json["family"]),
    ...(typeof several === "boolean" ? { multipleSystemMessages: several } : {}),
    ...(typeof contextWindow === "number" ? { contextWindow } : {}),
    ...optionalFlags(json),
  };
}

function optionalFlags(source: {
  readonly [flag in (typeof OPTIONAL_FLAGS)[number]]?: unknown;
}): Partial<Record<(typeof OPTIONAL_FLAGS)[number], boolean>> {
  const found: Partial<Record<(typeof OPTIONAL_FLAGS)[number], boolean>> = {};
  for (const flag of OPTIONAL_FLAGS) {
    const value = source[flag];
    if (typeof value === "boolean") found[flag] = value;
  }
  return found;
}
