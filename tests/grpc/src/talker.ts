import type { JsonObject } from "@tesserae/core";
import {
  BaseChatAgent,
  TextMessage,
  type ChatMessage,
  type MessageDefinition,
  type Response,
  type StreamItem,
  type Turn,
} from "@tesserae/agentchat";

/** What a talker says to what it has heard. */
export type Say = (
  heard: readonly ChatMessage[],
  turn: Turn,
  count: number,
) => ChatMessage | string | Promise<ChatMessage | string>;

/** A message in a line: who, and what. */
export function lineOf(message: StreamItem): string {
  const content: unknown = "content" in message ? message.content : message.type;
  return `${message.source}: ${typeof content === "string" ? content : JSON.stringify(content)}`;
}

/** An agent of a team: says what a function says, and keeps what it heard, turn by turn. */
export class Talker extends BaseChatAgent {
  readonly heard: (readonly string[])[] = [];
  readonly calls: string[] = [];
  readonly #say: Say;
  readonly #types: readonly MessageDefinition[];
  #turns = 0;

  constructor(name: string, say: Say, types: readonly MessageDefinition[] = []) {
    super({ name, description: `The agent ${name}.` });
    this.#say = say;
    this.#types = types;
  }

  override get producedMessageTypes(): readonly MessageDefinition[] {
    return this.#types;
  }

  override async respond(messages: readonly ChatMessage[], turn: Turn): Promise<Response> {
    this.heard.push(messages.map(lineOf));
    this.#turns += 1;
    const said = await this.#say(messages, turn, this.#turns);
    const chatMessage =
      typeof said === "string" ? TextMessage({ content: said, source: this.name }, turn.context) : said;
    return { type: "Response", chatMessage };
  }

  override async onReset(): Promise<void> {
    this.calls.push("reset");
    this.#turns = 0;
  }

  override async onPause(): Promise<void> {
    this.calls.push("pause");
  }

  override async onResume(): Promise<void> {
    this.calls.push("resume");
  }

  override async saveState(): Promise<JsonObject> {
    return { type: "TalkerState", version: "1.0.0", turns: this.#turns };
  }

  override async loadState(state: JsonObject): Promise<void> {
    this.#turns = Number(state["turns"]);
  }
}
