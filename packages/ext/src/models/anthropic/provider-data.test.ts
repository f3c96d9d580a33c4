import { AssistantMessage, llmMessageFromJson, llmMessageToJson, UserMessage, type JsonObject } from "@tesserae/core";
import { expect, test } from "vitest";
import { message, setUp } from "../../../test/anthropic-server.ts";
import { encodeAssistant } from "./encode-assistant.ts";

const THINKING = { type: "thinking", thinking: "Let me see…", signature: "EqQBCkYIARgC+/=" };
const REDACTED = { type: "redacted_thinking", data: "gAAAA" };
const CALL = { type: "tool_use", id: "toolu_1", name: "add", input: { b: 2, a: 1 } };
const ADD = { name: "add", parameters: { type: "object", properties: { a: { type: "number" } } } } as const;
const question = UserMessage({ content: "1 + 2?", source: "user" });

/** The message that an agent makes of an answer, after a trip through a file. */
async function asked(content: readonly JsonObject[], stream: boolean): Promise<AssistantMessage> {
  const { client, server } = await setUp([message(content)]);
  let result = stream ? undefined : await client.create([question], { tools: [ADD] });
  if (stream) {
    for await (const item of client.createStream([question], { tools: [ADD] }))
      if (typeof item !== "string") result = item;
  }
  await client.close();
  await server.close();
  if (result === undefined) throw new Error("no result");
  const { content: answer, thought, providerData } = result;
  const made = AssistantMessage({ content: answer, thought, providerData, source: "assistant" });
  return llmMessageFromJson(JSON.parse(JSON.stringify(llmMessageToJson(made)))) as AssistantMessage;
}

test.each([false, true])("the second request holds the identical signed block (streamed: %s)", async (stream) => {
  const blocks = [THINKING, REDACTED, { type: "text", text: "I add." }, CALL];
  const answer = await asked(blocks, stream);
  expect(answer.thought).toBe("Let me see…");
  expect(answer.content).toEqual([{ id: "toolu_1", name: "add", arguments: '{"b":2,"a":1}' }]);
  const { client, server, bodies } = await setUp([message("3")]);
  const results = {
    type: "FunctionExecutionResultMessage",
    content: [{ content: "3", name: "add", callId: "toolu_1" }],
  } as const;
  await client.create([question, answer, results], { tools: [ADD] });
  const { messages } = bodies()[0] as { messages: { content: unknown }[] };
  const sent = messages[1]?.content;
  expect(JSON.stringify(sent)).toBe(JSON.stringify(blocks));
  await client.close();
  await server.close();
});

test("blocks go back only while they say what the message says", async () => {
  const answer = await asked([THINKING, CALL], false);
  expect(encodeAssistant(answer)?.content).toEqual([THINKING, CALL]);
  const otherCalls = { ...answer, content: [{ id: "toolu_2", name: "add", arguments: "{}" }] };
  expect(encodeAssistant(otherCalls)?.content).toEqual([
    { type: "text", text: "Let me see…" },
    { type: "tool_use", id: "toolu_2", name: "add", input: {} },
  ]);
  const text = await asked([THINKING, { type: "text", text: "Three." }], false);
  expect(encodeAssistant(text)?.content).toEqual([THINKING, { type: "text", text: "Three." }]);
  expect(encodeAssistant({ ...text, content: "Four." })?.content).toBe("Four.");
});

test.each([
  ["another protocol's", { protocol: "gemini", data: { content: [CALL] } }],
  ["no object", "data"],
  ["no list", { protocol: "anthropic", data: { content: "x" } }],
  ["no blocks", { protocol: "anthropic", data: { content: [1] } }],
  ["nothing", { protocol: "anthropic", data: null }],
])("provider data that is %s is passed over", (_, providerData) => {
  const answer = AssistantMessage({ content: "Three.", source: "assistant", providerData });
  expect(encodeAssistant(answer)).toEqual({ role: "assistant", content: "Three." });
});

test("a container of code execution is named in the next request, unless the call names another", async () => {
  const blocks = [
    { type: "server_tool_use", id: "srv_1", name: "bash_code_execution", input: {} },
    { type: "text", text: "Done." },
  ];
  const data = { protocol: "anthropic", data: { content: blocks, container: "container_1" } };
  const answer = AssistantMessage({ content: "Done.", source: "assistant", providerData: data });
  const { client, server, bodies } = await setUp();
  await client.create([question, answer, question]);
  await client.create([question, answer, question], { extraCreateArgs: { container: "container_2" } });
  expect(bodies().map((body) => body["container"])).toEqual(["container_1", "container_2"]);
  await client.close();
  await server.close();
});
