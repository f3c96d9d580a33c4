import { randomUUID } from "node:crypto";
import {
  AgentId,
  CancelledError,
  NotAccessibleError,
  RuntimeError,
  SingleThreadedAgentRuntime,
  SubscriptionManager,
  TopicId,
  ValueError,
  type Agent,
  type AgentClass,
  type AgentFactory,
  type AgentMetadata,
  type AgentRuntime,
  type AgentType,
  type JsonObject,
  type PublishOptions,
  type RegisterFactoryOptions,
  type SendOptions,
  type Subscription,
} from "@tesserae/core";
import type { TeamParts } from "@tesserae/agentchat/distributed";
import { cloudEvent } from "../protocol/cloud-event.ts";
import type { ChannelMessage, ControlMessage, RpcRequest, RpcResponse } from "../protocol/messages.ts";
import { errorOf, errorToWire } from "../protocol/remote-error.ts";
import { subscriptionToWire } from "../protocol/subscriptions.ts";
import { untilSignal } from "../until-signal.ts";
import type { HostConnection } from "./host-connection.ts";
import { HostLink, type ConnectionState } from "./host-link.ts";
import { Payloads, agentIdFromWire } from "./payloads.ts";
import { RemoteCalls } from "./remote-calls.ts";
import { askForState, parseState, takeControl } from "./remote-state.ts";
import { inTrace, traceEntries } from "./trace-context.ts";
import { hostSettings, type GrpcWorkerAgentRuntimeOptions } from "./worker-options.ts";

/** The key of a request's metadata that holds the id that its sender gave the message. */
const MESSAGE_ID = "message_id";

/**
 * A runtime whose agents live in this process and whose messages go by way of a host, so that agents of other
 * processes, in TypeScript or Python, get them and answer. Messages arrive at most once: one that is lost with a
 * connection is not sent again.
 */
export class GrpcWorkerAgentRuntime extends SingleThreadedAgentRuntime {
  readonly #options: GrpcWorkerAgentRuntimeOptions;
  readonly #payloads: Payloads;
  readonly #calls = new RemoteCalls();
  /** The agent types of this worker. */
  readonly #types = new Set<string>();
  /** What this worker has told the host, in order. */
  readonly #subscribed = new SubscriptionManager();
  #link: HostLink | undefined;

  constructor(options: GrpcWorkerAgentRuntimeOptions) {
    super({ ...options, ignoreUnhandledExceptions: true });
    hostSettings(options);
    this.#options = options;
    this.#payloads = new Payloads(this.serializers, options.payloadSerializationFormat ?? "application/json");
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
    const connection = this.#running("Runtime must be running when sending message.").connection;
    if (!(recipient instanceof AgentId)) {
      throw new ValueError(`The recipient of a message must be an AgentId, got ${String(recipient)}.`);
    }
    const { sender, messageId, timeoutMs = this.#requestTimeoutMs } = options;
    if (!(timeoutMs > 0)) throw new ValueError(`timeoutMs must be more than 0, got ${timeoutMs}.`);
    const signal = options.signal ?? options.run?.signal;
    if (signal?.aborted === true) throw new CancelledError(undefined, { cause: signal.reason });
    const payload = this.#payloads.write(message);
    const call = this.#calls.begin(recipient.toString(), { timeoutMs, signal });
    const request = {
      requestId: call.id,
      source: sender && { type: sender.type, key: sender.key },
      target: { type: recipient.type, key: recipient.key },
      method: "",
      payload,
      metadata: new Map(traceEntries(this.#options.traceContext)),
    };
    if (messageId !== undefined) request.metadata.set(MESSAGE_ID, messageId);
    connection.send({ request }).catch((error: unknown) => this.#calls.fail(call.id, error));
    // The caller says what it expects; the runtime cannot know.
    return (await call.reply) as Reply;
  }

  /** Resolves when the message is on its way to the host. */
  override async publishMessage(message: unknown, topicId: TopicId, options: PublishOptions = {}): Promise<void> {
    const connection = this.#running("Runtime must be running when publishing message.").connection;
    if (!(topicId instanceof TopicId)) {
      throw new ValueError(`The topic of a message must be a TopicId, got ${String(topicId)}.`);
    }
    const { sender, messageId = randomUUID() } = options;
    const event = this.#payloads.writeEvent(
      { message, topicId, sender, messageId },
      traceEntries(this.#options.traceContext),
    );
    await connection.send({ cloudEvent: cloudEvent.encode(event) });
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

  get #requestTimeoutMs(): number {
    return this.#options.requestTimeoutMs ?? 60_000;
  }

  #makeLink(): HostLink {
    return new HostLink({
      settings: hostSettings(this.#options),
      reconnect: this.#options.reconnect ?? {},
      logger: this.logger,
      message: (message, connection) => this.#take(message, connection),
      control: (message, connection) => this.#takeControl(message, connection),
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
    return askForState(connection, this.#calls, { action, id, state, timeoutMs: this.#requestTimeoutMs });
  }

  #take(message: ChannelMessage, connection: HostConnection): void {
    if (message.request !== undefined) void this.#answer(message.request, connection);
    else if (message.response !== undefined) this.#takeResponse(message.response);
    else if (message.cloudEvent !== undefined) void this.#takeEvent(message.cloudEvent);
  }

  async #answer(request: RpcRequest, connection: HostConnection): Promise<void> {
    const { requestId, source, target, metadata } = request;
    let response: Partial<RpcResponse>;
    try {
      const message = this.#payloads.read(request.payload);
      const id = agentIdFromWire(target ?? { type: "", key: "" });
      const sender = source && agentIdFromWire(source);
      const messageId = metadata.get(MESSAGE_ID) ?? requestId;
      const reply = await inTrace(
        this.#options.traceContext,
        (key) => metadata.get(key),
        () => super.sendMessage(message, id, { sender, messageId }),
      );
      response = { payload: this.#payloads.writeReply(reply) };
    } catch (error) {
      response = errorToWire(error);
    }
    const whole: RpcResponse = { requestId, payload: undefined, error: "", metadata: new Map(), ...response };
    try {
      // What is too large to be sent is an error that is not.
      await connection
        .send({ response: whole })
        .catch((error: unknown) =>
          connection.send({ response: { ...whole, payload: undefined, ...errorToWire(error) } }),
        );
    } catch (error) {
      this.logger?.error(`The answer to ${source?.type ?? "somebody"} could not be sent.`, error);
    }
  }

  #takeResponse(response: RpcResponse): void {
    this.#calls.settle(response.requestId, () => {
      const error = errorOf(response);
      if (error !== undefined) throw error;
      return this.#payloads.read(response.payload);
    });
  }

  async #takeEvent(bytes: Uint8Array): Promise<void> {
    try {
      const event = cloudEvent.decode(bytes);
      const { message, topicId, sender, messageId } = this.#payloads.readEvent(event);
      await inTrace(
        this.#options.traceContext,
        (key) => event.attributes.get(key)?.text,
        () => super.publishMessage(message, topicId, { sender, messageId }),
      );
    } catch (error) {
      this.logger?.error("An event that came from the host cannot be delivered.", error);
    }
  }

  #takeControl(message: ControlMessage, connection: HostConnection): void {
    const keeper = {
      agentSaveState: (id: AgentId) => super.agentSaveState(id),
      agentLoadState: (id: AgentId, state: JsonObject) => super.agentLoadState(id, state),
    };
    takeControl(message, { connection, calls: this.#calls, keeper }).catch((error: unknown) => {
      this.logger?.error("A control message that came from the host cannot be read.", error);
    });
  }
}
