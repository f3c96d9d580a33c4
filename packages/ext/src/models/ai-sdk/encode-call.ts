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
import { unsupportedInput } from "../shared/unsupported-input.ts";
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
    ...effortOf(options, model),
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
  const { name, description, parameters, strict, provider } = toolSchemaOf(tool);
  if (provider !== undefined) return encodeProviderTool(name, provider, specificationVersion);
  return {
    type: "function",
    name: checkName(name, "tool name"),
    ...(description === undefined ? {} : { description }),
    inputSchema: parameters ?? { type: "object", properties: {} },
    // The oldest specification has no such member.
    ...(strict === undefined || specificationVersion === "v2" ? {} : { strict }),
  };
}

/** @throws ValueError for a type without the provider's name in front, by which the AI SDK's packages know their tools. */
function encodeProviderTool(
  name: string,
  form: JsonObject,
  version: LanguageModel["specificationVersion"],
): Readonly<Record<string, unknown>> {
  const { type, name: _, ...args } = form;
  if (typeof type !== "string" || !type.includes(".")) {
    throw unsupportedInput(
      `The provider's tool ${JSON.stringify(type)}`,
      "AISDKChatCompletionAdapter",
      'the AI SDK wants the provider\'s name in its type, such as "anthropic.web_search_20250305".',
    );
  }
  const ownName = form["name"] === undefined ? type.slice(type.indexOf(".") + 1).replace(/_\d{8}$/, "") : name;
  return { type: version === "v2" ? "provider-defined" : "provider", id: type, name: ownName, args };
}

/** The effort that the call asks for: a setting since the specification v4, before that each provider's own option. */
function effortOf({ reasoningEffort }: CreateOptions, { specificationVersion }: LanguageModel): JsonObject {
  if (reasoningEffort === undefined) return {};
  if (specificationVersion === "v4") return { reasoning: reasoningEffort };
  throw unsupportedInput(
    `The reasoning effort "${reasoningEffort}"`,
    "AISDKChatCompletionAdapter",
    "models of the AI SDK have one name for it since the specification v4. Say it in providerOptions.",
  );
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
