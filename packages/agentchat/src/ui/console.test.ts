import { imageFromBase64, tool } from "@tesserae/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import type { Response, TaskResult } from "../base/task.ts";
import {
  ModelClientStreamingChunkEvent,
  MultiModalMessage,
  TextMessage,
  ToolCallRequestEvent,
  UserInputRequestedEvent,
} from "../messages/factories.ts";
import type { StreamItem } from "../messages/types.ts";
import { RoundRobinGroupChat } from "../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { rejection } from "../testing/collect.ts";
import { ScriptedClient, answerOf, callsOf } from "../testing/scripted-client.ts";
import { Console, type ConsoleOptions } from "./console.ts";

const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

async function* streamOf(...items: readonly (StreamItem | TaskResult)[]): AsyncGenerator<StreamItem | TaskResult> {
  yield* items;
}

/** What the console prints, its duration as `S.SS`. */
async function printed(
  stream: AsyncIterable<StreamItem | TaskResult | Response>,
  options: ConsoleOptions = {},
): Promise<string> {
  let text = "";
  await Console(stream, { ...options, write: (piece) => (text += piece) });
  return text.replace(/Duration: \d+\.\d\d seconds/, "Duration: S.SS seconds");
}

function finished(messages: readonly StreamItem[], stopReason?: string): TaskResult {
  return {
    type: "TaskResult",
    messages,
    stopReason,
    status: "finished",
    usage: { promptTokens: 0, completionTokens: 0 },
  };
}

const chunk = (content: string, fullMessageId = "m"): StreamItem =>
  ModelClientStreamingChunkEvent({ content, source: "a", fullMessageId });

describe("the quick start", () => {
  test("prints four blocks and a summary for each line, and keeps the conversation", async () => {
    const call = callsOf(["get_weather", { city: "New York" }]);
    const client = new ScriptedClient([
      { ...call, usage: { promptTokens: 75, completionTokens: 16 } },
      { ...call, usage: { promptTokens: 137, completionTokens: 16 } },
    ]);
    const getWeather = tool({
      name: "get_weather",
      description: "The weather in a city.",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
      execute: ({ city }) => `The weather in ${String(city)} is 73 degrees and Sunny.`,
    });
    const team = new RoundRobinGroupChat({
      participants: [new AssistantAgent({ name: "weather_agent", modelClient: client, tools: [getWeather] })],
      maxTurns: 1,
    });
    const blocks = (prompt: number): string => `---------- TextMessage (user) ----------
Weather in New York?
---------- ToolCallRequestEvent (weather_agent) ----------
[{"id":"c1","arguments":"{\\"city\\":\\"New York\\"}","name":"get_weather"}]
[Prompt tokens: ${prompt}, Completion tokens: 16]
---------- ToolCallExecutionEvent (weather_agent) ----------
[{"content":"The weather in New York is 73 degrees and Sunny.","name":"get_weather","call_id":"c1","is_error":false}]
---------- ToolCallSummaryMessage (weather_agent) ----------
The weather in New York is 73 degrees and Sunny.
---------- Summary ----------
Number of messages: 4
Finish reason: Maximum number of turns 1 reached.
Total prompt tokens: ${prompt}
Total completion tokens: 16
Duration: S.SS seconds
`;
    expect(await printed(team.runStream("Weather in New York?"), { outputStats: true })).toBe(blocks(75));
    expect(await printed(team.runStream("Weather in New York?"), { outputStats: true })).toBe(blocks(137));
    expect(client.calls[1]?.messages.length).toBeGreaterThan(client.calls[0]?.messages.length ?? 0);
  });
});

