/** Our cases, with and without what records. */
import {
  AssistantAgent,
  MaxMessageTermination,
  RoundRobinGroupChat,
  type RunOptions,
  type StreamItem,
  type TaskResult,
} from "@tesserae/agentchat";
import {
  CreateResult,
  tool,
  type ChatCompletionClient,
  type LLMMessage,
  type ModelInfo,
  type ModelStream,
} from "@tesserae/core";
import { ANSWER, DELTA, DELTAS, TEAM_TURNS, atOnce, check, inTurn, modelUrl, type Subject } from "../subject.ts";

const usage = { promptTokens: 10, completionTokens: 5 };
const TEXT = CreateResult({ finishReason: "stop", content: ANSWER, usage });
const CALL = CreateResult({
  finishReason: "function_calls",
  content: [{ id: "call_1", name: "add", arguments: '{"a":1,"b":2}' }],
  usage,
});
const STREAMED = CreateResult({ finishReason: "stop", content: DELTA.repeat(DELTAS), usage });
const modelInfo: ModelInfo = {
  vision: false,
  functionCalling: true,
  jsonOutput: true,
  structuredOutput: true,
  family: "unknown",
};

/** Answers in the process: a call when tools are offered and none has answered yet, else text. */
const client: ChatCompletionClient = {
  model: "scripted",
  modelInfo,
  create: async (messages: readonly LLMMessage[], options) =>
    options?.tools !== undefined && messages.at(-1)?.type === "UserMessage" ? CALL : TEXT,
  createStream: (): ModelStream => pieces(),
  actualUsage: () => usage,
  totalUsage: () => usage,
  countTokens: () => 10,
  remainingTokens: () => 1000,
  cost: () => 0,
  maxCost: () => 0,
  close: async () => undefined,
};

async function* pieces(): AsyncGenerator<string | CreateResult> {
  for (let index = 0; index < DELTAS; index += 1) yield DELTA;
  yield STREAMED;
}

const add = tool({
  name: "add",
  description: "Adds two numbers.",
  parameters: {
    type: "object",
    properties: { a: { type: "number" }, b: { type: "number" } },
    required: ["a", "b"],
  },
  execute: ({ a, b }) => String(Number(a) + Number(b)),
});

function lastText(result: TaskResult): unknown {
  const last = result.messages.at(-1);
  return last !== undefined && "content" in last ? last.content : undefined;
}

async function countDeltas(stream: AsyncIterable<StreamItem | TaskResult>): Promise<void> {
  let count = 0;
  for await (const item of stream)
    if (item.type === "ModelClientStreamingChunkEvent" && item.content === DELTA) count += 1;
  check(count, DELTAS, "deltas");
}

/** The cases, each run with the options that `options` makes. */
export function tesseraeCases(options: () => RunOptions): Subject {
  const turn = async (): Promise<void> => {
    const agent = new AssistantAgent({ name: "assistant", modelClient: client });
    check(lastText(await agent.run("What is the answer?", options())), ANSWER, "answer");
  };
  const toolCall = async (modelClient: ChatCompletionClient): Promise<void> => {
    const agent = new AssistantAgent({ name: "assistant", modelClient, tools: [add], reflectOnToolUse: true });
    const result = await agent.run("Add.", options());
    check(result.messages.length, 4, "messages");
    check(lastText(result), ANSWER, "answer");
  };
  const team = async (): Promise<void> => {
    const participants = ["one", "two", "three"].map((name) => new AssistantAgent({ name, modelClient: client }));
    const chat = new RoundRobinGroupChat({
      participants,
      terminationCondition: new MaxMessageTermination(TEAM_TURNS + 1),
    });
    const result = await chat.run("What is the answer?", options());
    check(result.messages.length, TEAM_TURNS + 1, "messages");
    await chat.close();
  };
  const streamed = new AssistantAgent({ name: "assistant", modelClient: client, modelClientStream: true });
  let remote: ChatCompletionClient | undefined;
  const connect = async (): Promise<ChatCompletionClient> => {
    const { OpenAIChatCompletionClient } = await import("@tesserae/ext/models/openai");
    remote ??= new OpenAIChatCompletionClient({
      model: "gpt-4o-mini",
      apiKey: "sk-bench",
      baseUrl: `${modelUrl()}/v1`,
    });
    return remote;
  };
  const httpTurn = async (): Promise<void> => {
    const agent = new AssistantAgent({ name: "assistant", modelClient: remote ?? (await connect()) });
    check(lastText(await agent.run("What is the answer?", options())), ANSWER, "answer");
  };
  const httpStream = async (): Promise<void> => {
    const modelClient = remote ?? (await connect());
    const agent = new AssistantAgent({ name: "assistant", modelClient, modelClientStream: true });
    await countDeltas(agent.runStream("What is the answer?", options()));
  };
  return {
    turn: (units) => inTurn(units, turn),
    "tool call": (units) => inTurn(units, () => toolCall(client)),
    "team turn": (units) => inTurn(units / TEAM_TURNS, team),
    delta: (units) =>
      inTurn(units / DELTAS, async () => {
        await streamed.onReset();
        await countDeltas(streamed.runStream("What is the answer?", options()));
      }),
    "200 at once": (units) => atOnce(units, turn),
    "turn, HTTP": (units) => inTurn(units, httpTurn),
    "tool call, HTTP": (units) => inTurn(units, async () => toolCall(remote ?? (await connect()))),
    "200 at once, HTTP": (units) => atOnce(units, httpTurn),
    "delta, SSE": (units) => inTurn(units / DELTAS, httpStream),
  };
}
