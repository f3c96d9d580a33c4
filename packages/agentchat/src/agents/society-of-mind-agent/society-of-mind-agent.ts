import {
  RuntimeError,
  SystemMessage,
  UnboundedChatCompletionContext,
  UserMessage,
  callModel,
  checkMethod,
  isObject,
  isTesseraeError,
  scope,
  type ChatCompletionClient,
  type ChatCompletionContext,
  type ComponentDefinition,
  type JsonObject,
  type LLMMessage,
  AssistantMessage,
} from "@tesserae/core";
import type { Team } from "../../base/chat-agent.ts";
import { checkedOptions } from "../../base/checked-options.ts";
import type { Response, Turn } from "../../base/task.ts";
import { AGENT_NAME_SCHEMA, nullable, type ComponentJson } from "../../components/config.ts";
import { TEXT_MESSAGE } from "../../messages/built-in-definitions.ts";
import type { MessageDefinition } from "../../messages/definition.ts";
import { HandoffMessage, TextMessage } from "../../messages/factories.ts";
import { isEvent } from "../../messages/is-event.ts";
import { MessageRegistry } from "../../messages/registry.ts";
import type { ChatMessage } from "../../messages/types.ts";
import { modelClientFrom, type ModelClientLike } from "../../models/model-client-from.ts";
import { BaseGroupChat } from "../../teams/group-chat/base-group-chat.ts";
import { Swarm } from "../../teams/swarm/swarm.ts";
import { BaseChatAgent } from "../base-chat-agent.ts";
import { addToModelContext, toModelMessage } from "../model-context.ts";
import { DEFAULT_INSTRUCTION, DEFAULT_RESPONSE_PROMPT } from "./prompts.ts";

/** What makes a {@link SocietyOfMindAgent}. */
export interface SocietyOfMindAgentOptions {
  /** Unique in a team; an identifier. */
  readonly name: string;
  /** The team that works on what the agent is asked. It is reset after each answer. */
  readonly team: Team;
  /** The model that writes the answer: a client, or a name such as `"openai/gpt-5"`. */
  readonly modelClient: ModelClientLike;
  readonly description?: string | undefined;
  /** What the model is told before the team's conversation, and after it. */
  readonly instruction?: string | undefined;
  readonly responsePrompt?: string | undefined;
  /** What is remembered of earlier requests and answers. Default: all. */
  readonly modelContext?: ChatCompletionContext | undefined;
}

type SocietyConfig = {
  readonly name: string;
  readonly team: ComponentJson;
  readonly model_client: ComponentJson;
  readonly description?: string;
  readonly instruction?: string;
  readonly response_prompt?: string;
  readonly model_context?: ComponentJson;
};

/** Where a turn stands that is not over. */
interface OpenTurn {
  /** The ids of the messages that the team was given. */
  readonly heard: readonly string[];
  /** The team has done its work. */
  isAnswering: boolean;
}

const DESCRIPTION = "An agent that lets a team of its own work on what it is asked.";

/** An agent that lets a team of its own work on what it is asked, and answers with what a model makes of the work. */
export class SocietyOfMindAgent extends BaseChatAgent {
  static readonly component: ComponentDefinition<SocietyOfMindAgent> = {
    provider: "autogen_agentchat.agents.SocietyOfMindAgent",
    componentType: "agent",
    label: "SocietyOfMindAgent",
    description: DESCRIPTION,
    schema: {
      type: "object",
      properties: {
        name: AGENT_NAME_SCHEMA,
        team: { "x-component": ["team"] },
        model_client: { "x-component": ["model", "replay_chat_completion_client", "chat_completion_cache"] },
        description: nullable({ type: "string" }),
        instruction: nullable({ type: "string" }),
        response_prompt: nullable({ type: "string" }),
        model_context: nullable({ "x-component": ["chat_completion_context"] }),
      },
      required: ["name", "team", "model_client"],
    },
    toConfig: (agent, dump) => ({
      name: agent.name,
      team: dump.component(agent.team),
      model_client: dump.component(agent.modelClient),
      description: agent.description,
      instruction: agent.instruction,
      response_prompt: agent.responsePrompt,
      model_context: dump.component(agent.modelContext),
    }),
    fromConfig: async (config: SocietyConfig, load) =>
      new SocietyOfMindAgent({
        name: config.name,
        team: await load.component<Team>(config.team, "/team"),
        modelClient: await load.component<ChatCompletionClient>(config.model_client, "/model_client"),
        description: config.description,
        instruction: config.instruction,
        responsePrompt: config.response_prompt,
        modelContext:
          config.model_context === undefined
            ? undefined
            : await load.component<ChatCompletionContext>(config.model_context, "/model_context"),
      }),
  };

