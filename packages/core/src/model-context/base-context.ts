import { ValueError } from "../errors/kinds.ts";
import type { JsonObject } from "../json.ts";
import { llmMessageFromJson, llmMessageToJson } from "../models/message-json.ts";
import type { LLMMessage } from "../models/messages.ts";
import type { Awaitable, ChatCompletionContext } from "./chat-completion-context.ts";

/** What every model context of this package may be given. */
export interface ModelContextOptions {
  /** Messages that are there from the start; they are written with the component, not with the state. */
  readonly initialMessages?: readonly LLMMessage[] | undefined;
}

/** Keeps every message; a subclass decides what the model sees of them. */
export abstract class BaseChatCompletionContext implements ChatCompletionContext {
  readonly initialMessages: readonly LLMMessage[] | undefined;
  protected messages: LLMMessage[];

  constructor(options: ModelContextOptions = {}) {
    this.initialMessages = options.initialMessages?.slice();
    this.messages = options.initialMessages?.slice() ?? [];
  }

  addMessage(message: LLMMessage): void {
    this.messages.push(message);
  }

  abstract getMessages(): Awaitable<readonly LLMMessage[]>;

  clear(): void {
    this.messages = [];
  }

  checkpoint(): () => void {
    const { messages } = this;
    const { length } = messages;
    return () => {
      messages.length = Math.min(length, messages.length);
      this.messages = messages;
    };
  }

  size(): number {
    return this.messages.length;
  }

  saveState(): JsonObject {
    return { messages: this.messages.map(llmMessageToJson) };
  }

  loadState(state: JsonObject): void {
    const messages = state["messages"];
    if (!Array.isArray(messages)) {
      throw new ValueError('The state of a model context must hold a list under "messages".');
    }
    this.messages = messages.map((message, index) => llmMessageFromJson(message, `/messages/${index}`));
  }
}

/** Throws unless a size is a whole number above zero. */
export function checkSize(name: string, value: number): void {
  if (!Number.isInteger(value) || value <= 0) {
    throw new ValueError(`${name} must be greater than 0. It is ${value}; give a whole number of messages or tokens.`);
  }
}
