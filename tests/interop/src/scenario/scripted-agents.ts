import {
  BaseChatAgent,
  TEXT_MESSAGE,
  TextMessage,
  type ChatMessage,
  type MessageDefinition,
  type Response,
} from "@tesserae/agentchat";
import { RuntimeError, type Json, type JsonObject } from "@tesserae/core";
import { makeError } from "../errors.ts";
import { listOf, objectOf } from "../golden.ts";
import { MESSAGES, makeChatMessage, makeMessage } from "../messages.ts";

/** Where an agent writes down what it receives: for each call a list of messages. */
export type Received = JsonObject[][];

/** What the agents without a model share. */
abstract class RecordingAgent extends BaseChatAgent {
  readonly #received: Received;

  constructor(name: string, description: string, received: Received) {
    super({ name, description });
    this.#received = received;
  }

  override onReset(): Promise<void> {
    return Promise.resolve();
  }

  protected note(messages: readonly ChatMessage[]): void {
    this.#received.push(
      messages.map((message) => ({
        type: message.type,
        source: message.source,
        text: MESSAGES.toModelText(message),
      })),
    );
  }
}

/** Answers with the model text of the last message it got, or with `nothing`. */
export class EchoAgent extends RecordingAgent {
  override get producedMessageTypes(): readonly MessageDefinition[] {
    return [TEXT_MESSAGE];
  }

  override onMessages(messages: readonly ChatMessage[]): Promise<Response> {
    this.note(messages);
    const last = messages.at(-1);
    const content = last === undefined ? "nothing" : MESSAGES.toModelText(last);
    return Promise.resolve({ type: "Response", chatMessage: TextMessage({ content, source: this.name }) });
  }
}

/** Each call takes the next reply: `{"message", "inner"?}` or `{"error"}`. Resets do not turn the script back. */
export class ScriptedAgent extends RecordingAgent {
  readonly #replies: Iterator<Json>;
  readonly #produces: readonly MessageDefinition[];

  constructor(options: {
    readonly name: string;
    readonly description: string;
    readonly received: Received;
    readonly replies: Iterator<Json>;
    readonly produces: readonly MessageDefinition[];
  }) {
    super(options.name, options.description, options.received);
    this.#replies = options.replies;
    this.#produces = options.produces;
  }

  override get producedMessageTypes(): readonly MessageDefinition[] {
    return this.#produces;
  }

  override async onMessages(messages: readonly ChatMessage[]): Promise<Response> {
    this.note(messages);
    const next = this.#replies.next();
    if (next.done === true) throw new RuntimeError("The script has no further reply");
    const reply = objectOf(next.value, "reply");
    if (reply["error"] !== undefined) throw makeError(reply["error"]);
    return {
      type: "Response",
      chatMessage: makeChatMessage(reply["message"] ?? null, this.name),
      innerMessages: listOf(reply["inner"]).map((message) => makeMessage(message, this.name)),
    };
  }
}
