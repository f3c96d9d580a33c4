import type { WarnOnce } from "../logging/warnings.ts";
import { isPromiseLike } from "../runtime/is-promise-like.ts";
import { isDropMessage, type InterventionHandler } from "./intervention-handler.ts";

/** What became of a message: the message to go on with, or a drop. */
export type Intervened = { readonly message: unknown } | "dropped";

/** Calls one hook of a handler; `undefined` when the handler does not have it. */
export type HookCall = (handler: InterventionHandler, message: unknown) => { readonly returned: unknown } | undefined;

/**
 * Passes a message through the handlers in order. Synchronous as long as the handlers are, so that a chain of plain
 * functions delays nothing. Throws or rejects with what a handler throws.
 */
export function runChain(
  handlers: readonly InterventionHandler[],
  message: unknown,
  call: HookCall,
  warnings: WarnOnce,
): Intervened | Promise<Intervened> {
  let current = message;
  for (let index = 0; index < handlers.length; index += 1) {
    const handler = handlers[index];
    if (handler === undefined) continue;
    const called = call(handler, current);
    if (called === undefined) continue;
    if (isPromiseLike(called.returned)) {
      return continueChain(handlers, index, current, called.returned, call, warnings);
    }
    const next = nextMessage(handler, current, called.returned, warnings);
    if (next === "dropped") return next;
    current = next.message;
  }
  return { message: current };
}

async function continueChain(
  handlers: readonly InterventionHandler[],
  index: number,
  message: unknown,
  pending: PromiseLike<unknown>,
  call: HookCall,
  warnings: WarnOnce,
): Promise<Intervened> {
  const next = nextMessage(handlers[index], message, await pending, warnings);
  if (next === "dropped") return next;
  return runChain(handlers.slice(index + 1), next.message, call, warnings);
}

function nextMessage(
  handler: InterventionHandler | undefined,
  message: unknown,
  returned: unknown,
  warnings: WarnOnce,
): Intervened {
  if (isDropMessage(returned)) return "dropped";
  if (returned === message) return { message };
  if (returned === undefined || returned === null) {
    warnings.warn(
      handler,
      "TESSERAE_INTERVENTION_RETURN",
      "An intervention handler returned nothing; the message is kept. Return the message, or DropMessage to drop it.",
    );
    return { message };
  }
  return { message: returned };
}
