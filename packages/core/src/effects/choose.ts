import type { Json } from "../json.ts";
import type { Awaitable } from "../model-context/chat-completion-context.ts";
import type { RunContext } from "../run/run-context.ts";
import { effect, isPlainEffect } from "./effect.ts";

/**
 * Asks a callback of the user's own that may look at the world (a selector, a filter of candidates, a functional
 * condition): one leaf `choice`. The names of its arguments are what is hashed, so give messages, which have ids.
 */
export async function choose<T extends Json>(
  context: RunContext,
  name: string,
  args: readonly { readonly id: string }[],
  callback: () => Awaitable<T>,
): Promise<T> {
  if (isPlainEffect(context)) return callback();
  return effect<T>(
    context,
    { kind: "choice", name, repeat: "safe", request: () => ({ messages: args.map(({ id }) => id) }) },
    async () => callback(),
  );
}
