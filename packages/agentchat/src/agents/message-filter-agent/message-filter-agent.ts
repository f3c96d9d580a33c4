import {
  checkMethod,
  isObject,
  scope,
  type ComponentDefinition,
  type JsonObject,
  type RunContext,
} from "@tesserae/core";
import type { ChatAgent } from "../../base/chat-agent.ts";
import { checkedOptions } from "../../base/checked-options.ts";
import type { Response, Turn, TurnOptions } from "../../base/task.ts";
import { AGENT_NAME_SCHEMA, nullable, type ComponentJson } from "../../components/config.ts";
import type { MessageDefinition } from "../../messages/definition.ts";
import type { ChatMessage } from "../../messages/types.ts";
import { BaseChatAgent } from "../base-chat-agent.ts";
import { respondFromStream } from "../respond.ts";
import { checkedFilter, filterMessages, type MessageFilterConfig } from "./message-filter.ts";

/** What makes a {@link MessageFilterAgent}. */
export interface MessageFilterAgentOptions {
  /** The name in the team; an identifier. Messages keep the name of the agent inside. */
  readonly name: string;
  /** The agent that gets what passes. */
  readonly wrappedAgent: ChatAgent;
  readonly filter: MessageFilterConfig;
}

type MessageFilterJson = {
  readonly name: string;
  readonly wrapped_agent: ComponentJson;
  readonly filter: { readonly per_source: readonly PerSourceJson[] };
};
type PerSourceJson = { readonly source: string; readonly position?: "first" | "last"; readonly count?: number };

/**
 * An agent that lets only some messages through to another: in a graph, where every agent hears all. What is said comes
 * from the agent inside, under its own name; state, reset, pause and close are its own too.
 */
export class MessageFilterAgent extends BaseChatAgent {
  static readonly component: ComponentDefinition<MessageFilterAgent> = {
    provider: "autogen_agentchat.agents.MessageFilterAgent",
    componentType: "agent",
    label: "MessageFilterAgent",
    description: "An agent that lets only some messages through to another.",
    schema: {
      type: "object",
      properties: {
        name: AGENT_NAME_SCHEMA,
        wrapped_agent: { "x-component": ["agent"] },
        filter: {
          type: "object",
          properties: {
            per_source: {
              type: "array",
              items: {
                type: "object",
                properties: {
                  source: { type: "string" },
                  position: nullable({ enum: ["first", "last"] }),
                  count: nullable({ type: "integer", minimum: 0 }),
                },
                required: ["source"],
              },
            },
          },
          required: ["per_source"],
        },
      },
      required: ["name", "wrapped_agent", "filter"],
    },
    toConfig: ({ name, wrappedAgent, filter }, dump) => ({
      name,
      wrapped_agent: dump.component(wrappedAgent),
      filter: {
        per_source: filter.perSource.map(({ source, position, count }) => ({
          source,
          ...(position === undefined ? {} : { position }),
          ...(count === undefined ? {} : { count }),
        })),
      },
    }),
    fromConfig: async ({ name, wrapped_agent: wrapped, filter }: MessageFilterJson, load) =>
      new MessageFilterAgent({
        name,
        wrappedAgent: await load.component<ChatAgent>(wrapped, "/wrapped_agent"),
        filter: { perSource: filter.per_source },
      }),
  };

  readonly wrappedAgent: ChatAgent;
  readonly filter: MessageFilterConfig;

  constructor(options: MessageFilterAgentOptions) {
    const { name, wrappedAgent, filter } = checkedOptions(options, "MessageFilterAgent", "name, wrappedAgent, filter");
    checkMethod("wrappedAgent", wrappedAgent, "onMessages", "an agent");
    super({ name, description: `${wrappedAgent.description} (with message filtering)` });
    this.wrappedAgent = wrappedAgent;
    this.filter = checkedFilter(filter);
  }

  override get producedMessageTypes(): readonly MessageDefinition[] {
    return this.wrappedAgent.producedMessageTypes;
  }

  override respond(messages: readonly ChatMessage[], turn: Turn): Promise<Response> {
    const agent = this.wrappedAgent;
    const heard = filterMessages(messages, this.filter);
    const inside = (context: RunContext): Promise<Response> => {
      const given = { ...turn, context };
      const options = { signal: context.signal, context };
      return (
        agent.respond?.(heard, given) ?? respondFromStream(agent.name, agent.onMessagesStream(heard, options), given)
      );
    };
    return scope(turn.context, agent.name, inside, { agent: agent.name });
  }

  override onReset(options?: TurnOptions): Promise<void> {
    return this.wrappedAgent.onReset(options);
  }

  override onPause(options?: TurnOptions): Promise<void> {
    return this.wrappedAgent.onPause(options);
  }

  override onResume(options?: TurnOptions): Promise<void> {
    return this.wrappedAgent.onResume(options);
  }

  override async saveState(): Promise<JsonObject> {
    return { type: "BaseState", version: "1.0.0", wrapped_agent_state: await this.wrappedAgent.saveState() };
  }

  override async loadState(state: JsonObject): Promise<void> {
    const inner = state["wrapped_agent_state"];
    // Python saves nothing of the agent inside.
    if (isObject(inner)) await this.wrappedAgent.loadState(inner);
  }

  override occupy(runId: string): () => void {
    return this.wrappedAgent.occupy?.(runId) ?? (() => undefined);
  }

  override close(): Promise<void> {
    return this.wrappedAgent.close();
  }
}
