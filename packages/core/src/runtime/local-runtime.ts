import type { Agent, AgentMetadata } from "../agents/agent.ts";
import { listened } from "../diagnostics/channels.ts";
import { CancelledError, ValueError } from "../errors/kinds.ts";
import { AgentId } from "../identifiers/agent-id.ts";
import { AgentType } from "../identifiers/agent-type.ts";
import type { TopicId } from "../identifiers/topic-id.ts";
import type { JsonObject } from "../json.ts";
import type { Logger } from "../logging/logger.ts";
import type { MessageSerializer } from "../messages/message-serializer.ts";
import { SerializationRegistry } from "../messages/serialization-registry.ts";
import type { Subscription } from "../subscriptions/subscription.ts";
import { SubscriptionManager } from "../subscriptions/subscription-manager.ts";
import type {
  AgentClass,
  AgentFactory,
  AgentRuntime,
  PublishOptions,
  RegisterFactoryOptions,
  SendOptions,
} from "./agent-runtime.ts";
import { recipientFault, topicFault } from "./addressee-fault.ts";
import { AgentStore, concurrencyLimit } from "./agent-store.ts";
import { checkCount } from "./check-count.ts";
import { closeAgents } from "./close-agents.ts";
import { Deliverer } from "./deliverer.ts";
import type { DeliveryEvent } from "./delivery-event.ts";
import { DeliveryTrace } from "./delivery-trace.ts";
import { PublishEnvelope, SendEnvelope } from "./envelope.ts";
import { HandlerCalls, startWaiting } from "./handler-calls.ts";
import { HandlerScopes } from "./handler-scopes.ts";
import type { IdleAgents } from "./idle-agents.ts";
import type { LocalRuntimeOptions, RuntimeExtras } from "./local-runtime-options.ts";
import { MessageLoop } from "./message-loop.ts";
import { PendingCalls, timeoutFault } from "./pending-calls.ts";
import type { RuntimeLog } from "./runtime-log.ts";
import { loadAgents, saveAgents, saveAgentsAtRest, type LoadStateReport } from "./runtime-state.ts";

/**
 * Passes messages on in this process: one queue, first in first out, handlers started one after another and running
 * concurrently wherever they await. For owners of a few actors, such as a team; `SingleThreadedAgentRuntime` adds logs,
 * intervention and the rest.
 */
