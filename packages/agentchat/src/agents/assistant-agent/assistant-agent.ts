import {
  isObject,
  raceSignal,
  updateContextFromMemory,
  type ComponentDefinition,
  type JsonObject,
  type Memory,
} from "@tesserae/core";
import { checkedOptions } from "../../base/checked-options.ts";
import type { Response, Turn } from "../../base/task.ts";
import { HANDOFF_MESSAGE, TEXT_MESSAGE, TOOL_CALL_SUMMARY_MESSAGE } from "../../messages/built-in-definitions.ts";
import type { MessageDefinition } from "../../messages/definition.ts";
import { MemoryQueryEvent } from "../../messages/factories.ts";
import { structuredMessageDefinition } from "../../messages/structured-message.ts";
import type { ChatMessage } from "../../messages/types.ts";
import { addToModelContext } from "../model-context.ts";
import { BaseChatAgent } from "../base-chat-agent.ts";
import { waits, type OpenTurn } from "../open-turn.ts";
import { TurnKeeper } from "../turn-keeper.ts";
import { turnThrough } from "../turn-through.ts";
import { assistantAgentComponent } from "./component.ts";
import { driveStep } from "./drive.ts";
import { limitResponse } from "./limit-response.ts";
import { DEFAULT_ASSISTANT_DESCRIPTION, assistantSettings, type AssistantAgentOptions } from "./options.ts";
import type { AssistantSettings } from "./settings.ts";
import { closeToolCalls, loadTools, resetTools, saveTools } from "./tool-memories.ts";

/**
 * An agent with a model and tools. In one step it calls the model, runs the tools the model asks for and answers:
 * with text, a structured message, a handoff, or the summary of the tools' results.
 *
 * `maxToolIterations` is 1 by default: after one round of tool calls the agent answers with their results.
 */
export class AssistantAgent extends BaseChatAgent {
  static readonly component: ComponentDefinition<AssistantAgent> = assistantAgentComponent(
    (options) => new AssistantAgent(options),
  );

  /** The options, checked and completed. */
  readonly settings: AssistantSettings;
  readonly #produced: readonly MessageDefinition[];
  readonly #turns: TurnKeeper;

  constructor(options: AssistantAgentOptions) {
    const { name, description = DEFAULT_ASSISTANT_DESCRIPTION } = checkedOptions(
      options,
      "AssistantAgent",
      "name, modelClient",
    );
    super({ name, description });
    this.settings = assistantSettings(options);
    this.#turns = new TurnKeeper(name, this.settings.modelContext);
    const { outputContentType } = this.settings;
    this.#produced = [
      TEXT_MESSAGE,
      TOOL_CALL_SUMMARY_MESSAGE,
      HANDOFF_MESSAGE,
      ...(outputContentType === undefined ? [] : [structuredMessageDefinition(outputContentType)]),
    ];
  }

  override get producedMessageTypes(): readonly MessageDefinition[] {
    return this.#produced;
  }

  override respond(messages: readonly ChatMessage[], turn: Turn): Promise<Response> {
    const { middleware } = this.settings;
    if (middleware === undefined) return this.#respond(messages, turn);
    return turnThrough(middleware, this.name, messages, turn, (heard, given) => this.#respond(heard, given));
  }

  #respond(messages: readonly ChatMessage[], turn: Turn): Promise<Response> {
    const { settings } = this;
    const { modelContext, memory, workbenches } = settings;
    return this.#turns.take(
      messages,
      turn,
      async (open, isOther) => {
        if (isOther) await closeToolCalls(workbenches);
        if (!open.isCatchingUp) {
          await addToModelContext(modelContext, messages, turn.messages);
          for (const one of memory) await this.#remember(one, turn, open);
        }
        return driveStep(settings, turn, open);
      },
      (error, { shown }) => limitResponse(settings, error, messages, turn, shown),
    );
  }

  async #remember(memory: Memory, turn: Turn, { shown }: OpenTurn): Promise<void> {
    const { context } = turn;
    const updating = updateContextFromMemory(context, memory, this.settings.modelContext);
    const { memories } = await raceSignal(updating, context.signal);
    if (memories.results.length === 0) return;
    const event = MemoryQueryEvent({ content: memories.results, source: this.name }, context);
    shown.push(event);
    await turn.emit(event);
  }

  override async onReset(): Promise<void> {
    await this.#turns.reset();
    await resetTools(this.settings.workbenches);
  }

  /** While a person is asked, the state holds the question and what the turn has done so far. */
  override async saveState(): Promise<JsonObject> {
    const tools = await saveTools(this.settings.workbenches);
    return {
      type: "AssistantAgentState",
      version: "1.0.0",
      ...(await this.#turns.save(waits(tools))),
      ...tools,
    };
  }

  override async loadState(state: JsonObject): Promise<void> {
    await super.loadState(state);
    // A program without types may give the text that it has read.
    const context = isObject(state) ? (state["llm_context"] ?? state["llm_messages"] ?? []) : state;
    await this.#turns.load(state, Array.isArray(context) ? { messages: context } : context);
    await loadTools(this.settings.workbenches, state["tools"]);
  }

  override async close(): Promise<void> {
    if (!this.settings.ownsResources) return;
    for (const workbench of this.settings.workbenches) await workbench.stop();
    for (const memory of this.settings.memory) await memory.close();
  }
}
