import {
  isObject,
  raceSignal,
  updateContextFromMemory,
  ValueError,
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
import { addToModelContext, checkpointOf, loadModelContext, saveModelContext } from "../model-context.ts";
import { BaseChatAgent } from "../base-chat-agent.ts";
import { OpenTurn, goesOn, heldTurnOf, holdTurn, isWaiting, waits, type HeldTurn } from "../open-turn.ts";
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
  /** The turn that goes on, and how much the model context held when it began. */
  #turn: OpenTurn | undefined;
  #turnBegan: number | undefined;
  /** A turn that waits for a person who was not there, or that was loaded: the next turn goes on with it. */
  #held: HeldTurn | undefined;

  constructor(options: AssistantAgentOptions) {
    const { name, description = DEFAULT_ASSISTANT_DESCRIPTION } = checkedOptions(
      options,
      "AssistantAgent",
      "name, modelClient",
    );
    super({ name, description });
    this.settings = assistantSettings(options);
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

  async #respond(messages: readonly ChatMessage[], turn: Turn): Promise<Response> {
    const { modelContext, memory, workbenches } = this.settings;
    const restore = await checkpointOf(modelContext);
    this.#turnBegan = modelContext.size?.();
    const held = this.#held;
    this.#held = undefined;
    const wentOn = held !== undefined && (await goesOn(held, messages, modelContext));
    if (held !== undefined && !wentOn) await closeToolCalls(workbenches);
    const open = new OpenTurn(this.name, messages, turn.messages, wentOn ? held : undefined);
    this.#turn = open;
    try {
      if (!wentOn) {
        await addToModelContext(modelContext, messages, turn.messages);
        for (const one of memory) await this.#remember(one, turn, open);
      }
      return await driveStep(this.settings, turn, open);
    } catch (error) {
      if (isWaiting(error)) this.#held = heldTurnOf(await this.#hold());
      // A failed step leaves no trace: a retry is given the same messages again.
      await restore();
      const response = await limitResponse(this.settings, error, messages, turn, open.shown);
      if (response !== undefined) return response;
      throw error;
    } finally {
      this.#turn = undefined;
      this.#turnBegan = undefined;
    }
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
    this.#held = undefined;
    await this.settings.modelContext.clear();
    await resetTools(this.settings.workbenches);
  }

  /** While a person is asked, the state holds the question and what the turn has done so far. */
  override async saveState(): Promise<JsonObject> {
    const tools = await saveTools(this.settings.workbenches);
    const isOpen = this.#turn !== undefined && (this.#turn.inputs.size > 0 || waits(tools));
    return {
      type: "AssistantAgentState",
      version: "1.0.0",
      ...(isOpen ? await this.#hold() : await this.#saveContext()),
      ...tools,
    };
  }

  override async loadState(state: JsonObject): Promise<void> {
    // A program without types may give the text that it has read.
    const context = isObject(state) ? (state["llm_context"] ?? state["llm_messages"] ?? []) : state;
    const normalised = Array.isArray(context) ? { messages: context } : context;
    if (!isObject(normalised)) {
      throw new ValueError(`The state of '${this.name}' must hold its model context under "llm_context".`);
    }
    await loadModelContext(this.settings.modelContext, normalised);
    this.#held = heldTurnOf(state);
    await loadTools(this.settings.workbenches, state["tools"]);
  }

  override async close(): Promise<void> {
    if (!this.settings.ownsResources) return;
    for (const workbench of this.settings.workbenches) await workbench.stop();
    for (const memory of this.settings.memory) await memory.close();
  }

  async #saveContext(): Promise<JsonObject> {
    const llm_context = await saveModelContext(this.settings.modelContext, this.#turnBegan);
    return this.#held === undefined ? { llm_context } : { llm_context, open_turn: { ...this.#held } };
  }

  /** The model context as it was before the turn, and the turn; a context that cannot tell where the turn began has none. */
  #hold(): Promise<JsonObject> {
    const { modelContext } = this.settings;
    return this.#turn === undefined || this.#turnBegan === undefined
      ? this.#saveContext()
      : holdTurn(this.#turn, modelContext, this.#turnBegan);
  }
}