  readonly team: Team;
  readonly modelClient: ChatCompletionClient;
  readonly instruction: string;
  readonly responsePrompt: string;
  readonly modelContext: ChatCompletionContext;
  /** The turn that is not over: it goes on where it was after a load, or when a person has answered. */
  #open: OpenTurn | undefined;
  /** The team has been at work: before that it has nobody to hold back. */
  #begun = false;

  constructor(options: SocietyOfMindAgentOptions) {
    const given = checkedOptions(options, "SocietyOfMindAgent", "name, team, modelClient");
    super({ name: given.name, description: given.description || DESCRIPTION });
    checkMethod("team", given.team, "reset", "a team");
    checkMethod("modelContext", given.modelContext, "getMessages", "a model context");
    this.team = given.team;
    this.modelClient = modelClientFrom(given.modelClient);
    this.instruction = given.instruction || DEFAULT_INSTRUCTION;
    this.responsePrompt = given.responsePrompt || DEFAULT_RESPONSE_PROMPT;
    this.modelContext = given.modelContext ?? new UnboundedChatCompletionContext();
  }

  override get producedMessageTypes(): readonly MessageDefinition[] {
    return [TEXT_MESSAGE];
  }

  override async respond(messages: readonly ChatMessage[], turn: Turn): Promise<Response> {
    const begun = this.#open;
    const task = await this.#taskOf(messages);
    const heard = [...(begun?.heard ?? []), ...task.map(({ id }) => id)];
    const open = { heard, isAnswering: begun?.isAnswering ?? false };
    this.#open = open;
    try {
      const shown = open.isAnswering ? undefined : await this.#letTeamWork(task, turn);
      open.isAnswering = true;
      const said = begun === undefined ? shown : await saidSoFar(this.team, heard, turn);
      const chatMessage = await this.#answer(said, turn);
      await addToModelContext(this.modelContext, messages, turn.messages);
      await this.modelContext.addMessage(AssistantMessage({ content: chatMessage.content, source: this.name }));
      await this.team.reset();
      this.#open = undefined;
      return { type: "Response", chatMessage, innerMessages: [] };
    } catch (error) {
      // A failed turn leaves no trace, but a question that waits for a person stays asked.
      if (!isTesseraeError(error, "ERR_INPUT_WAITING")) {
        this.#open = undefined;
        await this.team.reset().catch(() => undefined);
      }
      throw error;
    }
  }

  override async onReset(): Promise<void> {
    this.#open = undefined;
    await this.team.reset();
    await this.modelContext.clear();
  }

