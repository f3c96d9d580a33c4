import { MODEL_INFO_SCHEMA, type JsonObject } from "@tesserae/core";
import { EFFORTS } from "./effort.ts";

const optional = (schema: JsonObject): JsonObject => ({ anyOf: [schema, { type: "null" }] });
const TEXT_MAP: JsonObject = { type: "object", additionalProperties: { type: "string" } };

/** The config of AutoGen's `AnthropicClientConfigurationConfigModel`; the last three keys, `reasoning_effort` and `prompt_cache` are ours. */
export const ANTHROPIC_CONFIG_SCHEMA: JsonObject = {
  type: "object",
  properties: {
    model: { type: "string", minLength: 1 },
    api_key: optional({ type: "string" }),
    base_url: optional({ type: "string" }),
    timeout: optional({ type: "number", exclusiveMinimum: 0 }),
    max_retries: optional({ type: "integer", minimum: 0 }),
    default_headers: optional(TEXT_MAP),
    max_tokens: optional({ type: "integer", minimum: 0 }),
    temperature: optional({ type: "number" }),
    top_p: optional({ type: "number" }),
    top_k: optional({ type: "integer" }),
    stop_sequences: optional({ type: "array", items: { type: "string" } }),
    response_format: optional({
      type: "object",
      properties: { type: { enum: ["text", "json_object"] } },
      required: ["type"],
    }),
    metadata: optional(TEXT_MAP),
    thinking: optional({
      type: "object",
      properties: {
        type: { type: "string" },
        budget_tokens: optional({ type: "integer", minimum: 0 }),
        display: optional({ type: "string" }),
      },
      required: ["type"],
    }),
    reasoning_effort: optional({ enum: [...EFFORTS] }),
    prompt_cache: optional({ enum: ["5m", "1h"] }),
    tools: optional({ type: "array", items: { type: "object" } }),
    tool_choice: optional({ anyOf: [{ enum: ["auto", "any", "none"] }, { type: "object" }] }),
    model_info: optional(MODEL_INFO_SCHEMA),
    model_capabilities: optional({
      type: "object",
      properties: {
        vision: { type: "boolean" },
        function_calling: { type: "boolean" },
        json_output: { type: "boolean" },
      },
      required: ["vision", "function_calling", "json_output"],
    }),
    reasoning_in_stream: optional({ type: "boolean" }),
    max_continuations: optional({ type: "integer", minimum: 0 }),
    extra_body: optional({ type: "object" }),
  },
  required: ["model"],
};
