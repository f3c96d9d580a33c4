import {
  ValueError,
  executeCode,
  type ChatCompletionClient,
  type ChatCompletionContext,
  type CodeExecutor,
  type ComponentDefinition,
  type JsonObject,
} from "@tesserae/core";
import { checkedOptions } from "../../base/checked-options.ts";
import type { Response, Turn } from "../../base/task.ts";
import { AGENT_NAME_SCHEMA, nullable, type ComponentJson } from "../../components/config.ts";
import { TEXT_MESSAGE } from "../../messages/built-in-definitions.ts";
import type { MessageDefinition } from "../../messages/definition.ts";
import { TextMessage } from "../../messages/factories.ts";
import type { ChatMessage } from "../../messages/types.ts";
import { BaseChatAgent } from "../base-chat-agent.ts";
import { addToModelContext } from "../model-context.ts";
import type { OpenTurn } from "../open-turn.ts";
import { TurnKeeper } from "../turn-keeper.ts";
import { admitCode } from "./admit-code.ts";
import { extractCodeBlocks } from "./code-blocks.ts";
import { executionText } from "./execution-text.ts";
import { codeExecutorSettings, type CodeExecutorAgentOptions, type CodeExecutorSettings } from "./settings.ts";
import { WriteAndRun } from "./write-and-run.ts";

type CodeExecutorConfig = {
  readonly name: string;
  readonly code_executor: ComponentJson;
  readonly model_client?: ComponentJson;
  readonly description?: string;
  readonly sources?: readonly string[];
  readonly system_message?: string;
  readonly model_client_stream?: boolean;
  readonly model_context?: ComponentJson;
  readonly supported_languages?: readonly string[];
  readonly max_retries_on_error?: number;
  readonly requires_approval?: boolean;
};

/** An agent that runs code: with a model the code it writes itself, without one the code in others' messages. */
export class CodeExecutorAgent extends BaseChatAgent {
  static readonly component: ComponentDefinition<CodeExecutorAgent> = {
    provider: "autogen_agentchat.agents.CodeExecutorAgent",
    componentType: "agent",
    label: "CodeExecutorAgent",
    description: "An agent that writes and runs code.",
    schema: {
      type: "object",
      properties: {
        name: AGENT_NAME_SCHEMA,
        code_executor: { "x-component": ["code_executor"] },
        model_client: nullable({ "x-component": ["model", "replay_chat_completion_client", "chat_completion_cache"] }),
        description: nullable({ type: "string" }),
        sources: nullable({ type: "array", items: { type: "string" } }),
        system_message: nullable({ type: "string" }),
        model_client_stream: { type: "boolean" },
        model_context: nullable({ "x-component": ["chat_completion_context"] }),
        supported_languages: nullable({ type: "array", items: { type: "string" } }),
        max_retries_on_error: { type: "integer", minimum: 0 },
        requires_approval: { type: "boolean" },
      },
      required: ["name", "code_executor"],
    },
    toConfig({ settings }, dump) {
      if (settings.approvalFunc !== undefined) {
        throw new ValueError(
          "Cannot serialize CodeExecutorAgent with approval_func: a function cannot be written to JSON.",
          { code: "ERR_COMPONENT_NOT_SERIALIZABLE" },
        );
      }
      const { modelClient } = settings;
      return {
        name: settings.name,
        code_executor: dump.component(settings.codeExecutor),
        ...(modelClient === undefined ? {} : { model_client: dump.component(modelClient) }),
        description: settings.description,
        ...(settings.sources === undefined ? {} : { sources: settings.sources }),
        ...(settings.systemMessage === undefined ? {} : { system_message: settings.systemMessage }),
        model_client_stream: settings.modelClientStream,
        model_context: dump.component(settings.modelContext),
        supported_languages: settings.supportedLanguages,
        ...(settings.maxRetriesOnError === 0 ? {} : { max_retries_on_error: settings.maxRetriesOnError }),
        ...(settings.requiresApproval ? { requires_approval: true } : {}),
      };
    },
    fromConfig: async (config: CodeExecutorConfig, load) =>
      new CodeExecutorAgent({
        name: config.name,
        codeExecutor: await load.component<CodeExecutor>(config.code_executor, "/code_executor"),
        modelClient:
          config.model_client === undefined
            ? undefined
            : await load.component<ChatCompletionClient>(config.model_client, "/model_client"),
        modelContext:
          config.model_context === undefined
            ? undefined
            : await load.component<ChatCompletionContext>(config.model_context, "/model_context"),
        description: config.description,
        sources: config.sources,
        systemMessage: config.system_message ?? null,
        modelClientStream: config.model_client_stream,
        supportedLanguages: config.supported_languages,
        maxRetriesOnError: config.max_retries_on_error,
        requiresApproval: config.requires_approval,
        ownsResources: true,
      }),
  };

  /** The options, checked and completed. */
  readonly settings: CodeExecutorSettings;
  readonly #turns: TurnKeeper;

  constructor(options: CodeExecutorAgentOptions) {
    const settings = codeExecutorSettings(checkedOptions(options, "CodeExecutorAgent", "name, codeExecutor"));
    super({ name: options.name, description: settings.description });
    this.settings = settings;
    this.#turns = new TurnKeeper(options.name, settings.modelContext);
  }

  override get producedMessageTypes(): readonly MessageDefinition[] {
    return [TEXT_MESSAGE];
  }

  override respond(messages: readonly ChatMessage[], turn: Turn): Promise<Response> {
    const { modelClient, modelContext } = this.settings;
    return this.#turns.take(messages, turn, async (open) => {
      if (modelClient === undefined) return this.#runOthersCode(messages, turn, open);
      if (!open.isCatchingUp) await addToModelContext(modelContext, messages, turn.messages);
      return new WriteAndRun(this.settings, modelClient, turn, open).respond();
    });
  }

  override async onReset(): Promise<void> {
    await this.#turns.reset();
    await this.settings.codeExecutor.restart();
  }

  /** While a person is asked, the state holds the question and what the turn has done so far. */
  override async saveState(): Promise<JsonObject> {
    const { llm_context, ...held } = await this.#turns.save();
    return {
      type: "BaseState",
      version: "1.0.0",
      ...(this.settings.modelClient === undefined ? undefined : { llm_context }),
      ...held,
    };
  }

  override async loadState(state: JsonObject): Promise<void> {
    await super.loadState(state);
    // One that runs others' code has no conversation.
    await this.#turns.load(state, state["llm_context"] ?? {});
  }

  override async close(): Promise<void> {
    if (this.settings.ownsResources) await this.settings.codeExecutor.stop();
  }

  async #runOthersCode(messages: readonly ChatMessage[], turn: Turn, open: OpenTurn): Promise<Response> {
    const { name, sources, supportedLanguages, codeExecutor } = this.settings;
    const blocks = await open.answer(async () =>
      messages.flatMap((message) =>
        message.type === "TextMessage" && (sources === undefined || sources.includes(message.source))
          ? extractCodeBlocks(message.content, supportedLanguages)
          : [],
      ),
    );
    const answer = (content: string): Response => ({
      type: "Response",
      chatMessage: TextMessage({ content, source: name }, turn.context),
    });
    if (blocks.length === 0) {
      return answer(
        `No code blocks found in the thread. Write code in fenced blocks marked ${supportedLanguages.join(" or ")}.`,
      );
    }
    const admitted = await admitCode(turn.context, this.settings, blocks, [], 0, open);
    if ("refused" in admitted) return answer(executionText(admitted.refused));
    return answer(executionText(await executeCode(turn.context, codeExecutor, admitted.blocks)));
  }
}
