import type { MessageContext } from "../../agents/agent.ts";
import { BaseAgent } from "../../agents/base-agent.ts";
import type { HandlerDefinition } from "../../agents/handler-definition.ts";
import { on } from "../../agents/handlers.ts";
import { RoutedAgent } from "../../agents/routed-agent.ts";
import { isObject, type JsonObject } from "../../json.ts";
import { defineMessage, type MessageDefinition } from "../../messages/define-message.ts";

/** Adds to a {@link Counter}. */
export const Bump: MessageDefinition<string, { readonly by: number }, { readonly by: number }> = defineMessage<{
  readonly by: number;
}>("test.Bump");

/** Counts what it is told, answers with the sum, and keeps it as its state. */
export class Counter extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    on(Bump, (self: Counter, { by }) => {
      self.count += by;
      return self.count;
    }),
  ];

  count = 0;

  constructor() {
    super("counts");
  }

  override async saveState(): Promise<JsonObject> {
    return { count: this.count };
  }

  override async loadState(state: JsonObject): Promise<void> {
    this.count = isObject(state) ? Number(state["count"]) : 0;
  }
}

/** What an {@link Recorder} does with a message. */
export type Handle = (message: unknown, context: MessageContext, self: BaseAgent) => unknown;

/** An agent that is one function, and counts what it got. */
export class Recorder extends BaseAgent {
  readonly received: unknown[] = [];
  closed = 0;
  readonly #handle: Handle;

  constructor(handle: Handle = () => undefined) {
    super("records");
    this.#handle = handle;
  }

  override onMessageImpl(message: unknown, context: MessageContext): unknown {
    this.received.push(message);
    return this.#handle(message, context, this);
  }

  override async saveState(): Promise<JsonObject> {
    return { received: this.received.length };
  }

  override async close(): Promise<void> {
    this.closed += 1;
  }
}

/** A promise and the functions that settle it. */
export interface Deferred<T = void> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** Makes a {@link Deferred}. */
export function deferred<T = void>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((settle, fail) => {
    resolve = settle;
    reject = fail;
  });
  return { promise, resolve, reject };
}

/** Lets everything that is ready run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The reason of a rejection; throws when there is none. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("The promise was expected to reject.");
}
