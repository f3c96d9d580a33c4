import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterEach, describe, expect, test } from "vitest";
import { startServer, type ScriptedAnswer, type TrafficServer } from "./index.ts";

let server: TrafficServer;
afterEach(() => server.close());

const question = [{ role: "user" as const, content: "How is the weather?" }];
const city = { type: "object" as const, properties: { city: { type: "string" } } };

const answers: readonly (readonly [name: string, answer: ScriptedAnswer])[] = [
  ["text", { text: "It rains in Paris.", usage: { inputTokens: 12, cacheReadTokens: 4, outputTokens: 7 } }],
  [
    "tools",
    { text: "I look.", toolCalls: [{ name: "weather", arguments: { city: "Paris" }, id: "one" }, { name: "time" }] },
  ],
  ["thinking", { thinking: "Paris, in autumn.", text: "It rains." }],
  ["a refusal", { refusal: "I cannot say that." }],
  ["a cut answer", { text: "It rains and", finishReason: "length" }],
];

/** What an SDK made of an answer, the same for all. */
interface Read {
  readonly text: string;
  readonly thinking: string;
  readonly calls: readonly unknown[];
  readonly usage: unknown;
  readonly finish: unknown;
}

describe.each(answers)("the vendors' SDKs read %s", (_, answer) => {
  const expected = {
    text: answer.text ?? "",
    thinking: answer.thinking ?? "",
    calls: (answer.toolCalls ?? []).map((call) => ({ name: call.name, arguments: call.arguments ?? {} })),
  };
  const start = async (): Promise<void> => {
    server = await startServer({ script: { rules: [{ answer }] } });
  };

  test("as a chat completion, whole and streamed", async () => {
    await start();
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "any", maxRetries: 0 });
    const request = {
      model: "gpt-5",
      messages: question,
      tools: [{ type: "function" as const, function: { name: "weather", parameters: city } }],
    };
    const whole = await client.chat.completions.create(request);
    const streamed = await client.chat.completions
      .stream({ ...request, stream: true, stream_options: { include_usage: true } })
      .finalChatCompletion();
    const [read, readStream] = [whole, streamed].map(({ choices, usage }): Read => {
      const message = choices[0]?.message;
      return {
        text: message?.content ?? "",
        thinking: String(Reflect.get(message ?? {}, "reasoning_content") ?? ""),
        calls: (message?.tool_calls ?? []).map((call) =>
          call.type === "function"
            ? { name: call.function.name, arguments: JSON.parse(call.function.arguments || "{}") as unknown }
            : call,
        ),
        usage,
        finish: choices[0]?.finish_reason,
      };
    });
    expect(read).toMatchObject(expected);
    expect(readStream).toMatchObject({ ...read, thinking: expect.any(String) });
    expect(streamed.id).toBe(whole.id);
    expect(whole.choices[0]?.message.refusal).toBe(answer.refusal ?? null);
  });

  test("as a response, whole and streamed", async () => {
    await start();
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "any", maxRetries: 0 });
    const whole = await client.responses.create({ model: "gpt-5", input: question });
    const streamed = await client.responses.stream({ model: "gpt-5", input: question }).finalResponse();
    for (const { id, output, output_text, usage, status } of [whole, streamed]) {
      const read: Read = {
        text: output_text,
        thinking: output
          .flatMap((item) => (item.type === "reasoning" ? item.summary.map(({ text }) => text) : []))
          .join(""),
        calls: output.flatMap((item) =>
          item.type === "function_call" ? [{ name: item.name, arguments: JSON.parse(item.arguments) as unknown }] : [],
        ),
        usage,
        finish: status,
      };
      expect(read).toMatchObject({
        ...expected,
        finish: answer.finishReason === "length" ? "incomplete" : "completed",
      });
      expect(usage).toEqual(whole.usage);
      expect(id).toBe(whole.id);
    }
  });

  test("as a message, whole and streamed", async () => {
    await start();
    const client = new Anthropic({ baseURL: server.url, apiKey: "any", maxRetries: 0 });
    const request = {
      model: "claude-sonnet-5",
      max_tokens: 100,
      messages: question,
      tools: [{ name: "weather", input_schema: city }],
    };
    const whole = await client.messages.create(request);
    const streamed = await client.messages.stream(request).finalMessage();
    for (const message of [whole, streamed]) {
      const read: Read = {
        text: message.content.map((block) => (block.type === "text" ? block.text : "")).join(""),
        thinking: message.content.map((block) => (block.type === "thinking" ? block.thinking : "")).join(""),
        calls: message.content.flatMap((block) =>
          block.type === "tool_use" ? [{ name: block.name, arguments: block.input }] : [],
        ),
        usage: message.usage,
        finish: message.stop_reason,
      };
      expect(read).toMatchObject(expected);
      expect(message).toMatchObject({ id: whole.id, stop_reason: whole.stop_reason, usage: whole.usage });
    }
  });
});

describe("what the server fills in", () => {
  test("usage is estimated: four bytes a token, thinking a part of the output", async () => {
    server = await startServer({ script: { rules: [{ answer: { text: "x".repeat(40), thinking: "y".repeat(20) } }] } });
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "any", maxRetries: 0 });
    const { usage } = await client.chat.completions.create({ model: "m", messages: question });
    expect(usage).toMatchObject({
      prompt_tokens: Math.ceil(JSON.stringify({ model: "m", messages: question }).length / 4),
      completion_tokens: 15,
      completion_tokens_details: { reasoning_tokens: 5 },
    });
  });

  test("a streamed chat completion ends with usage only where that is asked for", async () => {
    server = await startServer({ script: { rules: [{ answer: { text: "Hi" } }] } });
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "any", maxRetries: 0 });
    const usages: unknown[] = [];
    for (const include_usage of [false, true]) {
      const stream = await client.chat.completions.create({
        model: "m",
        messages: question,
        stream: true,
        stream_options: { include_usage },
      });
      let last: unknown;
      for await (const chunk of stream) last = chunk.usage;
      usages.push(last);
    }
    expect(usages).toEqual([undefined, expect.objectContaining({ completion_tokens: 1 })]);
  });

  test("ids follow from the request: another one has others, which are each unique in an answer", async () => {
    server = await startServer({ script: { rules: [{ answer: { toolCalls: [{ name: "a" }, { name: "a" }] } }] } });
    const client = new Anthropic({ baseURL: server.url, apiKey: "any", maxRetries: 0 });
    const ask = (content: string) =>
      client.messages.create({ model: "m", max_tokens: 9, messages: [{ role: "user", content }] });
    const [one, again, other] = [await ask("one"), await ask("one"), await ask("other")];
    expect(again).toEqual(one);
    expect(other.id).not.toBe(one.id);
    const ids = [...one.content, ...other.content].map((block) => (block.type === "tool_use" ? block.id : ""));
    expect(new Set(ids).size).toBe(4);
    expect(one._request_id).toMatch(/^req_[0-9a-f]{24}$/);
  });

  test("a call's arguments may be text that is no JSON", async () => {
    server = await startServer({ script: { rules: [{ answer: { toolCalls: [{ name: "f", arguments: "{oops" }] } }] } });
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "any", maxRetries: 0 });
    const { choices } = await client.chat.completions.create({ model: "m", messages: question });
    expect(choices[0]?.message.tool_calls).toMatchObject([{ function: { name: "f", arguments: "{oops" } }]);
  });
});
