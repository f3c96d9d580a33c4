import {
  isObject,
  strictSchema,
  ValueError,
  type CreateOptions,
  type JsonObject,
  type LLMMessage,
  type ModelInfo,
} from "@tesserae/core";
import { checkName } from "../shared/check-name.ts";
import { namedToolChoice, toolSchemaOf } from "../shared/tool-schema.ts";
import { warnOnce } from "../shared/warn.ts";
import { encodePrompt } from "./encode-prompt.ts";
import type { LanguageModel, LanguageModelCall } from "./language-model.ts";
import { SETTINGS } from "./options.ts";

/** What is the same in all calls of an adapter. */
export interface CallDefaults {
  readonly model: LanguageModel;
  readonly modelInfo: ModelInfo;
  /** Settings, and provider options. */
  readonly settings: JsonObject;
}

/** Writes a call. */
export function encodeCall(
  { model, modelInfo, settings }: CallDefaults,
  messages: readonly LLMMessage[],
  options: CreateOptions,
): LanguageModelCall {
  const { tools = [], signal } = options;
  const choice = namedToolChoice(options);
  const format = responseFormat(options.jsonOutput);
  const call = {
    prompt: encodePrompt(messages, model, modelInfo.multipleSystemMessages === false),
    ...mergeSettings(mergeSettings(format.settings, settings), readSettings(options.extraCreateArgs)),
    ...(format.value === undefined ? {} : { responseFormat: format.value }),
    ...(tools.length === 0 ? {} : { tools: tools.map((tool) => encodeTool(tool, model)) }),
    ...(choice === undefined
      ? {}
      : { toolChoice: typeof choice === "string" ? { type: choice } : { type: "tool", toolName: choice.name } }),
    ...(signal === undefined ? {} : { abortSignal: signal }),
  };
  return call;
}

function encodeTool(
  tool: NonNullable<CreateOptions["tools"]>[number],
  { specificationVersion }: LanguageModel,
): Readonly<Record<string, unknown>> {
  const { name, description, parameters, strict } = toolSchemaOf(tool);
  return {
    type: "function",
    name: checkName(name, "tool name"),
    ...(description === undefined ? {} : { description }),
    inputSchema: parameters ?? { type: "object", properties: {} },
    // The oldest specification has no such member.
    ...(strict === undefined || specificationVersion === "v2" ? {} : { strict }),
  };
}

interface ResponseFormat {
  readonly value: JsonObject | undefined;
  /** Settings that go with it, before all others. */
  readonly settings: JsonObject;
}

function responseFormat(wanted: CreateOptions["jsonOutput"]): ResponseFormat {
  if (wanted === undefined) return { value: undefined, settings: {} };
  if (typeof wanted === "boolean") return { value: { type: wanted ? "json" : "text" }, settings: {} };
  if (!isObject(wanted) || !isObject(wanted.schema)) {
    throw new ValueError("jsonOutput must be true, false, or { name, schema } with a JSON Schema.");
  }
  const { name, schema, description, strict } = wanted;
  const made = strict === undefined ? strictSchema(schema) : undefined;
  const format = { type: "json", schema: made?.ok === true ? made.schema : schema, name };
  return {
    value: description === undefined ? format : { ...format, description },
    // The package for OpenAI calls every schema strict unless it is told; others do not look at these options.
    settings: (made?.ok ?? strict) === false ? { providerOptions: { openai: { strictJsonSchema: false } } } : {},
  };
}

/** What `extraCreateArgs` may say: settings and provider options. What is neither is not sent. */
function readSettings(extra: CreateOptions["extraCreateArgs"]): JsonObject {
  if (extra === undefined) return {};
  const known = Object.entries(extra).filter(([name]) => {
    if (name === "providerOptions" || SETTINGS.some((setting) => setting === name)) return true;
    warnOnce(
      "TESSERAE_UNKNOWN_OPTION",
      `AISDKChatCompletionAdapter does not know "${name}" in extraCreateArgs; it is not sent. What only one provider ` +
        "knows belongs into providerOptions.",
    );
    return false;
  });
  return Object.fromEntries(known);
}

/** The settings of a call go before the adapter's; provider options are joined provider by provider. */
function mergeSettings(defaults: JsonObject, own: JsonObject): JsonObject {
  const merged: Record<string, JsonObject[string]> = { ...defaults, ...own };
  const before = defaults["providerOptions"];
  const after = own["providerOptions"];
  if (isObject(before) && isObject(after)) {
    const options: Record<string, JsonObject[string]> = { ...before };
    for (const [provider, values] of Object.entries(after)) {
      const known = options[provider];
      options[provider] = isObject(known) && isObject(values) ? { ...known, ...values } : values;
    }
    merged["providerOptions"] = options;
  }
  return merged;
}
