import { ValueError } from "../errors/kinds.ts";
import type { AgentId } from "../identifiers/agent-id.ts";
import type { TopicId } from "../identifiers/topic-id.ts";
import { isObject } from "../json.ts";
import { RecentMap } from "./recent-map.ts";
import type { Subscription } from "./subscription.ts";
import { TopicSubscription } from "./topic-subscription.ts";
import { TypeSubscription } from "./type-subscription.ts";

/** Topics whose recipients are kept ready, at least. */
const CACHED_TOPICS = 4096;

const NONE: readonly AgentId[] = [];

/** The subscriptions of one runtime: which agents get the messages of a topic. */
export class SubscriptionManager {
  /** In order of insertion, with the place that decides the order of recipients. */
  readonly #places = new Map<Subscription, number>();
  readonly #byTopicType = new Map<string, Set<Subscription>>();
  /** Prefix subscriptions and the user's own classes: asked about every topic type. */
  readonly #others = new Set<Subscription>();
  readonly #keys = new Set<string>();
  readonly #recipients: RecentMap<string, readonly AgentId[]>;
  #nextPlace = 0;
  #foreign = 0;

  /** @param cachedTopics how many topics to keep ready; between that many and twice as many are kept. */
  constructor(cachedTopics: number = CACHED_TOPICS) {
    this.#recipients = new RecentMap(cachedTopics);
  }

  /** All subscriptions in order of insertion. */
  get subscriptions(): readonly Subscription[] {
    return [...this.#places.keys()];
  }

  /** How many topics are kept ready. */
  get cachedTopicCount(): number {
    return this.#recipients.size;
  }

  /** @throws ValueError `Subscription already exists` when an equal one is there. */
  add(subscription: Subscription): void {
    const given: unknown = subscription;
    if (!isObject(given) || typeof given["isMatch"] !== "function") {
      throw new ValueError("A subscription is an object with isMatch and mapToAgent, such as a TypeSubscription.");
    }
    if (this.#has(subscription)) {
      throw new ValueError(`Subscription already exists: ${describe(subscription)}.`);
    }
    this.#places.set(subscription, this.#nextPlace++);
    if (subscription instanceof TopicSubscription) this.#keys.add(subscription.key);
    else this.#foreign += 1;
    const topicType = exactTopicType(subscription);
    if (topicType === undefined) {
      this.#others.add(subscription);
    } else {
      let sameType = this.#byTopicType.get(topicType);
      if (sameType === undefined) this.#byTopicType.set(topicType, (sameType = new Set()));
      sameType.add(subscription);
    }
    this.#recipients.clear();
  }

  /** @throws ValueError `Subscription does not exist` */
  remove(id: string): void {
    for (const subscription of this.#places.keys()) {
      if (subscription.id === id) {
        this.#remove(subscription);
        return;
      }
    }
    throw new ValueError(`Subscription does not exist: ${id}.`);
  }

  /** Removes every subscription that maps to the agent type. */
  removeAgentType(agentType: string): void {
    for (const subscription of this.#places.keys()) {
      if (subscription.agentType === agentType) this.#remove(subscription);
    }
  }

  /** The agents that get the messages of a topic: in the order of their first subscription, each once. */
  recipients(topicId: TopicId): readonly AgentId[] {
    const topic = topicId.toString();
    const known = this.#recipients.get(topic);
    if (known !== undefined) return known;
    const found = this.#find(topicId);
    this.#recipients.set(topic, found);
    return found;
  }

  #find(topicId: TopicId): readonly AgentId[] {
    const matching: Subscription[] = [...(this.#byTopicType.get(topicId.type) ?? [])];
    for (const subscription of this.#others) if (subscription.isMatch(topicId)) matching.push(subscription);
    if (matching.length === 0) return NONE;
    matching.sort((a, b) => (this.#places.get(a) ?? 0) - (this.#places.get(b) ?? 0));
    const found = new Map<string, AgentId>();
    for (const subscription of matching) {
      const id = subscription.mapToAgent(topicId);
      const text = id.toString();
      if (!found.has(text)) found.set(text, id);
    }
    return [...found.values()];
  }

  #has(subscription: Subscription): boolean {
    if (this.#places.has(subscription)) return true;
    const ours = subscription instanceof TopicSubscription;
    if (ours && this.#keys.has(subscription.key)) return true;
    // Ids made by default are all different, so only a chosen id or a class of the user's needs the long way.
    if (ours && this.#foreign === 0 && !subscription.hasChosenId) return false;
    for (const other of this.#places.keys()) {
      if (other.equals(subscription) || subscription.equals(other)) return true;
    }
    return false;
  }

  #remove(subscription: Subscription): void {
    this.#places.delete(subscription);
    if (subscription instanceof TopicSubscription) this.#keys.delete(subscription.key);
    else this.#foreign -= 1;
    const topicType = exactTopicType(subscription);
    if (topicType === undefined) {
      this.#others.delete(subscription);
    } else {
      const sameType = this.#byTopicType.get(topicType);
      sameType?.delete(subscription);
      if (sameType?.size === 0) this.#byTopicType.delete(topicType);
    }
    this.#recipients.clear();
  }
}

/** The topic type, when a topic of another type can never match; a subclass may have changed `isMatch`. */
function exactTopicType(subscription: Subscription): string | undefined {
  return subscription instanceof TypeSubscription && subscription.isMatch === TypeSubscription.prototype.isMatch
    ? subscription.topicType
    : undefined;
}

function describe(subscription: Subscription): string {
  return subscription instanceof TopicSubscription
    ? `${subscription.topic} -> ${subscription.agentType}`
    : subscription.id;
}
