import {
  NotAccessibleError,
  RuntimeError,
  SingleThreadedAgentRuntime,
  SubscriptionManager,
  ValueError,
  type Agent,
  type AgentClass,
  type AgentFactory,
  type AgentId,
  type AgentMetadata,
  type AgentRuntime,
  type AgentType,
  type JsonObject,
  type PublishOptions,
  type RegisterFactoryOptions,
  type SendOptions,
  type Subscription,
  type TopicId,
} from "@tesserae/core";
import type { TeamParts } from "@tesserae/agentchat/distributed";
import { subscriptionToWire } from "../protocol/subscriptions.ts";
import { untilSignal } from "../until-signal.ts";
import { HostLink, type ConnectionState } from "./host-link.ts";
import { Incoming } from "./incoming.ts";
import { Outgoing } from "./outgoing.ts";
import { Payloads } from "./payloads.ts";
import { RemoteCalls } from "./remote-calls.ts";
import { parseState } from "./remote-state.ts";
import { hostSettings, type GrpcWorkerAgentRuntimeOptions } from "./worker-options.ts";

/**
 * A runtime whose agents live in this process and whose messages go by way of a host, so that agents of other
 * processes, in TypeScript or Python, get them and answer. Messages arrive at most once: one that is lost with a
 * connection is not sent again.
 */
export class GrpcWorkerAgentRuntime extends SingleThreadedAgentRuntime {
  readonly #options: GrpcWorkerAgentRuntimeOptions;
  readonly #calls = new RemoteCalls();
  readonly #incoming: Incoming;
  readonly #outgoing: Outgoing;
  /** The agent types of this worker. */
  readonly #types = new Set<string>();
  /** What this worker has told the host, in order. */
  readonly #subscribed = new SubscriptionManager();
  #link: HostLink | undefined;

