import { UserMessage, type CreateResult, type Json } from "@tesserae/core";
import { expect, test } from "vitest";
import { setUp } from "../../../test/anthropic-server.ts";
import { events } from "../../testing/test-reply.ts";

const QUESTION = [UserMessage({ content: "Hi", source: "user" })];
const START = {
  type: "message_start",
  message: {
    id: "m",
    type: "message",
    role: "assistant",
    model: "claude-x",
    content: [],
    usage: { input_tokens: 25, output_tokens: 1 },
  },
};
const STOP = [
  { type: "message_delta", delta: { stop_reason: "tool_use" }, usage: { output_tokens: 15 } },
  { type: "message_stop" },
];
const toolStart = {
  type: "content_block_start",
  index: 0,
  content_block: { type: "tool_use", id: "t1", name: "add", input: {} },
};
const json = (text: string): Json => ({
  type: "content_block_delta",
  index: 0,
  delta: { type: "input_json_delta", partial_json: text },
});
const end = { type: "content_block_stop", index: 0 };

async function streamed(list: readonly Json[], chunkBytes?: number): Promise<CreateResult> {
  const { client, server } = await setUp(() => ({ ...events(list.map((data) => ({ data }))), chunkBytes }));
  let result: CreateResult | undefined;
  for await (const item of client.createStream(QUESTION)) if (typeof item !== "string") result = item;
  await client.close();
  await server.close();
  if (result === undefined) throw new Error("no result");
  return result;
}

test("a server that leaves the body open after its last event is not waited for", async () => {
  const { client, server } = await setUp(() => ({
    type: "stream",
    headers: { "content-type": "text/event-stream" },
    write: async (out) => {
      for (const event of [START, ...STOP]) await out.event(JSON.stringify(event));
      await out.whenClosed;
    },
  }));
  const items = [];
  for await (const item of client.createStream(QUESTION)) items.push(item);
  expect(items).toMatchObject([{ content: "", usage: { promptTokens: 25, completionTokens: 15 } }]);
  await server.until(() => server.openConnections === 0);
  await client.close();
  await server.close();
});

test("a call without arguments has the arguments {}", async () => {
  for (const deltas of [[], [json("")]]) {
    const result = await streamed([START, toolStart, ...deltas, end, ...STOP]);
    expect(result).toMatchObject({
      content: [{ id: "t1", name: "add", arguments: "{}" }],
      finishReason: "function_calls",
      usage: { promptTokens: 25, completionTokens: 15 },
    });
  }
});

test("arguments in pieces are joined to JSON that can be parsed, wherever bytes are split", async () => {
  const pieces = ["", '{"ci', 'ty": "Gr', 'äz 😀", "n": [1', ", 2]}"].map(json);
  for (const chunkBytes of [undefined, 1, 7]) {
    const { content } = await streamed([START, toolStart, ...pieces, end, { type: "ping" }, ...STOP], chunkBytes);
    expect(JSON.parse(typeof content === "string" ? content : (content[0]?.arguments ?? ""))).toEqual({
      city: "Gräz 😀",
      n: [1, 2],
    });
  }
});

test("two calls whose pieces come mixed are kept apart", async () => {
  const second = {
    type: "content_block_start",
    index: 1,
    content_block: { type: "tool_use", id: "t2", name: "sub", input: {} },
  };
  const other = (text: string): Json => ({
    type: "content_block_delta",
    index: 1,
    delta: { type: "input_json_delta", partial_json: text },
  });
  const { content } = await streamed([
    START,
    toolStart,
    second,
    json('{"a"'),
    other('{"b"'),
    json(":1}"),
    other(":2}"),
    ...STOP,
  ]);
  expect(content).toEqual([
    { id: "t1", name: "add", arguments: '{"a":1}' },
    { id: "t2", name: "sub", arguments: '{"b":2}' },
  ]);
});