  override async onPause(): Promise<void> {
    if (this.#begun) await this.team.pause();
  }

  override async onResume(): Promise<void> {
    if (this.#begun) await this.team.resume();
  }

  override async saveState(): Promise<JsonObject> {
    return {
      type: "SocietyOfMindAgentState",
      version: "1.0.0",
      // The outer team knows when its state is whole.
      inner_team_state: await this.team.saveState({ immediate: true }),
      llm_context: await this.modelContext.saveState(),
      ...(this.#open === undefined
        ? undefined
        : { open_turn: { heard: this.#open.heard, is_answering: this.#open.isAnswering, team: this.team.name } }),
    };
  }

  override async loadState(state: JsonObject): Promise<void> {
    await super.loadState(state);
    const { inner_team_state: inner, llm_context: context, open_turn: open } = state;
    this.#open = isObject(open)
      ? {
          heard: Array.isArray(open["heard"]) ? open["heard"].map(String) : [],
          isAnswering: open["is_answering"] === true,
        }
      : undefined;
    if (isObject(inner) && Object.keys(inner).length > 0) await this.team.loadState(inner);
    // Python does not save it.
    if (isObject(context)) await this.modelContext.loadState(context);
  }

  override close(): Promise<void> {
    return this.team.close();
  }

  /** The new messages, behind what was said in earlier turns. */
  async #taskOf(messages: readonly ChatMessage[]): Promise<readonly ChatMessage[]> {
    const earlier = await this.modelContext.getMessages();
    if (earlier.length === 0) return messages;
    const content = "What was said before.";
    // Given again in a turn that was interrupted, it is known by its id.
    const own = { id: `${messages[0]?.id ?? this.name}-earlier`, source: this.name };
    // In a swarm a handoff would name who speaks.
    if (this.team instanceof Swarm) {
      return [TextMessage({ ...own, content: `${content}\n${textOf(earlier)}` }), ...messages];
    }
    return [HandoffMessage({ ...own, content, target: "", context: earlier }), ...messages];
  }

  /** What the members of the team say, shown as it comes. */
  #letTeamWork(task: readonly ChatMessage[], turn: Turn): Promise<readonly ChatMessage[] | undefined> {
    const { team } = this;
    return scope(
      turn.context,
      team.name,
      async (context) => {
        let isEmpty = true;
        const said: ChatMessage[] = [];
        const stream = team.runStream(task.length === 0 ? undefined : task, { context, outputTaskMessages: false });
        for await (const item of stream) {
          this.#begun = true;
          if (item.type === "TaskResult") {
            await stream.result;
            break;
          }
          await turn.emit(item);
          if (item.type === "ModelClientStreamingChunkEvent") continue;
          isEmpty = false;
          if (!isEvent(item)) said.push(item);
        }
        return isEmpty ? undefined : said;
      },
      { agent: team.name },
    );
  }

  async #answer(said: readonly ChatMessage[] | undefined, turn: Turn): Promise<TextMessage> {
    const { context } = turn;
    if (said === undefined) return TextMessage({ content: "No response.", source: this.name }, context);
    const framed = (content: string): LLMMessage =>
      this.modelClient.modelInfo.multipleSystemMessages === true
        ? SystemMessage({ content })
        : UserMessage({ content, source: "user" });
    const messages = [
      framed(this.instruction),
      ...said.map((message) => toModelMessage(message, turn.messages)),
      framed(this.responsePrompt),
    ];
    const { content, usage } = await callModel(context, this.modelClient, messages, { purpose: "reply" });
    if (typeof content !== "string") {
      throw new RuntimeError(`The model of '${this.name}' answered with calls of tools, though it has none.`);
    }
    return TextMessage({ content, source: this.name, modelsUsage: usage }, context);
  }
}

function textOf(messages: readonly LLMMessage[]): string {
  return messages
    .map((message) => {
      const source = "source" in message ? message.source : message.type;
      const content = "content" in message && typeof message.content === "string" ? message.content : "";
      return `${source}: ${content}`;
    })
    .join("\n");
}

/** What a team has said in a turn that was interrupted, from its state; `undefined` when that is nothing. */
async function saidSoFar(
  team: Team,
  heard: readonly string[],
  { messages }: Turn,
): Promise<readonly ChatMessage[] | undefined> {
  const registry = team instanceof BaseGroupChat ? team.messages : (messages ?? new MessageRegistry());
  const { agent_states: states } = await team.saveState({ immediate: true });
  const thread = Object.values(states ?? {}).flatMap((state) => {
    const items = isObject(state) ? state["message_thread"] : undefined;
    return Array.isArray(items) ? items.map((item) => registry.create(item)) : [];
  });
  const shown = thread.filter(({ id }) => !heard.includes(id));
  return shown.length === 0 ? undefined : shown.filter((item): item is ChatMessage => !isEvent(item));
}
