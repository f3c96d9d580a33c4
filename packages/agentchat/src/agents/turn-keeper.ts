import {
  ValueError,
  isObject,
  llmMessageFromJson,
  type ChatCompletionContext,
  type Json,
  type JsonObject,
} from "@tesserae/core";
import type { Response, Turn } from "../base/task.ts";
import type { ChatMessage } from "../messages/types.ts";
import { checkpointOf } from "./model-context.ts";
import { OpenTurn, isHeldTurn, isWaiting, type HeldTurn } from "./open-turn.ts";

/**
 * The turns of an agent with a model context: one that fails leaves nothing there, and one that waits for a person is part
 * of the agent's state and goes on.
 */
export class TurnKeeper {
  readonly #agent: string;
  readonly #modelContext: ChatCompletionContext;
  /** The turn that goes on. */
  #open: OpenTurn | undefined;
  /** A turn that waits for a person who was not there, or that was loaded: the next turn goes on with it. */
  #held: (JsonObject & HeldTurn) | undefined;

  constructor(agent: string, modelContext: ChatCompletionContext) {
    this.#agent = agent;
    this.#modelContext = modelContext;
  }

  /**
   * Takes a turn. The body adds what it is told to the model context, unless `open.isCatchingUp`: then it goes on with one
   * that waited. `isOther`: one that waited is void, since the agent was told something else. `instead` may answer for a body
   * that failed.
   */
  async take(
    messages: readonly ChatMessage[],
    turn: Turn,
    body: (open: OpenTurn, isOther: boolean) => Promise<Response>,
    instead?: (error: unknown, open: OpenTurn) => Promise<Response | undefined>,
  ): Promise<Response> {
    const modelContext = this.#modelContext;
    const restore = await checkpointOf(modelContext);
    const held = this.#held;
    this.#held = undefined;
    const kept = held !== undefined && messages.every(({ id }) => held.heard?.includes(id)) ? held : undefined;
    const began = modelContext.size?.();
    const open = new OpenTurn(messages, began, turn.messages, kept);
    this.#open = open;
    try {
      for (const message of kept?.context ?? []) await modelContext.addMessage(llmMessageFromJson(message));
      return await body(open, held !== kept);
    } catch (error) {
      if (isWaiting(error)) ({ open_turn: this.#held } = await this.save(true));
      // A failed turn leaves no trace: a retry is given the same messages again.
      await restore();
      const response = await instead?.(error, open);
      if (response !== undefined) return response;
      throw error;
    } finally {
      this.#open = undefined;
    }
  }

  /**
   * The state of the model context. Saved in a turn, it tells where the turn began, or, while a person is asked (`asks`: in
   * what the turn has called), ends there and holds the turn. A context that cannot tell where a turn began holds none.
   */
  async save(asks = false): Promise<{ readonly llm_context: JsonObject; readonly open_turn?: JsonObject & HeldTurn }> {
    const open = this.#open;
    const llm_context = await this.#modelContext.saveState();
    const { began } = open ?? {};
    if (open === undefined || began === undefined) {
      return this.#held === undefined ? { llm_context } : { llm_context, open_turn: this.#held };
    }
    if (!asks && open.inputs.size === 0) return { llm_context: { ...llm_context, turn_began: began } };
    const messages = Array.isArray(llm_context["messages"]) ? llm_context["messages"] : [];
    return {
      llm_context: { ...llm_context, messages: messages.slice(0, began) },
      open_turn: { agent: this.#agent, ...open.hold(messages.slice(began)) },
    };
  }

  /**
   * Takes back what {@link TurnKeeper.save} gave, without what an unfinished turn had added: who is asked again is given it
   * again.
   */
  async load(state: JsonObject, context: Json): Promise<void> {
    // A program without types may give another.
    const { open_turn: held } = isObject(state) ? state : {};
    if (!isObject(context) || !isHeldTurn(held)) {
      throw new ValueError(
        `The state of '${this.#agent}' must hold its model context under "llm_context", and a turn, if any, under "open_turn".`,
      );
    }
    const { turn_began: began, messages = [], ...rest } = context;
    const isUnfinished = typeof began === "number" && Array.isArray(messages);
    await this.#modelContext.loadState({ ...rest, messages: isUnfinished ? messages.slice(0, began) : messages });
    this.#held = held;
  }

  /** Forgets the conversation, and a turn that waits. */
  async reset(): Promise<void> {
    this.#held = undefined;
    await this.#modelContext.clear();
  }
}
