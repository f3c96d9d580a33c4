import {
  AgentInstantiationContext,
  type Agent,
  type AgentClass,
  type AgentFactory,
  type AgentId,
  type AgentMetadata,
  type AgentRuntime,
  type AgentType,
  type JsonObject,
  type MessageContext,
  type MessageSerializer,
  type PublishOptions,
  type RegisterFactoryOptions,
  type RunContext,
  type SendOptions,
  type Subscription,
  type TopicId,
} from "@tesserae/core";
import type { MessageRegistry } from "../../messages/registry.ts";
import type { GroupChatEnvelope } from "../group-chat/envelopes.ts";
import { envelopeFromJson, envelopeToJson } from "./envelope-json.ts";
import { KnownRun } from "./known-run.ts";
import { WiredAgent, type EnvelopeReader } from "./wired-agent.ts";
import { ENVELOPE_SERIALIZERS, type Notice, type WireEnvelope } from "./wire-envelope.ts";

/**
 * A runtime that brings messages to other processes, for the actors of one team: these speak in envelopes, which are
 * written here on their way out, and read on their way in.
 */
export abstract class EnvelopeRuntime implements AgentRuntime, EnvelopeReader {
  readonly runs: KnownRun = new KnownRun();
  protected readonly inner: AgentRuntime;
  protected readonly teamId: string;
  readonly #messages: MessageRegistry;

  constructor(inner: AgentRuntime, teamId: string, messages: MessageRegistry) {
    this.inner = inner;
    this.teamId = teamId;
    this.#messages = messages;
    inner.addMessageSerializer(ENVELOPE_SERIALIZERS);
  }

  get runtime(): AgentRuntime {
    return this;
  }

  /** The name under which the team knows the participant with this type of actor. */
  protected nameOf(actorType: string): string {
    return actorType.slice(0, -this.teamId.length - 1);
  }

  /** An envelope as it is sent. */
  protected write(envelope: GroupChatEnvelope, run: RunContext | undefined): WireEnvelope {
    const json = envelopeToJson(envelope, this.#messages);
    const id = this.runs.idOf(run);
    return { type: envelope.type, json: id === undefined ? json : { ...json, run: id } };
  }

  read(
    { type, json }: WireEnvelope & { readonly type: GroupChatEnvelope["type"] },
    context: MessageContext,
  ): GroupChatEnvelope {
    return envelopeFromJson(type, json, this.#messages, this.nameOf(context.sender?.type ?? ""));
  }

  handle(envelope: GroupChatEnvelope, { json }: WireEnvelope, context: MessageContext, actor: Agent): unknown {
    return actor.onMessage(envelope, { ...context, run: this.runs.contextOf(json["run"]) });
  }

  /** What is said past the actors. */
  abstract notice(wire: WireEnvelope & { readonly type: Notice }, context: MessageContext): unknown;

  sendMessage<Reply = unknown>(message: unknown, recipient: AgentId, options: SendOptions = {}): Promise<Reply> {
    const { run, signal = run?.signal, ...rest } = options;
    // Only the team and its actors have this runtime, and they send envelopes.
    return this.inner.sendMessage<Reply>(this.write(message as GroupChatEnvelope, run), recipient, { ...rest, signal });
  }

  async publishMessage(message: unknown, topicId: TopicId, options: PublishOptions = {}): Promise<void> {
    const { sender, messageId, run } = options;
    await this.inner.publishMessage(this.write(message as GroupChatEnvelope, run), topicId, { sender, messageId });
  }

  registerFactory(
    type: string | AgentType,
    factory: AgentFactory,
    options?: RegisterFactoryOptions,
  ): Promise<AgentType> {
    const make: AgentFactory = async ({ agentId }) => {
      const instantiation = { runtime: this, agentId };
      return new WiredAgent(
        await AgentInstantiationContext.populateContext(instantiation, () => factory(instantiation)),
        this,
      );
    };
    return this.inner.registerFactory(type, make, options);
  }

  registerAgentInstance(instance: Agent, id: AgentId): Promise<AgentId> {
    return this.inner.registerAgentInstance(new WiredAgent(instance, this), id);
  }

  tryGetUnderlyingAgentInstance<T extends Agent = Agent>(id: AgentId, expected?: AgentClass<T>): Promise<T> {
    return this.inner.tryGetUnderlyingAgentInstance(id, expected);
  }

  get(
    idOrType: AgentId | AgentType | string,
    key?: string,
    options?: { readonly lazy?: boolean | undefined },
  ): Promise<AgentId> {
    return this.inner.get(idOrType, key, options);
  }

  agentMetadata(id: AgentId): Promise<AgentMetadata> {
    return this.inner.agentMetadata(id);
  }

  agentSaveState(id: AgentId): Promise<JsonObject> {
    return this.inner.agentSaveState(id);
  }

  agentLoadState(id: AgentId, state: JsonObject): Promise<void> {
    return this.inner.agentLoadState(id, state);
  }

  addSubscription(subscription: Subscription): Promise<void> {
    return this.inner.addSubscription(subscription);
  }

  removeSubscription(id: string): Promise<void> {
    return this.inner.removeSubscription(id);
  }

  addMessageSerializer(serializer: MessageSerializer | readonly MessageSerializer[]): void {
    this.inner.addMessageSerializer(serializer);
  }

  unregister(type: string | AgentType, options?: { readonly keepSubscriptions?: boolean | undefined }): Promise<void> {
    return this.inner.unregister(type, options);
  }

  saveState(): Promise<JsonObject> {
    return this.inner.saveState();
  }

  loadState(state: JsonObject): Promise<unknown> {
    return this.inner.loadState(state);
  }
}
