import {
  type CreateOptions,
  isObject,
  type Json,
  type JsonObject,
  type LLMMessage,
  type ModelInfo,
  ValueError,
} from "@tesserae/core";
import { checkCapabilities, noReasoning } from "../shared/check-capabilities.ts";
import { extraArguments } from "./call-parameters.ts";
import { dialectOf, familyOf } from "./dialect.ts";
import { encodeMessages, type MessageRules } from "./encode-messages.ts";
import { checkStrictTools, encodeToolChoice, encodeTools } from "./encode-tools.ts";
import { functionTools, providerTools } from "./provider-tools.ts";
import { outputFormat } from "./output-format.ts";

/** What of a client shapes its requests. */
export interface RequestRules {
  readonly model: string;
  readonly info: ModelInfo;
  /** The info, with what the catalogue knows beside it. */
  readonly abilities: ModelInfo;
  /** Whether the model takes marks for its cache. */
  readonly breakpoints: boolean;
  readonly provider: string;
  /** Parameters of every call, by the API's names. */
  readonly defaults: JsonObject;
  readonly extraBody: JsonObject | undefined;
  readonly addNamePrefixes: boolean;
  readonly includeName: boolean;
  /** Whether the usage of a stream is asked for when nobody says. */
  readonly streamUsage: boolean;
}

/** The body of a request. */
export type RequestBody = JsonObject & { readonly model: string };

/** A request, ready to be sent. */
export interface EncodedRequest {
  readonly body: RequestBody;
  /** Seconds, when the call says. */
  readonly timeout: number | null | undefined;
}

/** How an answer is asked for: whole, or as a stream. */
export type Asked = { readonly stream: false } | { readonly stream: true; readonly includeUsage?: boolean | undefined };

/** Writes the request of a call. @throws ValueError for what the model cannot do and for arguments that contradict. */
export function encodeRequest(
  rules: RequestRules,
  messages: readonly LLMMessage[],
  options: CreateOptions,
  asked: Asked,
): EncodedRequest {
  const { tools: offered = [], jsonOutput } = options;
  const extra = extraArguments(options.extraCreateArgs, asked.stream);
  const effort: JsonObject = options.reasoningEffort === undefined ? {} : { reasoning_effort: options.reasoningEffort };
  const all: JsonObject = { ...rules.defaults, ...extra.fields, ...effort };
  const { stream_options, response_format, tool_choice: _, ...given } = all;
  const model = typeof given["model"] === "string" ? given["model"] : rules.model;
  // What is known of the client's model says nothing of another.
  const parameters = model === rules.model ? checkedEffort(given, model, rules.abilities) : given;
  checkCapabilities(model, rules.abilities, messages, { tools: offered, jsonOutput });
  const tools = functionTools(offered);
  const ofProvider = providerTools(offered, rules.provider, model);
  const { format, strict } = outputFormat(model, jsonOutput, response_format);
  const body: Record<string, Json> & { model: string } = {
    model,
    messages: encodeMessages(messages, messageRules(rules, model)),
    ...parameters,
  };
  const choice = encodeToolChoice({ ...options, tools });
  if (choice !== undefined) {
    const encoded = encodeTools(tools);
    if (strict) checkStrictTools(encoded);
    body["tools"] = encoded;
    body["tool_choice"] = choice;
  }
  if (ofProvider.tools.length > 0) {
    body["tools"] = [...listOf(body["tools"]), ...ofProvider.tools];
    if (choice === undefined && typeof options.toolChoice === "string") body["tool_choice"] = options.toolChoice;
  }
  if (ofProvider.searchOptions !== undefined) body["web_search_options"] = ofProvider.searchOptions;
  if (format !== undefined) body["response_format"] = format;
  if (asked.stream) {
    body["stream"] = true;
    const withUsage = streamOptions(stream_options, asked.includeUsage, rules.streamUsage);
    if (withUsage !== undefined) body["stream_options"] = withUsage;
  }
  return { body: Object.assign(body, rules.extraBody, extra.extraBody), timeout: extra.timeout };
}

/** The effort that a model of which it is known that it never reasons is asked for must be none, and is not sent. */
function checkedEffort(parameters: JsonObject, model: string, { reasoning }: ModelInfo): JsonObject {
  const { reasoning_effort: effort, ...others } = parameters;
  if (reasoning !== false || typeof effort !== "string") return parameters;
  if (effort === "none") return others;
  throw noReasoning(model, effort);
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** How a client's messages are written. */
export function messageRules(rules: RequestRules, model: string = rules.model): MessageRules {
  return {
    dialect: dialectOf(familyOf(model, rules.info.family)),
    model,
    provider: rules.provider,
    multipleSystemMessages: rules.info.multipleSystemMessages === true,
    addNamePrefixes: rules.addNamePrefixes,
    includeName: rules.includeName,
    breakpoints: rules.breakpoints && model === rules.model,
  };
}

/** Servers refuse `stream_options` in a call that is no stream, and some in every call: nothing is sent unless it says something. */
function streamOptions(
  parameter: Json | undefined,
  includeUsage: boolean | undefined,
  byDefault: boolean,
): Json | undefined {
  const said = isObject(parameter) ? parameter["include_usage"] : undefined;
  if (includeUsage !== undefined && typeof said === "boolean" && said !== includeUsage) {
    throw new ValueError(
      `includeUsage is ${includeUsage}, but stream_options.include_usage is ${said}: say one of them, or the same in both.`,
    );
  }
  if (parameter !== undefined)
    return includeUsage === true ? { ...(parameter as JsonObject), include_usage: true } : parameter;
  return (includeUsage ?? byDefault) ? { include_usage: true } : undefined;
}
