import type { ChatCompletionClient } from "../models/chat-completion-client.ts";
import type { CreateResult, LLMMessage } from "../models/messages.ts";
import type { RunContext } from "../run/run-context.ts";
import { leaf } from "./effect.ts";
import type { Middleware, MiddlewareModelCall } from "./middleware.ts";
import { modelLeaf, type ModelCallOptions } from "./model-leaf.ts";
import { throughMiddleware } from "./through-middleware.ts";

/** Makes one call of a model; `attempt` counts the calls that a middleware makes of one, from 0. */
type MakeModelCall = (
  context: RunContext,
  client: ChatCompletionClient,
  messages: readonly LLMMessage[],
  options: ModelCallOptions,
  attempt: number,
) => Promise<CreateResult>;

/** A call of a model through middleware. */
export function modelCallThrough(
  list: readonly Middleware[],
  context: RunContext,
  modelClient: ChatCompletionClient,
  messages: readonly LLMMessage[],
  { middleware: _, ...options }: ModelCallOptions,
  streamed: boolean,
  make: MakeModelCall,
): Promise<CreateResult> {
  const { purpose, index, agent = context.scope?.agent ?? undefined } = options;
  const call: MiddlewareModelCall = { ...options, agent, context, modelClient, messages, streamed };
  return throughMiddleware(list, {
    hook: (one: Middleware) => one.modelCall,
    context,
    call,
    type: "CreateResult",
    what: `a model call of ${agent ?? "the run"} ("${purpose}")`,
    index,
    perform: (
      { modelClient: client, messages: seen, streamed: _streamed, context: _context, ...given },
      inner,
      attempt,
    ) => make(inner, client, seen, { ...given, index }, attempt),
    record: (answer) =>
      leaf(
        context,
        {
          ...modelLeaf(modelClient, messages, options, undefined, streamed),
          kind: "choice",
          account: undefined,
          channel: undefined,
        },
        () => Promise.resolve(answer),
      ),
  });
}
