import type { JsonObject } from "@tesserae/core";
import { BaseChatAgent } from "../agents/base-chat-agent.ts";
import type { Response, Turn } from "../base/task.ts";
import { deferred, type Deferred } from "../deferred.ts";
import { TEXT_MESSAGE } from "../messages/built-in-definitions.ts";
import type { MessageDefinition } from "../messages/definition.ts";
import { TextMessage } from "../messages/factories.ts";
import type { ChatMessage } from "../messages/types.ts";

/** Says something of what it has heard. */
export type Say = (heard: readonly ChatMessage[], turn: Turn, count: number) => string | Promise<string>;

/** An agent for tests: it says what a function says, counts its turns, and keeps what it heard. */
export class SayingAgent extends BaseChatAgent {
  /** What it was given, turn by turn. */
  heard: (readonly ChatMessage[])[] = [];
  resets = 0;
  calls: string[] = [];
  readonly #say: Say;
  #turns = 0;

  constructor(name: string, say: Say | string = (messages) => lastText(messages), description = `The agent ${name}.`) {
    super({ name, description });
    this.#say = typeof say === "string" ? () => say : say;
  }

  override get producedMessageTypes(): readonly MessageDefinition[] {
    return [TEXT_MESSAGE];
  }

  override async respond(messages: readonly ChatMessage[], turn: Turn): Promise<Response> {
    this.heard.push([...messages]);
    this.#turns += 1;
    const content = await this.#say(messages, turn, this.#turns);
    return { type: "Response", chatMessage: TextMessage({ content, source: this.name }, turn.context) };
  }

  override onReset(): Promise<void> {
    this.resets += 1;
    this.#turns = 0;
    return Promise.resolve();
  }

  override onPause(): Promise<void> {
    this.calls.push("pause");
    return Promise.resolve();
  }

  override onResume(): Promise<void> {
    this.calls.push("resume");
    return Promise.resolve();
  }

  override saveState(): Promise<JsonObject> {
    return Promise.resolve({ type: "SayingAgentState", version: "1.0.0", turns: this.#turns });
  }

  override loadState(state: JsonObject): Promise<void> {
    this.#turns = Number(state["turns"] ?? 0);
    return Promise.resolve();
  }
}

/** The text of the last message, empty when there is none. */
export function lastText(messages: readonly ChatMessage[]): string {
  const content = messages.at(-1)?.content;
  return typeof content === "string" ? content : "";
}

/** A place where an agent stops until it is let go: `reached` resolves when it is there. */
export class Gate {
  readonly reached: Promise<void>;
  readonly #reached: Deferred<void> = deferred<void>();
  readonly #open: Deferred<void> = deferred<void>();

  constructor() {
    this.reached = this.#reached.promise;
  }

  /** Waits here. */
  async pass(): Promise<void> {
    this.#reached.resolve();
    await this.#open.promise;
  }

  open(): void {
    this.#open.resolve();
  }
}
