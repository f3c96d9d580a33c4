import { ValueError } from "../errors/kinds.ts";
import type { AgentId } from "../identifiers/agent-id.ts";
import { AgentType } from "../identifiers/agent-type.ts";
import type { AgentClass, AgentFactory, AgentRuntime } from "../runtime/agent-runtime.ts";
import type { Subscription } from "../subscriptions/subscription.ts";
import { SubscriptionInstantiationContext } from "../subscriptions/subscription-instantiation-context.ts";
import { TypePrefixSubscription } from "../subscriptions/type-prefix-subscription.ts";
import { TypeSubscription } from "../subscriptions/type-subscription.ts";
import type { Agent } from "./agent.ts";
import { serializersOf, type HandledType } from "./handled-type.ts";

/** Makes the subscriptions of an agent type that is being registered. */
export type ClassSubscriptions = (context: {
  readonly agentType: AgentType;
}) => readonly Subscription[] | Promise<readonly Subscription[]>;

/** Options of `register`. */
export interface RegisterOptions {
  /** Default: false. */
  readonly skipClassSubscriptions?: boolean | undefined;
  /** Default: false. */
  readonly skipDirectMessageSubscription?: boolean | undefined;
  /** How many messages one agent of the type handles at once. Default: the runtime's. */
  readonly concurrency?: number | undefined;
}

/** Options of `registerInstance`. */
export interface RegisterInstanceOptions {
  /** Default: true, other than for a class. */
  readonly skipClassSubscriptions?: boolean | undefined;
  /** Default: false. */
  readonly skipDirectMessageSubscription?: boolean | undefined;
}

/** What is registered of an agent class beside its factory. */
export interface AgentKind {
  readonly subscriptions: ClassSubscriptions | undefined;
  readonly handles: readonly HandledType[];
}

/** Registers a factory and all that belongs to it. What may fail is made first; when a step fails nothing stays. */
export async function registerAgentType(
  runtime: AgentRuntime,
  type: string | AgentType,
  factory: AgentFactory,
  kind: AgentKind & { readonly expectedClass: AgentClass | undefined },
  options: RegisterOptions,
): Promise<AgentType> {
  const agentType = typeof type === "string" ? new AgentType(type) : type;
  const serializers = serializersOf(kind.handles);
  const subscriptions = await makeSubscriptions(agentType, kind, options.skipClassSubscriptions ?? false);
  if (options.skipDirectMessageSubscription !== true) subscriptions.push(directMessages(agentType.type));
  const { expectedClass } = kind;
  await runtime.registerFactory(agentType, factory, { expectedClass, concurrency: options.concurrency });
  const added: string[] = [];
  try {
    for (const subscription of subscriptions) {
      await runtime.addSubscription(subscription);
      added.push(subscription.id);
    }
    runtime.addMessageSerializer(serializers);
  } catch (error) {
    for (const id of added) await runtime.removeSubscription(id);
    await runtime.unregister(agentType, { keepSubscriptions: true });
    throw error;
  }
  return agentType;
}

/** Registers an instance and all that belongs to it. */
export async function registerAgentInstance(
  runtime: AgentRuntime,
  id: AgentId,
  agent: Agent,
  kind: AgentKind,
  options: RegisterInstanceOptions,
): Promise<AgentId> {
  const serializers = serializersOf(kind.handles);
  const own = await makeSubscriptions(new AgentType(id.type), kind, options.skipClassSubscriptions ?? true);
  await runtime.registerAgentInstance(agent, id);
  await runtime.addSubscription(new TypeSubscription(id.key, id.type));
  for (const subscription of own) await runtime.addSubscription(subscription);
  if (options.skipDirectMessageSubscription !== true) await addUnlessPresent(runtime, directMessages(id.type));
  runtime.addMessageSerializer(serializers);
  return id;
}

async function makeSubscriptions(agentType: AgentType, kind: AgentKind, skip: boolean): Promise<Subscription[]> {
  const { subscriptions } = kind;
  if (skip || subscriptions === undefined) return [];
  const made = await SubscriptionInstantiationContext.populateContext(agentType, () => subscriptions({ agentType }));
  return [...made];
}

/** The topics that reach one agent type alone; the colon keeps `ab` out of the channel of `a`. */
function directMessages(type: string): Subscription {
  return new TypePrefixSubscription(`${type}:`, type);
}

/** Several instances of a type share the direct-message channel. */
async function addUnlessPresent(runtime: AgentRuntime, subscription: Subscription): Promise<void> {
  try {
    await runtime.addSubscription(subscription);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
  }
}
