import type { AgentId } from "../identifiers/agent-id.ts";
import type { AgentType } from "../identifiers/agent-type.ts";
import type { AgentClass, AgentFactory, AgentRuntime } from "../runtime/agent-runtime.ts";
import { BoundAgent } from "./bound-agent.ts";
import type { HandledType } from "./handled-type.ts";
import {
  registerAgentInstance,
  registerAgentType,
  type AgentKind,
  type ClassSubscriptions,
  type RegisterInstanceOptions,
  type RegisterOptions,
} from "./register-agent.ts";

/** What a class of agents declares. */
interface AgentStatics {
  readonly subscriptions?: ClassSubscriptions;
  handledTypes(): readonly HandledType[];
}

/** The base of agents: it knows its id and its runtime, sends as itself, and is registered by its class. */
export abstract class BaseAgent extends BoundAgent {
  /**
   * What agents of this class subscribe to when the class is registered.
   * Only what a class declares itself counts: it is not inherited.
   */
  declare static readonly subscriptions?: ClassSubscriptions;
  /** Message types that the class handles beside those of its handlers. */
  declare static readonly handles?: readonly HandledType[];

  /** All message types that agents of this class handle: their serializers are registered with the class. */
  static handledTypes(): readonly HandledType[] {
    return this.handles ?? [];
  }

  /**
   * Registers the class under a type: the factory, the subscriptions of the class, the direct-message channel
   * (topics that start with `<type>:`), and the serializers of all handled message types.
   * When a step fails nothing stays registered.
   */
  static async register<T extends BaseAgent>(
    this: AgentClass<T> & AgentStatics,
    runtime: AgentRuntime,
    type: string | AgentType,
    factory: (context: Parameters<AgentFactory>[0]) => T | Promise<T>,
    options: RegisterOptions = {},
  ): Promise<AgentType> {
    return registerAgentType(runtime, type, factory, { ...kindOf(this), expectedClass: this }, options);
  }

  /**
   * Registers an agent that exists under an id. It gets the messages of the topic type that is equal to its **key**
   * (when their source is its key too) and of its direct-message channel; those of the class only when asked for.
   */
  async registerInstance(runtime: AgentRuntime, id: AgentId, options: RegisterInstanceOptions = {}): Promise<AgentId> {
    return registerAgentInstance(runtime, id, this, kindOf(this.constructor as unknown as AgentStatics), options);
  }
}

function kindOf(agentClass: AgentStatics): AgentKind {
  return {
    subscriptions: Object.hasOwn(agentClass, "subscriptions") ? agentClass.subscriptions : undefined,
    handles: agentClass.handledTypes(),
  };
}
