import type { JsonObject } from "../json.ts";

const TEXT: JsonObject = { type: "string" };
const OPTIONAL_TEXT: JsonObject = { anyOf: [TEXT, { type: "null" }] };
const IMAGE: JsonObject = { type: "object", properties: { data: TEXT }, required: ["data"] };
const FILE: JsonObject = { type: "object", required: ["media_type"] };
const CALL: JsonObject = {
  type: "object",
  properties: { id: TEXT, arguments: TEXT, name: TEXT },
  required: ["id", "arguments", "name"],
};
const RESULT: JsonObject = {
  type: "object",
  properties: {
    content: TEXT,
    name: TEXT,
    call_id: TEXT,
    is_error: { anyOf: [{ type: "boolean" }, { type: "null" }] },
  },
  required: ["content", "name", "call_id"],
};

/** The JSON Schema of a model message in component JSON, told apart by `type`. */
export const LLM_MESSAGE_SCHEMA: JsonObject = {
  oneOf: [
    message("SystemMessage", { content: TEXT }),
    message("UserMessage", {
      content: { anyOf: [TEXT, { type: "array", items: { anyOf: [TEXT, IMAGE, FILE] } }] },
      source: TEXT,
    }),
    message(
      "AssistantMessage",
      { content: { anyOf: [TEXT, { type: "array", items: CALL }] }, source: TEXT },
      { thought: OPTIONAL_TEXT },
    ),
    message("FunctionExecutionResultMessage", { content: { type: "array", items: RESULT } }),
  ],
  discriminator: { propertyName: "type" },
};

function message(type: string, required: JsonObject, optional: JsonObject = {}): JsonObject {
  return {
    type: "object",
    properties: { ...required, ...optional, type: { const: type } },
    required: [...Object.keys(required), "type"],
  };
}
