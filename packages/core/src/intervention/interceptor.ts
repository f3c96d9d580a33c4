import type { MessageContext } from "../agents/agent.ts";
import type { AgentId } from "../identifiers/agent-id.ts";
import { ValueError } from "../errors/kinds.ts";
import { WarnOnce } from "../logging/warnings.ts";
import { isInterventionHandler, type InterventionHandler } from "./intervention-handler.ts";
import { runChain, type Intervened } from "./run-chain.ts";

/** What became of a message that passed the chain, or the error that ended it. */
export type Outcome = Intervened | { readonly error: unknown };

/** Calls a handler for somebody who watches messages. */
export type Around = (handler: InterventionHandler, look: () => unknown) => unknown;

/** A message at one of the three places where handlers look at it. */
export type Stage =
  | {
      readonly kind: "send";
      readonly context: MessageContext;
      readonly recipient: AgentId;
      readonly around: Around | undefined;
    }
  | { readonly kind: "publish"; readonly context: MessageContext; readonly around: Around | undefined }
  | { readonly kind: "response"; readonly sender: AgentId; readonly recipient: AgentId | undefined };

/**
 * Runs the chain of intervention handlers for one message after another.
 *
 * A chain that takes time holds up nobody but the messages behind it for the same recipients, which keep their order.
 */
export class Interceptor {
  readonly #handlers: readonly InterventionHandler[];
  readonly #warnings = new WarnOnce();
  /** For each recipient the last message that is not through yet. */
  readonly #tails = new Map<string, Promise<void>>();

  /** @throws ValueError for what would let every message pass unseen, such as a handler in no list. */
  constructor(handlers: readonly InterventionHandler[]) {
    if (!Array.isArray(handlers) || !handlers.every(isInterventionHandler)) {
      throw new ValueError("interventionHandlers must be a list of objects with onSend, onPublish or onResponse.");
    }
    this.#handlers = handlers;
  }

  /**
   * @param recipients the texts of the agents that the message goes to; empty for an answer.
   * @param proceed is called once, at once when nothing takes time, and must not throw.
   */
  pass(message: unknown, stage: Stage, recipients: readonly string[], proceed: (outcome: Outcome) => void): void {
    let outcome: Outcome | Promise<Outcome>;
    try {
      outcome = runChain(
        this.#handlers,
        message,
        (handler, current) => callHook(handler, current, stage),
        this.#warnings,
      );
    } catch (error) {
      outcome = { error };
    }
    const before: Promise<void>[] = [];
    for (const recipient of recipients) {
      const tail = this.#tails.get(recipient);
      if (tail !== undefined) before.push(tail);
    }
    if (before.length === 0 && !(outcome instanceof Promise)) {
      proceed(outcome);
      return;
    }
    const through = proceedLater(outcome, before, proceed).then(() => {
      for (const recipient of recipients) {
        if (this.#tails.get(recipient) === through) this.#tails.delete(recipient);
      }
    });
    for (const recipient of recipients) this.#tails.set(recipient, through);
  }
}

async function proceedLater(
  outcome: Outcome | Promise<Outcome>,
  before: readonly Promise<void>[],
  proceed: (outcome: Outcome) => void,
): Promise<void> {
  let settled: Outcome;
  try {
    settled = await outcome;
  } catch (error) {
    settled = { error };
  }
  await Promise.all(before);
  proceed(settled);
}

function callHook(
  handler: InterventionHandler,
  message: unknown,
  stage: Stage,
): { readonly returned: unknown } | undefined {
  switch (stage.kind) {
    case "send": {
      const { context, recipient, around } = stage;
      if (handler.onSend === undefined) return undefined;
      const look = (): unknown => handler.onSend?.(message, { context, recipient });
      return { returned: around === undefined ? look() : around(handler, look) };
    }
    case "publish": {
      const { context, around } = stage;
      if (handler.onPublish === undefined) return undefined;
      const look = (): unknown => handler.onPublish?.(message, { context });
      return { returned: around === undefined ? look() : around(handler, look) };
    }
    case "response": {
      const { sender, recipient } = stage;
      return handler.onResponse === undefined
        ? undefined
        : { returned: handler.onResponse(message, { sender, recipient }) };
    }
  }
}