describe("the console", () => {
  test("prints a streamed answer once, with one header, and its tokens", async () => {
    const client = new ScriptedClient([answerOf({ content: "one two three" })]);
    const agent = new AssistantAgent({ name: "a", modelClient: client, modelClientStream: true });
    expect(await printed(agent.runStream("Go"), { outputStats: true })).toBe(`---------- TextMessage (user) ----------
Go
---------- ModelClientStreamingChunkEvent (a) ----------
one two three
[Prompt tokens: 10, Completion tokens: 5]
---------- Summary ----------
Number of messages: 2
Finish reason: None
Total prompt tokens: 10
Total completion tokens: 5
Duration: S.SS seconds
`);
  });

  test("prints what comes after pieces of another message with its header and text", async () => {
    const call = ToolCallRequestEvent({ content: [{ id: "1", name: "f", arguments: "{}" }], source: "a" });
    expect(await printed(streamOf(chunk("Let me "), chunk("look."), call, finished([call])))).toBe(
      `---------- ModelClientStreamingChunkEvent (a) ----------
Let me look.
---------- ToolCallRequestEvent (a) ----------
[{"id":"1","arguments":"{}","name":"f"}]
`,
    );
  });

  test("knows a message that was streamed by its text where the pieces name no message", async () => {
    const piece = ModelClientStreamingChunkEvent({ content: "hello", source: "a" });
    const message = TextMessage({ content: "hello", source: "a" });
    expect(await printed(streamOf(piece, message, finished([message])))).toBe(
      "---------- ModelClientStreamingChunkEvent (a) ----------\nhello\n",
    );
  });

  test("begins anew where an answer was cut off and begins again", async () => {
    const again = { ...chunk("whole"), restarted: true } as StreamItem;
    const message = TextMessage({ content: "whole", source: "a", id: "m" });
    expect(await printed(streamOf(chunk("who"), again, message, finished([message])))).toBe(
      `---------- ModelClientStreamingChunkEvent (a) ----------
who
---------- ModelClientStreamingChunkEvent (a) ----------
whole
`,
    );
  });

  test("ends the line of a stream that was cut off before the summary, and names how it ended", async () => {
    const result: TaskResult = { ...finished([]), status: "aborted" };
    expect(await printed(streamOf(chunk("cut"), result), { outputStats: true })).toMatch(
      /cut\n-{10} Summary -{10}\nNumber of messages: 0\nFinish reason: aborted\n/,
    );
  });

  test("prints the response of an agent without a class, and the count of inner messages", async () => {
    const client = new ScriptedClient(["answer"]);
    const agent = new AssistantAgent({ name: "a", modelClient: client });
    const stream = agent.onMessagesStream([TextMessage({ content: "Go", source: "user" })]);
    expect(await printed(stream, { outputStats: true })).toBe(`---------- a ----------
answer
[Prompt tokens: 10, Completion tokens: 5]
---------- Summary ----------
Number of inner messages: 0
Total prompt tokens: 10
Total completion tokens: 5
Duration: S.SS seconds
`);
  });

  test("does not print a streamed response twice", async () => {
    const client = new ScriptedClient(["one two"]);
    const agent = new AssistantAgent({ name: "a", modelClient: client, modelClientStream: true });
    const text = await printed(agent.onMessagesStream([TextMessage({ content: "Go", source: "user" })]));
    expect(text).toBe("---------- ModelClientStreamingChunkEvent (a) ----------\none two\n");
  });

  test("sums the tokens of all that it prints", async () => {
    const usage = (promptTokens: number): { promptTokens: number; completionTokens: number } => ({
      promptTokens,
      completionTokens: 1,
    });
    const items = [3, 4].map((tokens) => TextMessage({ content: "x", source: "a", modelsUsage: usage(tokens) }));
    const text = await printed(streamOf(...items, finished(items)), { outputStats: true });
    expect(text).toContain("Total prompt tokens: 7\nTotal completion tokens: 2\n");
  });

  test("prints no request for input, and only the sender where it is told to", async () => {
    const request = UserInputRequestedEvent({ requestId: "r", source: "person" });
    const message = TextMessage({ content: "hi", source: "user" });
    const text = await printed(streamOf(message, request, finished([message])), { headers: "source" });
    expect(text).toBe("---------- user ----------\nhi\n");
  });

  test("gives the last result", async () => {
    const result = finished([], "done");
    expect(await Console<TaskResult>(streamOf(result), { write: () => undefined })).toBe(result);
  });

  test("fails for a stream without a result, and with the error of one that fails", async () => {
    expect(String(await rejection(printed(streamOf())))).toMatch(/No TaskResult or Response was processed/);
    const agent = new AssistantAgent({ name: "a", modelClient: new ScriptedClient([new Error("no quota")]) });
    expect(String(await rejection(printed(agent.runStream("Go"))))).toMatch(/no quota/);
  });

  test("writes to standard output by default", async () => {
    const write = vi.spyOn(process.stdout, "write").mockImplementation(() => true);
    await Console<TaskResult>(streamOf(TextMessage({ content: "hi", source: "user" }), finished([])));
    const text = write.mock.calls.map(([piece]) => String(piece)).join("");
    write.mockRestore();
    expect(text).toBe("---------- TextMessage (user) ----------\nhi\n");
  });
});

describe("images", () => {
  const image = MultiModalMessage({ content: ["Look:", imageFromBase64(PNG)], source: "a" });

  afterEach(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
  });

  async function shown(term: string, isTerminal: boolean, options: ConsoleOptions = {}): Promise<string> {
    vi.stubEnv("TERM_PROGRAM", term);
    const before = process.stdout.isTTY;
    process.stdout.isTTY = isTerminal;
    try {
      return await printed(streamOf(image, finished([image])), options);
    } finally {
      process.stdout.isTTY = before;
    }
  }

  test("are shown in a terminal that can, and named elsewhere", async () => {
    expect(await shown("iTerm.app", true)).toContain(`:${PNG}\u0007`);
    expect(await shown("iTerm.app", false)).toContain("Look:\n<image>\n");
    expect(await shown("other", true)).toContain("Look:\n<image>\n");
    expect(await shown("iTerm.app", true, { noInlineImages: true })).toContain("Look:\n<image>\n");
  });
});
