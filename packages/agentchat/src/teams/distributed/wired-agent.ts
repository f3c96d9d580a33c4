import type { Agent, AgentId, AgentMetadata, AgentRuntime, JsonObject, MessageContext } from "@tesserae/core";
import type { GroupChatEnvelope } from "../group-chat/envelopes.ts";
import { isNotice, isWireEnvelope, type Notice, type WireEnvelope } from "./wire-envelope.ts";

/** Who reads what comes for an actor from other processes. */
export interface EnvelopeReader {
  readonly runtime: AgentRuntime;
  read(wire: WireEnvelope, context: MessageContext): GroupChatEnvelope;
  /** Lets the actor handle an envelope in its run. */
  handle(envelope: GroupChatEnvelope, wire: WireEnvelope, context: MessageContext, actor: Agent): unknown;
  notice(wire: WireEnvelope & { readonly type: Notice }, context: MessageContext): unknown;
}

/** An actor of a team in a runtime that brings its envelopes as JSON. */
export class WiredAgent implements Agent {
  readonly #actor: Agent;
  readonly #reader: EnvelopeReader;

  constructor(actor: Agent, reader: EnvelopeReader) {
    this.#actor = actor;
    this.#reader = reader;
  }

  get id(): AgentId {
    return this.#actor.id;
  }

  get metadata(): AgentMetadata {
    return this.#actor.metadata;
  }

  /** The actor speaks through the runtime that writes its envelopes, not through the one that makes it. */
  bindIdAndRuntime(id: AgentId): void {
    this.#actor.bindIdAndRuntime(id, this.#reader.runtime);
  }

  onMessage(message: unknown, context: MessageContext): unknown {
    if (!isWireEnvelope(message)) return undefined;
    if (isNotice(message)) return this.#reader.notice(message, context);
    return this.#reader.handle(this.#reader.read(message, context), message, context, this.#actor);
  }

  saveState(): Promise<JsonObject> {
    return this.#actor.saveState();
  }

  loadState(state: JsonObject): Promise<void> {
    return this.#actor.loadState(state);
  }

  close(): Promise<void> {
    return this.#actor.close();
  }
}
