import {
  isObject,
  raceSignal,
  updateContextFromMemory,
  ValueError,
  type ComponentDefinition,
  type JsonObject,
} from "@tesserae/core";
import { checkedOptions } from "../../base/checked-options.ts";
import type { Response, Turn } from "../../base/task.ts";
import { HANDOFF_MESSAGE, TEXT_MESSAGE, TOOL_CALL_SUMMARY_MESSAGE } from "../../messages/built-in-definitions.ts";
import type { MessageDefinition } from "../../messages/definition.ts";
import { MemoryQueryEvent } from "../../messages/factories.ts";
import { structuredMessageDefinition } from "../../messages/structured-message.ts";
import type { ChatMessage, StreamItem } from "../../messages/types.ts";
import { addToModelContext, checkpointOf, loadModelContext, saveModelContext } from "../model-context.ts";
import { BaseChatAgent } from "../base-chat-agent.ts";
import { turnThrough } from "../turn-through.ts";
import { assistantAgentComponent } from "./component.ts";
import { driveStep } from "./drive.ts";
import { limitResponse } from "./limit-response.ts";
import { DEFAULT_ASSISTANT_DESCRIPTION, assistantSettings, type AssistantAgentOptions } from "./options.ts";
import type { AssistantSettings } from "./settings.ts";
import { loadTools, resetTools, saveTools } from "./tool-memories.ts";

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
  /** How much the model context held when the turn that goes on began. */
  #turnBegan: number | undefined;

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
    const { modelContext, memory } = this.settings;
    const restore = await checkpointOf(modelContext);
    this.#turnBegan = modelContext.size?.();
    const inner: StreamItem[] = [];
    try {
      await addToModelContext(modelContext, messages, turn.messages);
      for (const one of memory) {
        const { memories } = await raceSignal(
          updateContextFromMemory(turn.context, one, modelContext),
          turn.context.signal,
        );
        if (memories.results.length === 0) continue;
        const event = MemoryQueryEvent({ content: memories.results, source: this.name }, turn.context);
        inner.push(event);
        await turn.emit(event);
      }
      return await driveStep(this.settings, turn, inner);
    } catch (error) {
      // A failed step leaves no trace: a retry is given the same messages again.
      await restore();
      const response = await limitResponse(this.settings, error, messages, turn, inner);
      if (response !== undefined) return response;
      throw error;
    } finally {
      this.#turnBegan = undefined;
    }
  }

  override async onReset(): Promise<void> {
    await this.settings.modelContext.clear();
    await resetTools(this.settings.workbenches);
  }

  override async saveState(): Promise<JsonObject> {
    return {
      type: "AssistantAgentState",
      version: "1.0.0",
      llm_context: await saveModelContext(this.settings.modelContext, this.#turnBegan),
      ...(await saveTools(this.settings.workbenches)),
    };
  }

  override async loadState(state: JsonObject): Promise<void> {
    const context = state["llm_context"] ?? state["llm_messages"];
    const normalised = Array.isArray(context) ? { messages: context } : (context ?? { messages: [] });
    if (!isObject(normalised)) {
      throw new ValueError(`The state of '${this.name}' must hold its model context under "llm_context".`);
    }
    await loadModelContext(this.settings.modelContext, normalised);
    await loadTools(this.settings.workbenches, state["tools"]);
  }

  override async close(): Promise<void> {
    if (!this.settings.ownsResources) return;
    for (const workbench of this.settings.workbenches) await workbench.stop();
    for (const memory of this.settings.memory) await memory.close();
  }
}