export class LocalRuntime implements AgentRuntime {
  readonly logger: Logger | undefined;
  readonly unhandledRpc: "null" | "error";
  readonly #agents: AgentStore;
  readonly #subscriptions = new SubscriptionManager();
  readonly #serializers = new SerializationRegistry();
  readonly #calls = new PendingCalls();
  readonly #loop: MessageLoop;
  protected readonly idle: IdleAgents | undefined;
  readonly #log: RuntimeLog | undefined;
  readonly #trace: DeliveryTrace;
  readonly #freeze: ((message: unknown) => void) | undefined;
  readonly #concurrency: number;
  readonly #accepted: Promise<void> = Promise.resolve();
  #resolve: ((value: unknown) => void) | undefined = undefined;
  #reject: ((error: unknown) => void) | undefined = undefined;
  /** One function for every promise, instead of a new one for each. */
  readonly #capture = (resolve: (value: unknown) => void, reject: (error: unknown) => void): void => {
    this.#resolve = resolve;
    this.#reject = reject;
  };
  #closing: Promise<void> | undefined = undefined;

  constructor(
    options: LocalRuntimeOptions = {},
    extend: (serializers: SerializationRegistry) => RuntimeExtras = () => ({}),
  ) {
    const { logger, log, interceptor, clone, freeze, restore, idle } = extend(this.#serializers);
    const { maxQueueSize = Infinity } = options;
    this.logger = logger;
    this.unhandledRpc = options.unhandledRpc ?? "null";
    this.#freeze = freeze;
    this.#concurrency = concurrencyLimit(options.concurrency);
    this.#log = log;
    const scopes = new HandlerScopes();
    this.#agents = new AgentStore(this, scopes, restore);
    this.#trace = new DeliveryTrace(this.#agents, this.#serializers);
    this.idle = idle?.(this.#agents, () => this.#loop.running);
    this.#loop = new MessageLoop({
      deliver: (envelope) => deliverer.deliver(envelope),
      scopes,
      calls: this.#calls,
      yieldEvery: checkCount("yieldEvery", options.yieldEvery ?? 256),
      maxQueueSize: checkCount("maxQueueSize", maxQueueSize),
    });
    const deliverer = new Deliverer({
      agents: this.#agents,
      handlers: new HandlerCalls(this, scopes, this.#trace, clone),
      calls: this.#calls,
      loop: this.#loop,
      log,
      trace: this.#trace,
      subscriptions: this.#subscriptions,
      interceptor,
      ignoreErrors: options.ignoreUnhandledExceptions ?? true,
    });
  }

  /** How many messages and answers are queued. */
  get unprocessedMessagesCount(): number {
    return this.#loop.queued;
  }

  /** All subscriptions, in the order in which they were added. */
  get subscriptions(): readonly Subscription[] {
    return this.#subscriptions.subscriptions;
  }

  /** The serializers of the message types that are registered here. */
  get serializers(): SerializationRegistry {
    return this.#serializers;
  }

  sendMessage<Reply = unknown>(message: unknown, recipient: AgentId, options?: SendOptions): Promise<Reply> {
    return listened("delivery") === undefined
      ? this.#send<Reply>(message, recipient, options, undefined)
      : this.#trace.created(message, recipient, options, (event) =>
          this.#send<Reply>(message, recipient, options, event),
        );
  }

  publishMessage(message: unknown, topicId: TopicId, options?: PublishOptions): Promise<void> {
    const queued =
      listened("delivery") === undefined
        ? this.#publish(message, topicId, options, undefined)
        : this.#trace.created(message, topicId, options, (event) => this.#publish(message, topicId, options, event));
    return queued ?? this.#accepted;
  }

  #send<Reply>(
    message: unknown,
    recipient: AgentId,
    options: SendOptions | undefined,
    event: DeliveryEvent | undefined,
  ): Promise<Reply> {
    const cell = recipient instanceof AgentId ? this.#agents.cell(recipient.toString()) : undefined;
    const refusal = this.#loop.refusal ?? (cell === undefined ? recipientFault(recipient, this.#agents) : undefined);
    if (refusal !== undefined) return Promise.reject(refusal);
    const envelope = new SendEnvelope(message, recipient, cell, this.#loop.epoch, options);
    envelope.trace = event;
    const { signal } = envelope;
    if (signal?.aborted === true) return Promise.reject(new CancelledError(undefined, { cause: signal.reason }));
    const timeoutMs = options?.timeoutMs;
    const fault = timeoutMs === undefined ? undefined : timeoutFault(timeoutMs);
    if (fault !== undefined) return Promise.reject(fault);
    this.#freeze?.(message);
    this.#log?.sent(envelope);
    const promise = new Promise<unknown>(this.#capture);
    envelope.resolve = this.#resolve;
    envelope.reject = this.#reject;
    if (signal !== undefined) this.#calls.watch(envelope, signal);
    if (timeoutMs !== undefined) this.#calls.limitTime(envelope, timeoutMs);
    this.#loop.accept(envelope);
    // The caller says what it expects; the runtime cannot know.
    return promise as Promise<Reply>;
  }

  /** Queues a message; a promise when there is no room, or it is refused. */
  #publish(
    message: unknown,
    topicId: TopicId,
    options: PublishOptions | undefined,
    event: DeliveryEvent | undefined,
  ): Promise<void> | undefined {
    const { refusal } = this.#loop;
    if (refusal !== undefined) return Promise.reject(refusal);
    if (typeof topicId?.source !== "string") return Promise.reject(topicFault(topicId));
    const envelope = new PublishEnvelope(message, topicId, this.#loop.epoch, options);
    envelope.trace = event;
    this.#freeze?.(message);
    this.#log?.sent(envelope);
    return this.#loop.acceptWhenRoom(envelope);
  }

  async registerFactory(
    type: string | AgentType,
    factory: AgentFactory,
    options: RegisterFactoryOptions = {},
  ): Promise<AgentType> {
    const agentType = typeof type === "string" ? new AgentType(type) : type;
    const limit = options.concurrency === undefined ? this.#concurrency : concurrencyLimit(options.concurrency);
    this.#agents.registerFactory(agentType.type, factory, options.expectedClass, limit);
    return agentType;
  }

  async registerAgentInstance(instance: Agent, id: AgentId): Promise<AgentId> {
    this.#agents.registerInstance(instance, id, this.#concurrency);
    return id;
  }

  async tryGetUnderlyingAgentInstance<T extends Agent = Agent>(id: AgentId, expected?: AgentClass<T>): Promise<T> {
    const { agent } = await this.#agents.get(id);
    if (expected !== undefined && !(agent instanceof expected)) {
      throw new ValueError(`Agent ${id} is a ${agent.constructor.name}, not a ${expected.name}.`);
    }
    return agent as T;
  }

  async get(
    idOrType: AgentId | AgentType | string,
    key: string = "default",
    options: { readonly lazy?: boolean | undefined } = {},
  ): Promise<AgentId> {
    const id = idOrType instanceof AgentId ? idOrType : new AgentId(idOrType, key);
    if (options.lazy === false) await this.#agents.get(id);
    return id;
  }

  async agentMetadata(id: AgentId): Promise<AgentMetadata> {
    return (await this.#agents.get(id)).agent.metadata;
  }

  async agentSaveState(id: AgentId): Promise<JsonObject> {
    return (await this.#agents.get(id)).agent.saveState();
  }

  async agentLoadState(id: AgentId, state: JsonObject): Promise<void> {
    await (await this.#agents.get(id)).agent.loadState(state);
  }

  async addSubscription(subscription: Subscription): Promise<void> {
    this.#subscriptions.add(subscription);
  }

  async removeSubscription(id: string): Promise<void> {
    this.#subscriptions.remove(id);
  }

  addMessageSerializer(serializer: MessageSerializer | readonly MessageSerializer[]): void {
    this.#serializers.add(serializer);
  }

  async unregister(
    type: string | AgentType,
    options: { readonly keepSubscriptions?: boolean | undefined } = {},
  ): Promise<void> {
    const text = typeof type === "string" ? type : type.type;
    const cells = this.#agents.unregister(text);
    if (options.keepSubscriptions !== true) this.#subscriptions.removeAgentType(text);
    for (const cell of cells) startWaiting(cell);
    await closeAgents(cells);
  }

  /**
   * The state of every agent that exists, by `type/key`. Subscriptions, queued messages and serializers are not saved.
   * With `quiesce` it waits until nothing is being handled and holds messages back while it saves.
   */
  async saveState(options: { readonly quiesce?: boolean | undefined } = {}): Promise<JsonObject> {
    return options.quiesce === true ? saveAgentsAtRest(this.#agents, this.#loop) : saveAgents(this.#agents);
  }

  /** Gives agents their saved state, making those that do not exist; entries of unknown types are reported. */
  async loadState(state: JsonObject): Promise<LoadStateReport> {
    return loadAgents(this.#agents, state);
  }

  /** Begins to handle messages, also those sent before. @throws RuntimeError `Runtime is already started` */
  start(): void {
    this.#loop.start();
    this.idle?.start();
  }

  /** Dispatches exactly one message or answer, waiting for one when there is none; for stepping without `start()`. */
  processNext(): Promise<void> {
    return this.#loop.processNext();
  }

  /**
   * Stops after the message that is being dispatched. What is queued is discarded, running handlers are not waited
   * for, and callers without an answer get `UndeliverableException`. With `drain` it works off everything first.
   * @throws RuntimeError `Runtime is not started`; else the unhandled error of an event handler.
   */
  stop(options: { readonly drain?: boolean | undefined } = {}): Promise<void> {
    return options.drain === true ? this.#loop.stopWhenIdle() : this.#loop.stop();
  }

  /** Waits until nothing is queued and nothing is being handled, then stops. Throws like {@link stop}. */
  stopWhenIdle(): Promise<void> {
    return this.#loop.stopWhenIdle();
  }

  /** Stops once the condition holds; it is asked every `intervalMs` (default 1000) and when the runtime gets idle. */
  stopWhen(
    condition: () => boolean | Promise<boolean>,
    options: { readonly intervalMs?: number | undefined } = {},
  ): Promise<void> {
    return this.#loop.stopWhen(condition, options.intervalMs ?? 1000);
  }

  /** Stops the runtime when it runs and closes every agent, once; later calls wait for the first. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    const errors: unknown[] = [];
    this.idle?.stop();
    if (this.#loop.running) await this.#loop.stop().catch((error: unknown) => errors.push(error));
    this.#loop.close();
    await closeAgents(await this.#agents.closeAll(), errors);
  }
}
