import { RuntimeError, ValueError } from "../errors/kinds.ts";
import type { AgentId } from "../identifiers/agent-id.ts";
import type { AgentType } from "../identifiers/agent-type.ts";
import type { TopicId } from "../identifiers/topic-id.ts";
import type { JsonObject } from "../json.ts";
import { WarnOnce } from "../logging/warnings.ts";
import { RouteMap } from "../messages/route-map.ts";
import { typeNameOf } from "../messages/type-name.ts";
import type { AgentRuntime, PublishOptions, SendOptions } from "../runtime/agent-runtime.ts";
import { CantHandleException } from "../runtime/exceptions.ts";
import type { MessageContext } from "./agent.ts";
import { AgentInstantiationContext } from "./agent-instantiation-context.ts";
import { BaseAgent } from "./base-agent.ts";
import type { Handleable, MessageOfAny } from "./handler-definition.ts";
import { registerAgentType, type ClassSubscriptions } from "./register-agent.ts";

/** What a closure can do as an agent. */
export interface ClosureContext {
  readonly id: AgentId;
  sendMessage<Reply = unknown>(
    message: unknown,
    recipient: AgentId,
    options?: Omit<SendOptions, "sender">,
  ): Promise<Reply>;
  publishMessage(message: unknown, topicId: TopicId, options?: Omit<PublishOptions, "sender">): Promise<void>;
}

/** A function that handles the messages of a {@link ClosureAgent}. */
export type Closure<Message> = (closure: ClosureContext, message: Message, context: MessageContext) => unknown;

/** What a {@link ClosureAgent} does with a message of a type that it was not declared for. */
export type UnknownTypePolicy = "warn" | "error" | "ignore";

/** Options of {@link ClosureAgent.registerClosure}. */
export interface RegisterClosureOptions<Types> {
  /** The message type or types that the closure takes. `AnyMessage` takes all, whatever the policy. */
  readonly messages: Types;
  /**
   * For messages of other types: `"warn"` (the default) warns and does not call the closure, `"error"` throws
   * `CantHandleException`, `"ignore"` calls the closure without a word, as in Python AutoGen.
   */
  readonly unknownTypePolicy?: UnknownTypePolicy | undefined;
  /** Default: false. */
  readonly skipDirectMessageSubscription?: boolean | undefined;
  readonly description?: string | undefined;
  /** What the agent subscribes to. Default: nothing. */
  readonly subscriptions?: ClassSubscriptions | undefined;
}

/** An agent made of one function, for instance to collect results out of a runtime. It has no state. */
export class ClosureAgent extends BaseAgent implements ClosureContext {
  readonly #closure: Closure<never>;
  readonly #types: RouteMap<true>;
  readonly #policy: UnknownTypePolicy;
  readonly #warnings = new WarnOnce();

  /** @throws RuntimeError outside of a factory: use {@link ClosureAgent.registerClosure}. */
  constructor(
    description: string,
    closure: Closure<never>,
    options: { readonly types: readonly Handleable[]; readonly unknownTypePolicy: UnknownTypePolicy },
  ) {
    if (!AgentInstantiationContext.isInFactoryCall()) {
      throw new RuntimeError(
        "A ClosureAgent is made by a runtime only: register it with ClosureAgent.registerClosure.",
      );
    }
    super(description);
    this.#closure = closure;
    this.#policy = options.unknownTypePolicy;
    this.#types = new RouteMap<true>();
    for (const type of options.types) this.#types.add(type, true);
    this.#types.seal();
  }

  /** Registers a function as the agents of a type. */
  static async registerClosure<const Types extends Handleable | readonly Handleable[]>(
    runtime: AgentRuntime,
    type: string | AgentType,
    closure: Closure<MessageOfAny<Types>>,
    options: RegisterClosureOptions<Types>,
  ): Promise<AgentType> {
    const { messages, description = "", unknownTypePolicy = "warn", subscriptions } = options;
    const types: readonly Handleable[] = Array.isArray(messages) ? messages : [messages];
    if (typeof closure !== "function" || types.some((one: unknown) => one === undefined)) {
      throw new ValueError("A closure agent is a function, with the message types that it takes in `messages`.");
    }
    return registerAgentType(
      runtime,
      type,
      () => new ClosureAgent(description, closure, { types, unknownTypePolicy }),
      { subscriptions, handles: types, expectedClass: ClosureAgent },
      { skipDirectMessageSubscription: options.skipDirectMessageSubscription },
    );
  }

  override onMessageImpl(message: unknown, context: MessageContext): unknown {
    if (this.#types.find(message).length === 0 && this.#policy !== "ignore") {
      const text = `The closure agent ${this.id} is not declared for messages of type ${typeNameOf(message) ?? typeof message}.`;
      if (this.#policy === "error") throw new CantHandleException(text);
      this.#warnings.warn(typeNameOf(message), "TESSERAE_CLOSURE_UNKNOWN_TYPE", text);
      return undefined;
    }
    // With "ignore" the closure may get a message that it did not declare: that is what the policy says.
    return (this.#closure as Closure<unknown>)(this, message, context);
  }

  override async saveState(): Promise<JsonObject> {
    return {};
  }

  override async loadState(_state: JsonObject): Promise<void> {}
}
