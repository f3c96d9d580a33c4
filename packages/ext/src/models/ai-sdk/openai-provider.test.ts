import { AssistantMessage, type Json, type LLMMessage } from "@tesserae/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CALCULATOR, createOpenAI, QUESTION, read } from "../../../test/ai-sdk.ts";
import { events, json } from "../../testing/test-reply.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";
import { AISDKChatCompletionAdapter } from "./index.ts";

const ID = "call_UwVVI0iGEmcPwmKUigJcuuuF";
const FRAGMENTS = ["{", '"a"', ":", " ", "2", ",", " ", '"b"', ":", " ", "2", "}"];

let server: TestServer;
let adapter: AISDKChatCompletionAdapter;

beforeEach(async () => {
  server = await startTestServer();
  const openai = createOpenAI({ apiKey: "sk-test", baseURL: `${server.url}/v1` });
  adapter = new AISDKChatCompletionAdapter({ model: openai.chat("gpt-4o"), retry: { initialDelayMs: 1 } });
});
afterEach(() => server.close());

function chunk(delta: Json, finish: string | null = null): { data: Json } {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return { data: { id: "c", object: "chat.completion.chunk", created: 0, model: "gpt-4o", choices } };
}

function usage(prompt: number, completion: number): { data: Json } {
  const counts = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
  return {
    data: { id: "c", object: "chat.completion.chunk", created: 0, model: "gpt-4o", choices: [], usage: counts },
  };
}

function call(fragment: string, first: boolean): { data: Json } {
  const named = first ? { id: ID, type: "function", function: { name: "calculator", arguments: fragment } } : undefined;
  return chunk({ tool_calls: [{ index: 0, ...(named ?? { function: { arguments: fragment } }) }] });
}

test("the recorded call in twelve fragments, and the answer that followed", async () => {
  server.next(
    events([
      call("", true),
      ...FRAGMENTS.map((text) => call(text, false)),
      chunk({}, "tool_calls"),
      usage(53, 13),
      "[DONE]",
    ]),
    events([
      chunk({ role: "assistant", content: "2 + 2 " }),
      chunk({ content: "is 4." }),
      chunk({}, "stop"),
      usage(20, 9),
      "[DONE]",
    ]),
  );
  const first = (await read(adapter, { tools: [CALCULATOR] })).result;
  expect(first).toMatchObject({
    finishReason: "function_calls",
    content: [{ id: ID, name: "calculator", arguments: '{"a": 2, "b": 2}' }],
    usage: { promptTokens: 53, completionTokens: 13 },
  });
  const history: LLMMessage[] = [
    ...QUESTION,
    AssistantMessage({ content: first.content, source: "assistant" }),
    { type: "FunctionExecutionResultMessage", content: [{ content: "4", name: "calculator", callId: ID }] },
  ];
  const second = await read(adapter, { tools: [CALCULATOR] }, history);
  expect(second.chunks).toEqual(["2 + 2 ", "is 4."]);
  expect(second.result).toMatchObject({
    content: "2 + 2 is 4.",
    finishReason: "stop",
    usage: { promptTokens: 20, completionTokens: 9 },
  });
  expect(adapter.totalUsage()).toEqual({ promptTokens: 73, completionTokens: 22 });
  expect(server.requests[1]?.body).toMatchObject({
    model: "gpt-4o",
    stream: true,
    messages: [
      { role: "user" },
      { role: "assistant", tool_calls: [{ id: ID, function: { name: "calculator", arguments: '{"a":2,"b":2}' } }] },
      { role: "tool", tool_call_id: ID, content: "4" },
    ],
    tools: [{ type: "function", function: { name: "calculator", parameters: CALCULATOR.parameters } }],
    tool_choice: "auto",
  });
});

test("a whole answer, and a busy server that is asked again", async () => {
  server.next(
    json(
      { error: { message: "slow down", type: "requests", code: "rate_limit_exceeded" } },
      { status: 429, headers: { "retry-after-ms": "1" } },
    ),
    json({
      id: "c",
      object: "chat.completion",
      created: 0,
      model: "gpt-4o",
      choices: [{ index: 0, message: { role: "assistant", content: "4" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 11, completion_tokens: 1, total_tokens: 12, prompt_tokens_details: { cached_tokens: 3 } },
    }),
  );
  const result = await adapter.create(QUESTION);
  expect(result).toMatchObject({
    content: "4",
    usage: { promptTokens: 11, completionTokens: 1, cachedPromptTokens: 3 },
  });
  expect(server.requests).toHaveLength(2);
  expect(adapter.cost(result.usage)).toBe(8 * 2_500_000 + 3 * 1_250_000 + 10_000_000);
});

test.each([
  [401, "invalid_api_key", "ERR_MODEL_AUTHENTICATION"],
  [400, "context_length_exceeded", "ERR_MODEL_CONTEXT_LENGTH"],
])("HTTP %i (%s) is %s", async (status, code, expected) => {
  const refused = json({ error: { message: "no", type: "invalid_request_error", code } }, { status });
  server.next(refused, refused);
  await expect(adapter.create(QUESTION)).rejects.toMatchObject({ code: expected, status, provider: "openai" });
  await expect(read(adapter)).rejects.toMatchObject({ code: expected, status });
  expect(server.requests).toHaveLength(2);
});
