import type { CreateResult, LLMMessage, Middleware, RunContext, ToolResult } from "@tesserae/core";
import { expectTypeOf } from "vitest";
import type { AssistantAgentOptions } from "../agents/assistant-agent/options.ts";
import { hasToolCall, stepCountIs } from "../agents/assistant-agent/stop-conditions.ts";
import type { AgentMiddleware } from "../base/agent-middleware.ts";
import type { RunOptions } from "../base/run-options.ts";
import type { Response } from "../base/task.ts";

// A run and an agent take the same middleware; one that knows nothing of turns is one too.
expectTypeOf<AssistantAgentOptions["middleware"]>().toEqualTypeOf<RunOptions["middleware"]>();
expectTypeOf<Middleware>().toExtend<AgentMiddleware>();

const middleware: AgentMiddleware = {
  modelCall: async (call, next) => {
    expectTypeOf(call.messages).toEqualTypeOf<readonly LLMMessage[]>();
    expectTypeOf(call.purpose).toBeString();
    expectTypeOf(call.agent).toEqualTypeOf<string | undefined>();
    expectTypeOf(call.context).toEqualTypeOf<RunContext>();
    // The whole call with changes, or the changes alone.
    await next({ ...call, messages: [] });
    const answer = await next({ tools: undefined, extraCreateArgs: { temperature: 0 } });
    expectTypeOf(answer).toEqualTypeOf<CreateResult>();
    // @ts-expect-error: whose call it is stays
    void next({ agent: "other" });
    return answer;
  },
  toolCall: async (call, next) => {
    expectTypeOf(call.name).toBeString();
    const answer = await next({ arguments: { ...call.arguments, more: true } });
    expectTypeOf(answer).toEqualTypeOf<ToolResult>();
    // @ts-expect-error: the place of a call is not the middleware's
    void next({ index: 1 });
    return answer;
  },
  turn: async (turn, next) => {
    const response = await next({ messages: turn.messages.slice(1) });
    expectTypeOf(response).toEqualTypeOf<Response>();
    return response;
  },
};
expectTypeOf(middleware).not.toBeAny();

// @ts-expect-error: a model call is answered by a result, not by a text
const wrong: AgentMiddleware = { modelCall: () => "text" };
expectTypeOf(wrong).not.toBeAny();

const options: Pick<AssistantAgentOptions, "stopWhen" | "prepareStep"> = {
  stopWhen: [stepCountIs(3), hasToolCall("finish"), ({ usage }) => usage.completionTokens > 1000],
  prepareStep: ({ stepNumber, tools }) =>
    stepNumber === 0 ? { activeTools: tools.map(({ name }) => name), toolChoice: "required" } : undefined,
};
expectTypeOf(options).not.toBeAny();
// @ts-expect-error: a count is no condition
const count: AssistantAgentOptions["stopWhen"] = 3;
expectTypeOf(count).not.toBeAny();
