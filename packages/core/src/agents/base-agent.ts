import { RuntimeError, ValueError } from "../errors/kinds.ts";
import type { AgentId } from "../identifiers/agent-id.ts";
import type { AgentType } from "../identifiers/agent-type.ts";
import type { TopicId } from "../identifiers/topic-id.ts";
import type { JsonObject } from "../json.ts";
import { emitWarning } from "../logging/warnings.ts";
import type { AgentClass, AgentFactory, AgentRuntime, PublishOptions, SendOptions } from "../runtime/agent-runtime.ts";
import type { Agent, AgentMetadata, MessageContext } from "./agent.ts";
import { AgentInstantiationContext } from "./agent-instantiation-context.ts";
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

/** The base of agents: it knows its id and its runtime, and sends as itself. */
export abstract class BaseAgent implements Agent {
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

  readonly #description: string;
  #id: AgentId | undefined;
  #runtime: AgentRuntime | undefined;

  /** @throws ValueError unless the description is a string. */
  constructor(description: string) {
    if (typeof description !== "string") {
      throw new ValueError(`The description of an agent must be a string, got ${typeof description}.`);
    }
    this.#description = description;
    const instantiation = AgentInstantiationContext.current();
    this.#id = instantiation?.agentId;
    this.#runtime = instantiation?.runtime;
  }

  get id(): AgentId {
    return this.#id ?? notBound("id");
  }

  get type(): string {
    return this.id.type;
  }

  get runtime(): AgentRuntime {
    return this.#runtime ?? notBound("runtime");
  }

  get description(): string {
    return this.#description;
  }

  get metadata(): AgentMetadata {
    const { type, key } = this.id;
    return { type, key, description: this.#description };
  }

  /** @throws RuntimeError when the agent has another id or runtime already. */
  bindIdAndRuntime(id: AgentId, runtime: AgentRuntime): void {
    if (this.#id !== undefined && this.#id !== id && !this.#id.equals(id)) {
      throw new RuntimeError("Agent is already bound to a different ID");
    }
    if (this.#runtime !== undefined && this.#runtime !== runtime) {
      throw new RuntimeError("Agent is already bound to a different runtime");
    }
    this.#id = id;
    this.#runtime = runtime;
  }

  /** Called by runtimes. Override {@link onMessageImpl} instead. */
  onMessage(message: unknown, context: MessageContext): unknown {
    return this.onMessageImpl(message, context);
  }

  /** Handles a message; returns the answer or a promise of it. */
  abstract onMessageImpl(message: unknown, context: MessageContext): unknown;

  /** Sends as this agent. Inside a handler pass its run on, `{ run: context.run }`, or use `context.send`. */
  sendMessage<Reply = unknown>(
    message: unknown,
    recipient: AgentId,
    options: Omit<SendOptions, "sender"> = {},
  ): Promise<Reply> {
    const { signal, messageId, run, timeoutMs } = options;
    return this.runtime.sendMessage<Reply>(message, recipient, { sender: this.id, signal, messageId, run, timeoutMs });
  }

  /** Publishes as this agent. Inside a handler pass its run on, `{ run: context.run }`, or use `context.publish`. */
  publishMessage(message: unknown, topicId: TopicId, options: Omit<PublishOptions, "sender"> = {}): Promise<void> {
    const { signal, messageId, run } = options;
    return this.runtime.publishMessage(message, topicId, { sender: this.id, signal, messageId, run });
  }

  /** Override it to keep something; what it returns must be JSON. */
  async saveState(): Promise<JsonObject> {
    emitWarning("TESSERAE_STATE_NOT_SAVED", `saveState is not implemented by ${this.constructor.name}.`);
    return {};
  }

  async loadState(_state: JsonObject): Promise<void> {
    emitWarning("TESSERAE_STATE_NOT_LOADED", `loadState is not implemented by ${this.constructor.name}.`);
  }

  async close(): Promise<void> {}

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

function notBound(property: string): never {
  throw new RuntimeError(
    `The agent has no ${property} yet. Make it in a factory that is registered with a runtime, or register the instance.`,
  );
}
