import { TypePrefixSubscription, TypeSubscription, ValueError, type Subscription } from "@tesserae/core";
import type { WireSubscription } from "./messages.ts";

/** @throws ValueError for a class that the protocol does not know. */
export function subscriptionToWire(subscription: Subscription): WireSubscription {
  const { id } = subscription;
  if (subscription instanceof TypeSubscription) {
    const { topicType, agentType } = subscription;
    return { id, typeSubscription: { topicType, agentType }, typePrefixSubscription: undefined };
  }
  if (subscription instanceof TypePrefixSubscription) {
    const { topicTypePrefix, agentType } = subscription;
    return { id, typeSubscription: undefined, typePrefixSubscription: { topicTypePrefix, agentType } };
  }
  throw new ValueError(
    "A host takes subscriptions to a topic type or to a prefix of it: TypeSubscription, DefaultSubscription, TypePrefixSubscription.",
  );
}

/** @throws ValueError for names that are not allowed, and when neither kind is there. */
export function subscriptionFromWire(wire: WireSubscription | undefined): Subscription {
  const { id = "", typeSubscription, typePrefixSubscription } = wire ?? {};
  const options = id === "" ? {} : { id };
  if (typeSubscription !== undefined) {
    return new TypeSubscription(typeSubscription.topicType, typeSubscription.agentType, options);
  }
  if (typePrefixSubscription !== undefined) {
    const { topicTypePrefix, agentType } = typePrefixSubscription;
    return new TypePrefixSubscription(topicTypePrefix, agentType, options);
  }
  throw new ValueError("The subscription is neither one to a topic type nor one to a prefix.");
}
