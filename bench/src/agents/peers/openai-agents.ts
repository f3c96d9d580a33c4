/** OpenAI's Agents SDK: Agent and run, as its documentation uses them. A team hands off inside one run. */
import { Agent, OpenAIChatCompletionsModel, Usage, run, setTracingDisabled, tool, type Model } from "@openai/agents";
import OpenAI from "openai";
import { z } from "zod";
import { ANSWER, DELTA, DELTAS, atOnce, check, inTurn, modelUrl, type Subject } from "../subject.ts";

setTracingDisabled(true);

type ModelRequest = Parameters<Model["getResponse"]>[0];
type ModelResponse = Awaited<ReturnType<Model["getResponse"]>>;

const usage = new Usage({ requests: 1, inputTokens: 10, outputTokens: 5, totalTokens: 15 });

function message(text: string): ModelResponse["output"][number] {
  return { type: "message", role: "assistant", status: "completed", content: [{ type: "output_text", text }] };
}

const model: Model = {
  getResponse: async (request: ModelRequest): Promise<ModelResponse> => {
    const last = typeof request.input === "string" ? undefined : request.input.at(-1);
    const wantsCall =
      request.tools.length > 0 && (last === undefined || !("type" in last) || last.type !== "function_call_result");
    return {
      usage,
      output: wantsCall
        ? [{ type: "function_call", callId: "call_1", name: "add", arguments: '{"a":1,"b":2}', status: "completed" }]
        : [message(ANSWER)],
    };
  },
  async *getStreamedResponse() {
    yield { type: "response_started" };
    for (let index = 0; index < DELTAS; index += 1) yield { type: "output_text_delta", delta: DELTA };
    yield {
      type: "response_done",
      response: {
        id: "1",
        usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
        output: [
          {
            type: "message",
            role: "assistant",
            status: "completed",
            content: [{ type: "output_text", text: DELTA.repeat(DELTAS) }],
          },
        ],
      },
    };
  },
};

const add = tool({
  name: "add",
  description: "Adds two numbers.",
  parameters: z.object({ a: z.number(), b: z.number() }),
  execute: async ({ a, b }) => String(a + b),
});
const remote = new OpenAIChatCompletionsModel(
  new OpenAI({ baseURL: `${modelUrl()}/v1`, apiKey: "sk-bench" }),
  "gpt-4o-mini",
);

async function turn(used: Model): Promise<void> {
  const agent = new Agent({ name: "assistant", instructions: "Help.", model: used });
  check((await run(agent, "What is the answer?")).finalOutput, ANSWER, "answer");
}

async function toolCall(used: Model): Promise<void> {
  const agent = new Agent({ name: "assistant", instructions: "Help.", model: used, tools: [add] });
  check((await run(agent, "Add.")).finalOutput, ANSWER, "answer");
}

async function stream(used: Model): Promise<void> {
  const agent = new Agent({ name: "assistant", instructions: "Help.", model: used });
  const result = await run(agent, "What is the answer?", { stream: true });
  let count = 0;
  for await (const event of result) {
    if (
      event.type === "raw_model_stream_event" &&
      event.data.type === "output_text_delta" &&
      event.data.delta === DELTA
    ) {
      count += 1;
    }
  }
  check(count, DELTAS, "deltas");
}

/** The OpenAI Agents SDK. */
export const subject: Subject = {
  turn: (units) => inTurn(units, () => turn(model)),
  "tool call": (units) => inTurn(units, () => toolCall(model)),
  delta: (units) => inTurn(units / DELTAS, () => stream(model)),
  "200 at once": (units) => atOnce(units, () => turn(model)),
  "turn, HTTP": (units) => inTurn(units, () => turn(remote)),
  "tool call, HTTP": (units) => inTurn(units, () => toolCall(remote)),
  "200 at once, HTTP": (units) => atOnce(units, () => turn(remote)),
  "delta, SSE": (units) => inTurn(units / DELTAS, () => stream(remote)),
};
