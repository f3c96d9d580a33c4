import {
  AssistantMessage,
  BaseChatCompletionContext,
  SystemMessage,
  type AssistantMessage as Answer,
  type LLMMessage,
} from "@tesserae/core";

/**
 * The conversation of an `OpenAIAgent`. Who speaks as `system` or `assistant` has that role, everybody else is a user; the
 * instructions stand in front unless the conversation has some of its own.
 */
export class ResponseHistory extends BaseChatCompletionContext {
  readonly #instructions: string;

  constructor(instructions: string) {
    super();
    this.#instructions = instructions;
  }

  override addMessage(message: LLMMessage): void {
    super.addMessage(withRole(message));
  }

  override getMessages(): readonly LLMMessage[] {
    const hasOwn = this.#instructions === "" || this.messages.some(({ type }) => type === "SystemMessage");
    return hasOwn ? this.messages.slice() : [SystemMessage({ content: this.#instructions }), ...this.messages];
  }

  /** The conversation without the instructions. */
  get all(): readonly LLMMessage[] {
    return this.messages;
  }

  /** The model's answers after the first `count` messages. */
  answersAfter(count: number): readonly Answer[] {
    return this.messages.slice(count).filter((message) => message.type === "AssistantMessage");
  }
}

function withRole(message: LLMMessage): LLMMessage {
  if (message.type !== "UserMessage" || typeof message.content !== "string") return message;
  const { content, source } = message;
  if (source === "system") return SystemMessage({ content });
  return source === "assistant" ? AssistantMessage({ content, source }) : message;
}
