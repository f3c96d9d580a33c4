import {
  AssistantMessage,
  filePart,
  FunctionExecutionResultMessage,
  imageFromUrl,
  isObject,
  type ContentPart,
  type CreateOptions,
  type Json,
  type JsonObject,
  type LLMMessage,
  providerTool,
  type ProviderToolForm,
  type ReasoningEffort,
  SystemMessage,
  type ToolSchema,
  UserMessage,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { recordedExchanges, RECORDINGS, SKIPPED } from "../../../../wire/test/recordings.ts";
import { AnthropicChatCompletionClient } from "./anthropic-chat-completion-client.ts";

const TOOL_MEMBERS: readonly string[] = ["name", "description", "input_schema", "strict"];

type Block = Readonly<Record<string, unknown>>;

interface Said {
  readonly model: string;
  readonly messages: readonly LLMMessage[];
  readonly call: CreateOptions;
}

/** A recorded request in our words; `undefined` where it holds what our messages and tools do not have. */
function said(request: JsonObject): Said | undefined {
  const {
    model,
    system,
    messages,
    tools,
    tool_choice: choice,
    stream: _,
    thinking,
    output_config: output,
    ...rest
  } = request;
  const ours: LLMMessage[] = [];
  const instructions = typeof system === "string" ? system : blocksOf(system).map(textOf).join("");
  if (instructions !== "") ours.push(SystemMessage({ content: instructions }));
  for (const message of blocksOf(messages)) {
    const read = message["role"] === "assistant" ? answerOf(message) : questionOf(message);
    if (read === undefined) return undefined;
    ours.push(read);
  }
  const effort =
    isObject(output) && isObject(thinking) && thinking["type"] === "adaptive" ? output["effort"] : undefined;
  if (blocksOf(tools).some(isBeyondUs)) return undefined;
  const offered = blocksOf(tools).map((tool) =>
    tool["type"] === undefined ? functionTool(tool) : providerTool(tool as unknown as ProviderToolForm),
  );
  return {
    model: typeof model === "string" ? model : "",
    messages: ours,
    call: {
      tools: offered,
      ...(isObject(choice) && choice["type"] === "any" ? { toolChoice: "required" as const } : {}),
      ...(typeof effort === "string" ? { reasoningEffort: effort as ReasoningEffort } : {}),
      extraCreateArgs: {
        ...rest,
        ...(thinking === undefined || thinking === null ? {} : { thinking }),
        ...(effort !== undefined || output === undefined ? {} : { output_config: output }),
      },
    },
  };
}

function questionOf({ content }: Block): LLMMessage | undefined {
  if (typeof content === "string") return UserMessage({ content, source: "user" });
  const blocks = blocksOf(content);
  if (blocks.every(({ type }) => type === "tool_result")) {
    const results = blocks.map((block) => ({
      content:
        typeof block["content"] === "string" ? block["content"] : blocksOf(block["content"]).map(textOf).join(""),
      name: "",
      callId: String(block["tool_use_id"]),
      ...(block["is_error"] === true ? { isError: true } : {}),
    }));
    return FunctionExecutionResultMessage({ content: results });
  }
  const parts = blocks.map(partOf);
  return parts.includes(undefined)
    ? undefined
    : UserMessage({ content: parts.filter((part) => part !== undefined), source: "user" });
}

function partOf(block: Block): ContentPart | undefined {
  if (block["type"] === "text") return textOf(block);
  const { source } = block;
  if (block["type"] === "image" && isObject(source) && source["type"] === "url")
    return imageFromUrl(String(source["url"]));
  if (block["type"] !== "document" || !isObject(source)) return undefined;
  return filePart({ mediaType: String(source["media_type"]), base64: String(source["data"]) });
}

function answerOf({ content }: Block): LLMMessage {
  if (typeof content === "string") return AssistantMessage({ content, source: "bot" });
  const blocks = blocksOf(content);
  const calls = blocks
    .filter(({ type }) => type === "tool_use")
    .map(({ id, name, input }) => ({ id: String(id), name: String(name), arguments: JSON.stringify(input) }));
  const text = blocks
    .filter(({ type }) => type === "text")
    .map(textOf)
    .join("");
  const providerData = { protocol: "anthropic", data: { content: blocks } } as unknown as Json;
  return AssistantMessage({ content: calls.length > 0 ? calls : text, source: "bot", providerData });
}

/** A tool of the caller's with members that our tools do not have, such as `defer_loading`. */
function isBeyondUs(tool: Block): boolean {
  return tool["type"] === undefined && Object.keys(tool).some((key) => !TOOL_MEMBERS.includes(key));
}

function functionTool({ name, description, input_schema: parameters, strict }: Block): ToolSchema {
  return { name, description, parameters, ...(strict === true ? { strict } : {}) } as ToolSchema;
}

function blocksOf(value: unknown): readonly Block[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function textOf(block: Block): string {
  return typeof block["text"] === "string" ? block["text"] : "";
}

/** The request as we always write it: instructions as one text, results as texts, no word where there is no error. */
function plain({ system, messages, stream: _, ...rest }: JsonObject): unknown {
  const instructions = typeof system === "string" ? system : blocksOf(system).map(textOf).join("");
  return {
    ...rest,
    ...(instructions === "" ? {} : { system: instructions.trimEnd() }),
    messages: blocksOf(messages).map(({ role, content }) => ({
      role,
      content: Array.isArray(content) ? blocksOf(content).map(plainBlock) : content,
    })),
  };
}

function plainBlock(block: Block): unknown {
  if (block["type"] !== "tool_result") return block;
  const { content, is_error: isError, ...rest } = block;
  const text = typeof content === "string" ? content : blocksOf(content).map(textOf).join("");
  return { ...rest, content: text, ...(isError === true ? { is_error: true } : {}) };
}

/** What our client would send. */
async function bodyOf({ model, messages, call }: Said): Promise<JsonObject> {
  let body: JsonObject = {};
  const client = new AnthropicChatCompletionClient({
    model,
    apiKey: "sk-test",
    maxRetries: 0,
    modelInfo: { vision: true, functionCalling: true, jsonOutput: true, structuredOutput: true, family: "unknown" },
    fetch: (_url, init) => {
      body = JSON.parse(String((init as { body?: unknown }).body)) as JsonObject;
      return Promise.resolve(new Response("{}", { status: 400 }));
    },
  });
  await client.create(messages, call).catch(() => undefined);
  await client.close();
  return body;
}

const requests = recordedExchanges((path) => path.endsWith("/v1/messages")).flatMap(({ name, request }) => {
  const ours = isObject(request) ? said(request as JsonObject) : undefined;
  return ours === undefined ? [] : [{ name, request: request as JsonObject, ours }];
});
const holding = (word: string): number =>
  requests.filter(({ request }) => JSON.stringify(request).includes(word)).length;

describe.skipIf(RECORDINGS === undefined)(`recorded requests to Anthropic, said by our client ${SKIPPED}`, () => {
  test("are most of those there are, with images, the provider's tools, effort and budgets", () => {
    expect(requests.length).toBeGreaterThan(70);
    for (const word of [
      '"url"',
      "web_search_20250305",
      "web_fetch_",
      "code_execution_20260120",
      '"effort"',
      "budget_tokens",
    ]) {
      expect([word, holding(word) > 0]).toEqual([word, true]);
    }
  });

  test.each(requests)("$name", async ({ request, ours }) => {
    const { tool_choice: _, ...theirs } = plain(request) as JsonObject;
    const { tool_choice: __, ...body } = plain(await bodyOf(ours)) as JsonObject;
    expect(body).toEqual(theirs);
  });
});
