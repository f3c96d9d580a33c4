/** An agent of your own: it answers by code, and shows what it does on the way. */
import {
  BaseChatAgent,
  TEXT_MESSAGE,
  TextMessage,
  messageText,
  type ChatMessage,
  type MessageDefinition,
  type Response,
  type Turn,
} from "@tesserae/agentchat";

//#region agent
class CountdownAgent extends BaseChatAgent {
  readonly #count: number;

  constructor(name: string, count: number) {
    super({ name, description: "Counts down." });
    this.#count = count;
  }

  override get producedMessageTypes(): readonly MessageDefinition[] {
    return [TEXT_MESSAGE];
  }

  override async respond(_messages: readonly ChatMessage[], { context, emit }: Turn): Promise<Response> {
    const innerMessages: ChatMessage[] = [];
    for (let number = this.#count; number > 0; number -= 1) {
      const message = TextMessage({ content: String(number), source: this.name }, context);
      innerMessages.push(message);
      await emit(message);
    }
    return {
      type: "Response",
      chatMessage: TextMessage({ content: "Liftoff! 🚀", source: this.name }, context),
      innerMessages,
    };
  }

  override async onReset(): Promise<void> {}
}

const agent = new CountdownAgent("countdown", 5);
for (const message of (await agent.run("Go.")).messages) console.log(messageText(message));
//#endregion
