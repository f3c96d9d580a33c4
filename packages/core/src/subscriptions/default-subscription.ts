import type { AgentType } from "../identifiers/agent-type.ts";
import { CantHandleException } from "../runtime/exceptions.ts";
import { SubscriptionInstantiationContext } from "./subscription-instantiation-context.ts";
import type { TopicSubscriptionOptions } from "./topic-subscription.ts";
import { TypeSubscription } from "./type-subscription.ts";

/** Options of {@link DefaultSubscription}. */
export interface DefaultSubscriptionOptions extends TopicSubscriptionOptions {
  /** Default: `"default"`. */
  readonly topicType?: string | undefined;
  /** Default: the agent type that is being registered. */
  readonly agentType?: string | AgentType | undefined;
}

/** The subscription to the default topic; equal to the {@link TypeSubscription} of the same topic and agent type. */
export class DefaultSubscription extends TypeSubscription {
  /** @throws CantHandleException without `agentType` outside of a registration. */
  constructor(options: DefaultSubscriptionOptions = {}) {
    super(options.topicType ?? "default", options.agentType ?? registeredType(), options);
  }
}

function registeredType(): AgentType {
  const type = SubscriptionInstantiationContext.current();
  if (type === undefined) {
    throw new CantHandleException(
      "A DefaultSubscription knows its agent type only while an agent is registered; pass `agentType` elsewhere.",
    );
  }
  return type;
}
