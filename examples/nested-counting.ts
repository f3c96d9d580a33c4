/** Agents of one's own, nested: one that counts, and one that lets a team of such agents count. */
import {
  BaseChatAgent,
  RoundRobinGroupChat,
  TEXT_MESSAGE,
  TextMessage,
  messageText,
  type ChatMessage,
  type MessageDefinition,
  type Response,
  type Turn,
} from "@tesserae/agentchat";

//#region counting
/** Answers with the last number and one more. */
class CountingAgent extends BaseChatAgent {
  #last = 0;

  constructor(name: string) {
    super({ name, description: "Adds one to the last number." });
  }

  override get producedMessageTypes(): readonly MessageDefinition[] {
    return [TEXT_MESSAGE];
  }

  override async respond(messages: readonly ChatMessage[], { context }: Turn): Promise<Response> {
    const heard = messages.at(-1);
    // Without news it goes on from what it said itself.
    this.#last = (heard === undefined ? this.#last : Number(messageText(heard))) + 1;
    return { type: "Response", chatMessage: TextMessage({ content: `${this.#last}`, source: this.name }, context) };
  }

  override async onReset(): Promise<void> {
    this.#last = 0;
  }
}
//#endregion

//#region nested
/** Gives what it hears to a team, and answers with the last that the team says. */
class NestedCountingAgent extends BaseChatAgent {
  readonly #team: RoundRobinGroupChat;

  constructor(name: string, team: RoundRobinGroupChat) {
    super({ name, description: "Lets a team count." });
    this.#team = team;
  }

  override get producedMessageTypes(): readonly MessageDefinition[] {
    return [TEXT_MESSAGE];
  }

  override async respond(messages: readonly ChatMessage[], { context }: Turn): Promise<Response> {
    const innerMessages = (await this.#team.run(messages, { context })).messages;
    const last = innerMessages.at(-1);
    const content = last === undefined ? "" : messageText(last);
    return { type: "Response", chatMessage: TextMessage({ content, source: this.name }, context), innerMessages };
  }

  override async onReset(): Promise<void> {
    await this.#team.reset();
  }
}
//#endregion

//#region run
const team = new RoundRobinGroupChat({
  participants: [new CountingAgent("one"), new CountingAgent("other")],
  maxTurns: 5,
});
const agent = new NestedCountingAgent("nested", team);
const { chatMessage, innerMessages } = await agent.onMessages([TextMessage({ content: "1", source: "user" })]);
for (const message of innerMessages ?? []) console.log(`${message.source}: ${messageText(message)}`);
console.log(`${chatMessage.source}: ${messageText(chatMessage)}`);
//#endregion
await team.close();
