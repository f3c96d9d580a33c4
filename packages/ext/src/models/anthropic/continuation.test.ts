import { AssistantMessage, UserMessage } from "@tesserae/core";
import { expect, test } from "vitest";
import { message, setUp } from "../../../test/anthropic-server.ts";
import { encodeAssistant } from "./encode-assistant.ts";

const QUESTION = [UserMessage({ content: "Search!", source: "user" })];
const SEARCH = { type: "server_tool_use", id: "srv_1", name: "web_search", input: { query: "rain" } };
const FOUND = { type: "web_search_tool_result", tool_use_id: "srv_1", content: [] };
const FIRST = [{ type: "text", text: "I search. " }, SEARCH];
const SECOND = [FOUND, { type: "text", text: "It rains." }];
const PAUSED = message(FIRST, { stop_reason: "pause_turn", container: { id: "container_1" } });
const REST = message(SECOND, { usage: { input_tokens: 30, output_tokens: 8 } });

test("a paused answer is handed over as it is, unless the client may go on", async () => {
  const { client, server } = await setUp([PAUSED, REST]);
  expect(await client.create(QUESTION)).toMatchObject({ finishReason: "unknown", content: "I search. " });
  expect(server.requests).toHaveLength(1);
  await client.close();
  await server.close();
});

test.each(["create", "createStream"])("%s goes on with a paused answer, and gives one of both parts", async (how) => {
  const { client, server, bodies } = await setUp([PAUSED, REST], { maxContinuations: 1 });
  let result: unknown;
  const chunks: string[] = [];
  if (how === "create") result = await client.create(QUESTION);
  else {
    for await (const item of client.createStream(QUESTION)) {
      if (typeof item === "string") chunks.push(item);
      else {
        expect(result).toBeUndefined();
        result = item;
      }
    }
    expect(chunks.join("")).toBe("I search. It rains.");
  }
  expect(result).toMatchObject({
    finishReason: "stop",
    content: "I search. It rains.",
    usage: { promptTokens: 40, completionTokens: 13 },
  });
  expect(bodies()[1]?.["messages"]).toEqual([
    { role: "user", content: "Search!" },
    { role: "assistant", content: FIRST },
  ]);
  expect(client.totalUsage()).toEqual({ promptTokens: 40, completionTokens: 13 });
  const { content, providerData } = result as { content: string; providerData: never };
  const again = AssistantMessage({ content, providerData, source: "assistant" });
  expect(encodeAssistant(again)?.content).toEqual([...FIRST, ...SECOND]);
  await client.close();
  await server.close();
});

test("it goes on no more often than it may", async () => {
  const { client, server } = await setUp([PAUSED], { maxContinuations: 2 });
  expect(await client.create(QUESTION)).toMatchObject({ finishReason: "unknown", content: "I search. ".repeat(3) });
  expect(server.requests).toHaveLength(3);
  const stream = client.createStream(QUESTION);
  const items = [];
  for await (const item of stream) items.push(item);
  expect(items.at(-1)).toMatchObject({ finishReason: "unknown", content: "I search. ".repeat(3) });
  expect(() => stream[Symbol.asyncIterator]()).toThrow(/read once/);
  await client.close();
  await server.close();
});
