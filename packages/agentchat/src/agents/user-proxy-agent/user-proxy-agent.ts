import {
  RuntimeError,
  isAbortError,
  isTesseraeError,
  requestInput,
  throwIfAborted,
  type Awaitable,
  type ComponentDefinition,
} from "@tesserae/core";
import type { Response, Turn } from "../../base/task.ts";
import { HANDOFF_MESSAGE, TEXT_MESSAGE } from "../../messages/built-in-definitions.ts";
import type { MessageDefinition } from "../../messages/definition.ts";
import { HandoffMessage, TextMessage, UserInputRequestedEvent } from "../../messages/factories.ts";
import type {
  ChatMessage,
  HandoffMessage as HandoffMessageData,
  UserInputRequestedEvent as UserInputRequestedEventData,
} from "../../messages/types.ts";
import { BaseChatAgent } from "../base-chat-agent.ts";
import { withRequestId } from "./input-request-context.ts";
import { readLine } from "./read-line.ts";

/** Asks a person. The request's id is `inputRequestId()`. */
export type InputFunction = (prompt: string, signal?: AbortSignal) => Awaitable<string>;

/** What makes a {@link UserProxyAgent}. */
export interface UserProxyAgentOptions {
  readonly name: string;
  readonly description?: string | undefined;
  /** Default: a line from the console. Not written to JSON. */
  readonly inputFunc?: InputFunction | undefined;
  /** Milliseconds to wait for the person. Default: for ever. */
  readonly timeoutMs?: number | undefined;
}

/**
 * An agent that asks a person. While it waits the run is at a stand; for a person who answers much later use a handoff
 * termination and a saved state instead.
 */
export class UserProxyAgent extends BaseChatAgent {
  static readonly component: ComponentDefinition<UserProxyAgent> = {
    provider: "autogen_agentchat.agents.UserProxyAgent",
    componentType: "agent",
    label: "UserProxyAgent",
    description: "An agent that asks a person for the answer.",
    schema: {
      type: "object",
      properties: {
        name: { type: "string", minLength: 1 },
        description: { type: "string" },
        input_func: { anyOf: [{ type: "string" }, { type: "null" }] },
        timeout_ms: { type: "number", exclusiveMinimum: 0 },
      },
      required: ["name"],
    },
    toConfig: (agent) => ({
      name: agent.name,
      description: agent.description,
      ...(agent.timeoutMs === undefined ? {} : { timeout_ms: agent.timeoutMs }),
    }),
    fromConfig: (config: { readonly name: string; readonly description?: string; readonly timeout_ms?: number }) =>
      new UserProxyAgent({ name: config.name, description: config.description, timeoutMs: config.timeout_ms }),
  };

  readonly timeoutMs: number | undefined;
  readonly #inputFunc: InputFunction;

  constructor(options: UserProxyAgentOptions) {
    super({ name: options.name, description: options.description ?? "A human user" });
    this.timeoutMs = options.timeoutMs;
    this.#inputFunc = options.inputFunc ?? readLine;
  }

  override get producedMessageTypes(): readonly MessageDefinition[] {
    return [TEXT_MESSAGE, HANDOFF_MESSAGE];
  }

  override async respond(messages: readonly ChatMessage[], turn: Turn): Promise<Response> {
    const { context } = turn;
    const handoff = this.#handoffOf(messages.at(-1));
    const prompt = `${handoff === undefined ? "" : `Handoff received from ${handoff.source}. `}Enter your response: `;
    let event: UserInputRequestedEventData | undefined;
    const answer = await requestInput(context, { prompt, agent: this.name }, async ({ requestId, signal }) => {
      event = UserInputRequestedEvent({ requestId, source: this.name }, context);
      await turn.emit(event);
      return this.#ask(prompt, requestId, signal);
    });
    const innerMessages = event === undefined ? [] : [event];
    const common = { content: answer, source: this.name };
    return {
      type: "Response",
      chatMessage:
        handoff === undefined
          ? TextMessage(common, context)
          : HandoffMessage({ ...common, target: handoff.source }, context),
      innerMessages,
    };
  }

  override onReset(): Promise<void> {
    return Promise.resolve();
  }

  #handoffOf(last: ChatMessage | undefined): HandoffMessageData | undefined {
    if (last?.type !== "HandoffMessage") return undefined;
    if (last.target !== this.name) {
      throw new RuntimeError(
        `Handoff message target does not match agent name: the handoff is for '${last.target}', this agent is '${this.name}'.`,
      );
    }
    return last;
  }

  async #ask(prompt: string, requestId: string, signal: AbortSignal | undefined): Promise<string> {
    const limits = [signal, this.timeoutMs === undefined ? undefined : AbortSignal.timeout(this.timeoutMs)];
    const given = limits.filter((limit) => limit !== undefined);
    const watched = given.length > 1 ? AbortSignal.any(given) : given[0];
    try {
      return await withRequestId(requestId, async () => this.#inputFunc(prompt, watched));
    } catch (error) {
      throwIfAborted(signal);
      if (isAbortError(error) && this.timeoutMs === undefined) throw error;
      if (isTesseraeError(error) && error.code.startsWith("ERR_JOURNAL")) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw new RuntimeError(`Failed to get user input: ${message}`, { cause: error });
    }
  }
}