  constructor(options: GrpcWorkerAgentRuntimeOptions) {
    super({ ...options, ignoreUnhandledExceptions: true });
    hostSettings(options);
    this.#options = options;
    const { traceContext, requestTimeoutMs = 60_000, payloadSerializationFormat = "application/json" } = options;
    const payloads = new Payloads(this.serializers, payloadSerializationFormat);
    const parts = { payloads, calls: this.#calls, traceContext };
    this.#outgoing = new Outgoing({ ...parts, requestTimeoutMs });
    const local = {
      sendMessage: (message: unknown, id: AgentId, about: SendOptions) => super.sendMessage(message, id, about),
      publishMessage: (message: unknown, id: TopicId, about: PublishOptions) =>
        super.publishMessage(message, id, about),
      agentSaveState: (id: AgentId) => super.agentSaveState(id),
      agentLoadState: (id: AgentId, state: JsonObject) => super.agentLoadState(id, state),
    };
    this.#incoming = new Incoming({ ...parts, local, logger: this.logger });
  }

  /** All subscriptions that were added here, also those for agents of other workers. */
  override get subscriptions(): readonly Subscription[] {
    return this.#subscribed.subscriptions;
  }

  /**
   * Connects to the host, then handles messages. After `stop` it may be started again, with all that was registered.
   * @throws ValueError `Runtime is already running.` @throws UndeliverableException when the host is not reached.
   */
  // oxlint-disable-next-line typescript/no-misused-promises -- whoever holds a worker as a local runtime may not wait
  override async start(): Promise<void> {
    if (this.#link !== undefined) throw new ValueError("Runtime is already running.");
    const link = this.#makeLink();
    this.#link = link;
    super.start();
    try {
      await link.open();
    } catch (error) {
      await this.#end(link, () => super.stop());
      throw error;
    }
  }

  /** Waits until the handlers here are done, then leaves the host. @throws RuntimeError `Runtime is not running.` */
  override async stop(options: { readonly drain?: boolean | undefined } = {}): Promise<void> {
    const link = this.#link;
    if (link === undefined) throw new RuntimeError("Runtime is not running.");
    const drain = options.drain ?? true;
    // What the host has passed on by now still counts.
    if (drain) await link.flush();
    await this.#end(link, () => super.stop({ drain }));
  }

  /** The same as {@link stop}: whether other workers are idle is not known here. */
  override stopWhenIdle(): Promise<void> {
    return this.stop();
  }

  override async stopWhen(
    condition: () => boolean | Promise<boolean>,
    options: { readonly intervalMs?: number | undefined } = {},
  ): Promise<void> {
    const link = this.#link;
    if (link === undefined) throw new RuntimeError("Runtime is not running.");
    await this.#end(link, () => super.stopWhen(condition, options));
  }

  /** Stops when the process is told to end. Default signals: SIGTERM and SIGINT. */
  async stopWhenSignal(signals: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT"]): Promise<void> {
    if (this.#link === undefined) throw new RuntimeError("Runtime is not running.");
    await untilSignal(signals);
    await this.stop();
  }

  override async close(): Promise<void> {
    const link = this.#link;
    this.#link = undefined;
    await link?.close();
    await super.close();
  }

  /**
   * @throws RemoteError when the agent fails, UndeliverableException when nobody has it or the connection is lost,
   * MessageTimeoutError when no answer comes.
   */
  override async sendMessage<Reply = unknown>(
    message: unknown,
    recipient: AgentId,
    options: SendOptions = {},
  ): Promise<Reply> {
    const { connection } = this.#running("Runtime must be running when sending message.");
    // The caller says what it expects; the runtime cannot know.
    return (await this.#outgoing.call(connection, message, recipient, options)) as Reply;
  }

  /** Resolves when the message is on its way to the host. */
  override async publishMessage(message: unknown, topicId: TopicId, options: PublishOptions = {}): Promise<void> {
    const { connection } = this.#running("Runtime must be running when publishing message.");
    await this.#outgoing.publish(connection, message, topicId, options);
  }

  override async registerFactory(
    type: string | AgentType,
    factory: AgentFactory,
    options: RegisterFactoryOptions = {},
  ): Promise<AgentType> {
    const link = this.#running("Host connection is not set.", RuntimeError);
    const agentType = await super.registerFactory(type, factory, options);
    try {
      await link.connection.registerAgent(agentType.type);
    } catch (error) {
      await super.unregister(agentType, { keepSubscriptions: true });
      throw error;
    }
    await this.#hasType(agentType.type);
    return agentType;
  }

  override async registerAgentInstance(instance: Agent, id: AgentId): Promise<AgentId> {
    const link = this.#running("Host connection is not set.", RuntimeError);
    // The first of a type is told to the host before it is kept, so that nothing must be undone that would close it.
    if (!this.#types.has(id.type)) await link.connection.registerAgent(id.type);
    await super.registerAgentInstance(instance, id);
    await this.#hasType(id.type);
    return id;
  }

  override async tryGetUnderlyingAgentInstance<T extends Agent = Agent>(
    id: AgentId,
    expected?: AgentClass<T>,
  ): Promise<T> {
    this.#mustBeHere(id);
    return super.tryGetUnderlyingAgentInstance(id, expected);
  }

  override async agentMetadata(id: AgentId): Promise<AgentMetadata> {
    this.#mustBeHere(id);
    return super.agentMetadata(id);
  }

  /** Of an agent of another worker, too, when that is one in TypeScript. @throws NotAccessibleError */
  override async agentSaveState(id: AgentId): Promise<JsonObject> {
    if (this.#types.has(id.type)) return super.agentSaveState(id);
    return parseState(await this.#askForState("SaveState", id, ""));
  }

  /** Of an agent of another worker, too, when that is one in TypeScript. @throws NotAccessibleError */
  override async agentLoadState(id: AgentId, state: JsonObject): Promise<void> {
    if (this.#types.has(id.type)) await super.agentLoadState(id, state);
    else await this.#askForState("LoadState", id, JSON.stringify(state));
  }

  /** @throws ValueError when there is an equal one here or at another worker, and for a class of one's own. */
  override async addSubscription(subscription: Subscription): Promise<void> {
    const link = this.#running("Host connection is not set.", RuntimeError);
    subscriptionToWire(subscription);
    this.#subscribed.add(subscription);
    const isForHere = this.#isForHere(subscription);
    // Before the host knows of it, so that the first message finds it.
    if (isForHere) await super.addSubscription(subscription);
    try {
      await link.connection.addSubscription(subscription);
    } catch (error) {
      this.#subscribed.remove(subscription.id);
      if (isForHere) await super.removeSubscription(subscription.id);
      throw error;
    }
  }

  override async removeSubscription(id: string): Promise<void> {
    const link = this.#running("Host connection is not set.", RuntimeError);
    const subscription = this.subscriptions.find((each) => each.id === id);
    this.#subscribed.remove(id);
    if (subscription !== undefined && this.#isForHere(subscription)) await super.removeSubscription(id);
    await link.connection.removeSubscription(id);
  }

  /** The host goes on to name this worker for the type until it leaves; messages to it are answered with an error. */
  override async unregister(
    type: string | AgentType,
    options: { readonly keepSubscriptions?: boolean | undefined } = {},
  ): Promise<void> {
    const text = typeof type === "string" ? type : type.type;
    if (options.keepSubscriptions !== true && this.#types.has(text)) {
      for (const { id, agentType } of this.subscriptions) if (agentType === text) await this.removeSubscription(id);
    }
    this.#types.delete(text);
    await super.unregister(type, options);
  }

  /** The envelopes of a team are written by agentchat, which only those load who have one. */
  async forTeam(team: TeamParts): Promise<AgentRuntime> {
    const { teamOnWorkers } = await import("@tesserae/agentchat/distributed");
    return teamOnWorkers(this, team);
  }

  #makeLink(): HostLink {
    return new HostLink({
      settings: hostSettings(this.#options),
      reconnect: this.#options.reconnect ?? {},
      logger: this.logger,
      message: (message, connection) => this.#incoming.take(message, connection),
      control: (message, connection) => this.#incoming.takeControl(message, connection),
      registrations: () => ({ types: this.#types, subscriptions: this.subscriptions }),
      stateChanged: (state, error) => this.#tellState(state, error),
      lost: (error) => this.#calls.failAll(error),
    });
  }

  #tellState(state: ConnectionState, reason: unknown): void {
    try {
      this.#options.onConnectionState?.(state, reason);
    } catch (error) {
      this.logger?.error("onConnectionState failed.", error);
    }
  }

  /** Stops what is here, then leaves the host, even when stopping fails. */
  async #end(link: HostLink, stop: () => Promise<void>): Promise<void> {
    try {
      await stop();
    } finally {
      if (this.#link === link) this.#link = undefined;
      await link.close();
    }
  }

  #running(refusal: string, Refusal: new (message: string) => Error = ValueError): HostLink {
    if (this.#link === undefined) throw new Refusal(refusal);
    return this.#link;
  }

  #isForHere({ agentType }: Subscription): boolean {
    return agentType !== undefined && this.#types.has(agentType);
  }

  /** From now on the subscriptions to a type are for this worker. */
  async #hasType(type: string): Promise<void> {
    if (this.#types.has(type)) return;
    this.#types.add(type);
    for (const each of this.subscriptions) if (each.agentType === type) await super.addSubscription(each);
  }

  #mustBeHere(id: AgentId): void {
    if (this.#types.has(id.type)) return;
    throw new NotAccessibleError(`Agent ${id} does not live in this worker: its type is not registered here.`);
  }

  #askForState(action: "SaveState" | "LoadState", id: AgentId, state: string): Promise<string> {
    const { connection } = this.#running("Host connection is not set.", RuntimeError);
    return this.#outgoing.askForState(connection, { action, id, state });
  }
}
