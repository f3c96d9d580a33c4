import {
  RuntimeError,
  ValueError,
  checkTypes,
  isAbortError,
  isTesseraeError,
  raceSignal,
  requestInput,
  throwIfAborted,
  type Awaitable,
  type ComponentDefinition,
  type HeldInput,
  type Json,
  type JsonObject,
} from "@tesserae/core";
import { checkedOptions } from "../../base/checked-options.ts";
import type { Response, Turn } from "../../base/task.ts";
import { AGENT_NAME_SCHEMA } from "../../components/config.ts";
import { HANDOFF_MESSAGE, TEXT_MESSAGE } from "../../messages/built-in-definitions.ts";
import type { MessageDefinition } from "../../messages/definition.ts";
import { HandoffMessage, TextMessage, UserInputRequestedEvent } from "../../messages/factories.ts";
import type { ChatMessage, HandoffMessage as HandoffMessageData } from "../../messages/types.ts";
import { BaseChatAgent } from "../base-chat-agent.ts";
import { isHeldTurn } from "../open-turn.ts";
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

const PROMPT = "Enter your response: ";

/** 24.8 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

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
        name: AGENT_NAME_SCHEMA,
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
  /** The request that waits for an answer, here or in the state that was loaded. */
  #pending: HeldInput | undefined;
  /** The ids of the messages that the request is about; a state of Python's does not tell. */
  #heard: readonly string[] | undefined;
  readonly #inputFunc: InputFunction;

  constructor(options: UserProxyAgentOptions) {
    const { name, description = "A human user" } = checkedOptions(options, "UserProxyAgent", "name");
    super({ name, description });
    const { timeoutMs, inputFunc } = options;
    checkTypes("function", { inputFunc });
    if (timeoutMs !== undefined && !(typeof timeoutMs === "number" && timeoutMs > 0)) {
      throw new ValueError(`timeoutMs must be a number of milliseconds above 0, got ${String(timeoutMs)}.`);
    }
    this.timeoutMs = timeoutMs;
    this.#inputFunc = inputFunc ?? readLine;
  }

  override get producedMessageTypes(): readonly MessageDefinition[] {
    return [TEXT_MESSAGE, HANDOFF_MESSAGE];
  }

  override async respond(messages: readonly ChatMessage[], turn: Turn): Promise<Response> {
    const { context, emit } = turn;
    const handoff = this.#handoffOf(messages.at(-1));
    const prompt = `${handoff === undefined ? "" : `Handoff received from ${handoff.source}. `}${PROMPT}`;
    this.#begin(messages);
    const requestId = this.#pending?.request_id ?? context.id();
    const { answer } = this.#pending ?? {};
    this.#pending = { request_id: requestId, agent: this.name, prompt, choices: null, ...given(answer) };
    try {
      // Who has answered was asked before.
      if (answer === undefined) await emit(UserInputRequestedEvent({ requestId, source: this.name }, context));
      const question = { requestId, prompt, agent: this.name };
      const content = await requestInput(context, question, ({ signal }) =>
        answer === undefined ? this.#ask(prompt, requestId, signal) : Promise.resolve(textOf(answer)),
      );
      const common = { content, source: this.name };
      const chatMessage =
        handoff === undefined
          ? TextMessage(common, context)
          : HandoffMessage({ ...common, target: handoff.source }, context);
      this.#pending = undefined;
      return { type: "Response", chatMessage };
    } catch (error) {
      // With nobody there the request stays: the state tells it, and it is asked again under the same id.
      if (!isTesseraeError(error, "ERR_INPUT_WAITING")) this.#pending = undefined;
      throw error;
    }
  }

  override onReset(): Promise<void> {
    this.#pending = undefined;
    return Promise.resolve();
  }

  /** While the agent waits for its person the state holds the request, so that it is asked again under its id, or answered there. */
  override async saveState(): Promise<JsonObject> {
    const state = await super.saveState();
    const pending = this.#pending;
    if (pending === undefined) return state;
    return {
      ...state,
      pending_request_id: pending.request_id,
      open_turn: {
        agent: this.name,
        ...(this.#heard === undefined ? {} : { heard: this.#heard }),
        pending_inputs: [[0, pending]],
      },
    };
  }

  override async loadState(state: JsonObject): Promise<void> {
    await super.loadState(state);
    const { pending_request_id: id, open_turn: turn } = state;
    if (!isHeldTurn(turn)) {
      throw new ValueError(`The state of '${this.name}' cannot be read: "open_turn" must hold a turn that was saved.`);
    }
    const [, held] = turn?.pending_inputs?.[0] ?? [];
    const asked = { agent: this.name, prompt: PROMPT, choices: null };
    this.#heard = turn?.heard;
    this.#pending = typeof id === "string" ? { ...asked, ...held, request_id: id } : undefined;
  }

  /** Who is told something else is asked anew: what was answered before was answered to something else. */
  #begin(messages: readonly ChatMessage[]): void {
    const heard = this.#heard;
    const isSame = heard === undefined || messages.every(({ id }) => heard.includes(id));
    if (this.#pending?.answer !== undefined && !isSame) this.#pending = undefined;
    if (this.#pending === undefined || !isSame) this.#heard = messages.map(({ id }) => id);
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
    const { timeoutMs } = this;
    // What is longer than timers reach is for ever.
    const isEndless = timeoutMs === undefined || timeoutMs > LONGEST_TIMER_MS;
    const timeout = isEndless ? undefined : AbortSignal.timeout(Math.ceil(timeoutMs));
    const limits = [signal, timeout].filter((limit) => limit !== undefined);
    const watched = limits.length > 1 ? AbortSignal.any(limits) : limits[0];
    try {
      const answer = withRequestId(requestId, async () => this.#inputFunc(prompt, watched));
      const text: unknown = await raceSignal(answer, watched);
      if (typeof text === "string") return text;
      throw new ValueError(
        `the inputFunc of '${this.name}' must give a text, and gave ${text === null ? "null" : typeof text}.`,
      );
    } catch (error) {
      throwIfAborted(signal);
      if (timeout?.aborted === true) {
        throw new RuntimeError(`Failed to get user input: '${this.name}' got no answer within ${timeoutMs} ms.`);
      }
      if (isAbortError(error) || isTesseraeError(error, "ERR_INPUT_WAITING")) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw new RuntimeError(`Failed to get user input: ${message}`, { cause: error });
    }
  }
}

function given(answer: Json | undefined): { readonly answer?: Json } {
  return answer === undefined ? {} : { answer };
}

/** An answer from outside may be any JSON. */
function textOf(answer: Json): string {
  return typeof answer === "string" ? answer : JSON.stringify(answer);
}
