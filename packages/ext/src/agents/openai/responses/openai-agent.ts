import {
  AssistantAgent,
  builtInMessages,
  HANDOFF_MESSAGE,
  MULTI_MODAL_MESSAGE,
  STOP_MESSAGE,
  TEXT_MESSAGE,
  TextMessage,
  TOOL_CALL_SUMMARY_MESSAGE,
  type ChatMessage,
  type MessageDefinition,
  type Response,
  type Turn,
} from "@tesserae/agentchat";
import {
  endsTheRun,
  isAbortError,
  isObject,
  llmMessageToJson,
  ValueError,
  type ComponentDefinition,
  type JsonObject,
} from "@tesserae/core";
import { agentParts, type AgentParts } from "./agent-settings.ts";
import { objectsOf, sinceLastResponse } from "./answer-data.ts";
import { withFindings } from "./answer-message.ts";
import type { BuiltInTool } from "./built-in-tools.ts";
import { openAIAgentComponent } from "./component.ts";
import { decodeHistory } from "./decode-history.ts";
import { encodeInput } from "./encode-input.ts";
import type { OpenAIAgentOptions } from "./options.ts";

/**
 * An agent on OpenAI's Responses API: with the tools that OpenAI runs (search of the web and of files, code, images, MCP
 * servers), and with tools that are run here. OpenAI keeps the conversation, unless `store` is false.
 *
 * Calls of its model and its tools pass the seam as those of an `AssistantAgent` do.
 *
 * @example
 * const agent = new OpenAIAgent({
 *   name: "researcher", description: "Searches the web", model: "gpt-4.1",
 *   instructions: "Answer with sources.", tools: ["web_search_preview"],
 * });
 */
export class OpenAIAgent extends AssistantAgent {
  static override readonly component: ComponentDefinition<OpenAIAgent> = openAIAgentComponent(
    (options) => new OpenAIAgent(options),
  );

  /** What the agent was made with. */
  readonly options: OpenAIAgentOptions;
  readonly #parts: AgentParts;

  /** @throws ValueError for options that cannot be used. */
  constructor(options: OpenAIAgentOptions) {
    if (!isObject(options)) throw new ValueError("OpenAIAgent takes an object with its options.");
    const parts = agentParts(options);
    super(parts.assistant);
    this.options = options;
    this.#parts = parts;
  }

  override get producedMessageTypes(): readonly MessageDefinition[] {
    return [TEXT_MESSAGE, MULTI_MODAL_MESSAGE, STOP_MESSAGE, TOOL_CALL_SUMMARY_MESSAGE, HANDOFF_MESSAGE];
  }

  /** The name of the model. */
  get model(): string {
    return this.options.model;
  }

  /** The tools that OpenAI runs, as its interface has them. */
  get tools(): readonly BuiltInTool[] {
    return this.#parts.builtInTools;
  }

  override async respond(messages: readonly ChatMessage[], turn: Turn): Promise<Response> {
    const { history } = this.#parts;
    const before = history.size();
    try {
      const response = await super.respond(messages, turn);
      return withFindings(response, history.answersAfter(before), turn);
    } catch (error) {
      if (this.options.errorsAsMessages !== true || isAbortError(error) || endsTheRun(error)) throw error;
      const registry = turn.messages ?? builtInMessages();
      for (const message of messages) history.addMessage(registry.toModelMessage(message));
      const content = `Error generating response: ${error instanceof Error ? error.message : String(error)}`;
      return { type: "Response", chatMessage: TextMessage({ content, source: this.name }, turn.context) };
    }
  }

  override async saveState(): Promise<JsonObject> {
    const { llm_context: context, tools, open_turn: open } = await super.saveState();
    const { turn_began: began, messages: kept } = isObject(context) ? context : {};
    // Who is asked again is given what an unfinished turn had added again.
    const count = Array.isArray(kept) && open !== undefined ? kept.length : began;
    const messages = this.#parts.history.all.slice(0, typeof count === "number" ? count : undefined);
    return {
      type: "OpenAIAgentState",
      response_id: sinceLastResponse(messages)?.responseId ?? null,
      history: encodeInput(messages, true),
      ...(open === undefined ? {} : { open_turn: open }),
      ...(tools === undefined ? {} : { tools }),
    };
  }

  override async loadState(state: JsonObject): Promise<void> {
    const { history = [], response_id: id, tools, open_turn: open } = state;
    if (!Array.isArray(history)) {
      throw new ValueError(`The state of '${this.name}' must hold a list of input items under "history".`);
    }
    const messages = decodeHistory(objectsOf(history), typeof id === "string" ? id : undefined);
    await super.loadState({
      llm_context: { messages: messages.map(llmMessageToJson) },
      ...(open === undefined ? {} : { open_turn: open }),
      ...(tools === undefined ? {} : { tools }),
    });
  }

  /** Closes the connections to OpenAI, too, unless they are the caller's own. */
  override async close(): Promise<void> {
    await super.close();
    await this.#parts.client.close();
  }
}
