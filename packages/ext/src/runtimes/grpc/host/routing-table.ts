import {
  AgentType,
  SubscriptionManager,
  ValueError,
  type AgentId,
  type Subscription,
  type TopicId,
} from "@tesserae/core";
import { HostClient } from "./host-client.ts";

/** Which worker has which agent types and subscriptions. */
export class RoutingTable {
  readonly #clients = new Map<string, HostClient>();
  readonly #owners = new Map<string, HostClient>();
  readonly #subscriptions = new SubscriptionManager();
  readonly #graceMs: number;

  /** @param graceMs how long registrations are kept of a worker that opens no channel. */
  constructor(graceMs: number) {
    this.#graceMs = graceMs;
  }

  get subscriptions(): readonly Subscription[] {
    return this.#subscriptions.subscriptions;
  }

  find(clientId: string): HostClient | undefined {
    return this.#clients.get(clientId);
  }

  /** The worker with this id; a new one is forgotten when it opens no channel in time. */
  client(clientId: string): HostClient {
    const known = this.#clients.get(clientId);
    if (known !== undefined) return known;
    const client = new HostClient(clientId);
    this.#clients.set(clientId, client);
    client.grace = setTimeout(() => this.remove(client), this.#graceMs).unref();
    return client;
  }

  /** The worker that has agents of a type. */
  ownerOf(agentType: string): HostClient | undefined {
    return this.#owners.get(agentType);
  }

  recipients(topic: TopicId): readonly AgentId[] {
    return this.#subscriptions.recipients(topic);
  }

  /** @throws ValueError for a type that is not allowed, or taken. */
  register(agentType: string, client: HostClient): void {
    const { type } = new AgentType(agentType);
    const owner = this.#owners.get(type);
    if (owner !== undefined) {
      throw new ValueError(`Agent type ${type} already registered with client ${owner.id}.`);
    }
    this.#owners.set(type, client);
    client.agentTypes.add(type);
  }

  /** @throws ValueError when there is an equal one, of whatever worker. */
  subscribe(subscription: Subscription, client: HostClient): void {
    this.#subscriptions.add(subscription);
    client.subscriptionIds.add(subscription.id);
  }

  /** Whether the worker has such a subscription, or another one has, or nobody. */
  holderOf(subscriptionId: string, client: HostClient): "client" | "another" | undefined {
    if (client.subscriptionIds.has(subscriptionId)) return "client";
    return this.subscriptions.some(({ id }) => id === subscriptionId) ? "another" : undefined;
  }

  unsubscribe(subscriptionId: string, client: HostClient): void {
    this.#subscriptions.remove(subscriptionId);
    client.subscriptionIds.delete(subscriptionId);
  }

  /** Forgets a worker, all that it has registered, and what it waits for. */
  remove(client: HostClient): void {
    clearTimeout(client.grace);
    if (this.#clients.get(client.id) === client) this.#clients.delete(client.id);
    for (const type of client.agentTypes) this.#owners.delete(type);
    for (const id of client.subscriptionIds) this.#subscriptions.remove(id);
    for (const { awaited } of this.#clients.values()) {
      for (const [id, { requester }] of awaited) if (requester === client) awaited.delete(id);
    }
    client.agentTypes.clear();
    client.subscriptionIds.clear();
  }

  /** Forgets everybody. */
  clear(): void {
    for (const client of this.#clients.values()) this.remove(client);
  }
}
