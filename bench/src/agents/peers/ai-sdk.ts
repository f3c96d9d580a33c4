/** Vercel's AI SDK: ToolLoopAgent, as its documentation uses it. A team is a plain loop over three agents. */
import { createOpenAI } from "@ai-sdk/openai";
import { ToolLoopAgent, stepCountIs, tool, type ModelMessage } from "ai";
import { z } from "zod";
import { ANSWER, DELTA, DELTAS, TEAM_TURNS, atOnce, check, inTurn, modelUrl, type Subject } from "../subject.ts";

type Model = Extract<ConstructorParameters<typeof ToolLoopAgent>[0]["model"], { specificationVersion: "v4" }>;

const usage = {
  inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 5, text: 5, reasoning: 0 },
};
const stop = { unified: "stop", raw: "stop" } as const;
const calls = { unified: "tool-calls", raw: "tool_calls" } as const;

const model: Model = {
  specificationVersion: "v4",
  provider: "scripted",
  modelId: "scripted",
  supportedUrls: {},
  doGenerate: async ({ prompt, tools }) =>
    tools !== undefined && tools.length > 0 && prompt.at(-1)?.role === "user"
      ? {
          content: [{ type: "tool-call", toolCallId: "call_1", toolName: "add", input: '{"a":1,"b":2}' }],
          finishReason: calls,
          usage,
          warnings: [],
        }
      : { content: [{ type: "text", text: ANSWER }], finishReason: stop, usage, warnings: [] },
  doStream: async () => ({
    stream: new ReadableStream({
      start(controller) {
        controller.enqueue({ type: "stream-start", warnings: [] });
        controller.enqueue({ type: "text-start", id: "1" });
        for (let index = 0; index < DELTAS; index += 1) {
          controller.enqueue({ type: "text-delta", id: "1", delta: DELTA });
        }
        controller.enqueue({ type: "text-end", id: "1" });
        controller.enqueue({ type: "finish", finishReason: stop, usage });
        controller.close();
      },
    }),
  }),
};

const add = tool({
  description: "Adds two numbers.",
  inputSchema: z.object({ a: z.number(), b: z.number() }),
  execute: async ({ a, b }) => String(a + b),
});
const remote = createOpenAI({ baseURL: `${modelUrl()}/v1`, apiKey: "sk-bench" }).chat("gpt-4o-mini");

async function turn(used: Model | typeof remote): Promise<void> {
  const agent = new ToolLoopAgent({ model: used });
  check((await agent.generate({ prompt: "What is the answer?" })).text, ANSWER, "answer");
}

async function toolCall(used: Model | typeof remote): Promise<void> {
  const agent = new ToolLoopAgent({ model: used, tools: { add }, stopWhen: stepCountIs(3) });
  const { text, steps } = await agent.generate({ prompt: "Add." });
  check(text, ANSWER, "answer");
  check(steps.length, 2, "steps");
}

async function stream(used: Model | typeof remote): Promise<void> {
  const agent = new ToolLoopAgent({ model: used });
  let count = 0;
  const { textStream } = await agent.stream({ prompt: "What is the answer?" });
  for await (const delta of textStream) if (delta === DELTA) count += 1;
  check(count, DELTAS, "deltas");
}

/** The AI SDK. */
export const subject: Subject = {
  turn: (units) => inTurn(units, () => turn(model)),
  "tool call": (units) => inTurn(units, () => toolCall(model)),
  "team turn": (units) =>
    inTurn(units / TEAM_TURNS, async () => {
      const agents = [1, 2, 3].map(() => new ToolLoopAgent({ model }));
      const messages: ModelMessage[] = [{ role: "user", content: "What is the answer?" }];
      for (let index = 0; index < TEAM_TURNS; index += 1) {
        const { text } = await (agents[index % 3] ?? agents[0])!.generate({ messages });
        messages.push({ role: "assistant", content: text });
      }
      check(messages.length, TEAM_TURNS + 1, "messages");
    }),
  delta: (units) => inTurn(units / DELTAS, () => stream(model)),
  "200 at once": (units) => atOnce(units, () => turn(model)),
  "turn, HTTP": (units) => inTurn(units, () => turn(remote)),
  "tool call, HTTP": (units) => inTurn(units, () => toolCall(remote)),
  "200 at once, HTTP": (units) => atOnce(units, () => turn(remote)),
  "delta, SSE": (units) => inTurn(units / DELTAS, () => stream(remote)),
};
