import {
  type CreateOptions,
  isObject,
  type Json,
  type JsonObject,
  type LLMMessage,
  type ModelInfo,
  ValueError,
} from "@tesserae/core";
import { checkCapabilities } from "../shared/check-capabilities.ts";
import { extraArguments } from "./call-parameters.ts";
import { dialectOf, familyOf } from "./dialect.ts";
import { encodeMessages, type MessageRules } from "./encode-messages.ts";
import { checkStrictTools, encodeToolChoice, encodeTools } from "./encode-tools.ts";
import { outputFormat } from "./output-format.ts";

/** What of a client shapes its requests. */
export interface RequestRules {
  readonly model: string;
  readonly info: ModelInfo;
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
  const { tools = [], jsonOutput } = options;
  const extra = extraArguments(options.extraCreateArgs, asked.stream);
  const { stream_options, response_format, tool_choice: _, ...parameters } = { ...rules.defaults, ...extra.fields };
  const model = typeof parameters["model"] === "string" ? parameters["model"] : rules.model;
  checkCapabilities(model, rules.info, messages, options);
  const { format, strict } = outputFormat(model, jsonOutput, response_format);
  const body: Record<string, Json> & { model: string } = {
    model,
    messages: encodeMessages(messages, messageRules(rules, model)) as unknown as Json,
    ...parameters,
  };
  const choice = encodeToolChoice(options);
  if (choice !== undefined) {
    const encoded = encodeTools(tools);
    if (strict) checkStrictTools(encoded);
    body["tools"] = encoded as unknown as Json;
    body["tool_choice"] = choice;
  }
  if (format !== undefined) body["response_format"] = format;
  if (asked.stream) {
    body["stream"] = true;
    const withUsage = streamOptions(stream_options, asked.includeUsage, rules.streamUsage);
    if (withUsage !== undefined) body["stream_options"] = withUsage;
  }
  return { body: Object.assign(body, rules.extraBody, extra.extraBody), timeout: extra.timeout };
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
