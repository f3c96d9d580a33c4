import { ContextStore } from "../agents/context-store.ts";
import { RuntimeError } from "../errors/kinds.ts";
import type { AgentType } from "../identifiers/agent-type.ts";

const storage = new ContextStore<AgentType>();

/** For which agent type subscriptions are being made, while a class or a closure agent is registered. */
export class SubscriptionInstantiationContext {
  constructor() {
    throw new RuntimeError("SubscriptionInstantiationContext cannot be instantiated: use its static methods.");
  }

  /** @throws RuntimeError outside of a registration. */
  static agentType(): AgentType {
    const type = storage.get();
    if (type === undefined) {
      throw new RuntimeError(
        "SubscriptionInstantiationContext.agentType() must be called while the subscriptions of an agent type are made.",
      );
    }
    return type;
  }

  /** The agent type, `undefined` outside of a registration. */
  static current(): AgentType | undefined {
    return storage.get();
  }

  /** Calls `fn` as if within the registration of that agent type. */
  static populateContext<T>(agentType: AgentType, fn: () => T): T {
    return storage.run(agentType, fn);
  }
}
