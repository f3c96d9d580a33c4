import {
  AssistantAgent,
  builtInMessages,
  TEXT_MESSAGE,
  type ChatMessage,
  type MessageDefinition,
  type Response,
  type Turn,
  type TurnOptions,
} from "@tesserae/agentchat";
import {
  isObject,
  isTesseraeError,
  plainContext,
  UnboundedChatCompletionContext,
  ValueError,
  type Json,
  type JsonObject,
  type ModelInfo,
} from "@tesserae/core";
import { standardCatalogue } from "../../../models/shared/catalogue.ts";
import { ModelPricing } from "../../../models/shared/model-pricing.ts";
import { resolveModel } from "../../../models/shared/resolve-model.ts";
import { secondsToMilliseconds } from "../../../models/shared/seconds.ts";
import { warnOnce } from "../../../models/shared/warn.ts";
import { openAIConnection } from "../connection/openai-client.ts";
import { AssistantRuns } from "./assistant-runs.ts";
import { AssistantThread } from "./assistant-thread.ts";
import { assistantTools, AssistantWorkbench } from "./assistant-tools.ts";
import { AssistantsApi } from "./assistants-api.ts";
import type { OpenAIAssistantAgentOptions } from "./options.ts";
import { deleted, Uploads } from "./uploads.ts";

const UNKNOWN_MODEL: ModelInfo = {
  vision: true,
  functionCalling: true,
  jsonOutput: true,
  structuredOutput: true,
  family: "unknown",
};

/**
 * An agent on the Assistants API: an assistant and a thread at the service, with its code interpreter and its search of
 * files, and tools that are run here. Messages go into the thread, and each turn is a run.
 *
 * @deprecated OpenAI has shut this interface down in 2026; Azure OpenAI and compatible servers may still have it. Use
 * `OpenAIAgent`.
 */
export class OpenAIAssistantAgent extends AssistantAgent {
  readonly #api: AssistantsApi;
  readonly #thread: AssistantThread;
  readonly #runs: AssistantRuns;
  readonly #uploads: Uploads;
  readonly #searchesFiles: boolean;
  /** The last turn was one of a run with a journal. */
  #isRecorded = false;
  /** The next turn begins with a reset of the thread. */
  #resets = false;

  /** @throws ValueError for options that cannot be used. */
  constructor(options: OpenAIAssistantAgentOptions) {
    const parts = partsOf(options);
    const { name, description, toolPolicy, parallelToolCalls } = options;
    super({
      name,
      description,
      modelClient: parts.runs,
      modelContext: new UnboundedChatCompletionContext(),
      systemMessage: null,
      workbench: new AssistantWorkbench({ tools: parts.tools.own }),
      // The run says when it is over.
      maxToolIterations: Infinity,
      toolPolicy,
      parallelToolCalls,
    });
    this.#api = parts.api;
    this.#thread = parts.thread;
    this.#runs = parts.runs;
    this.#uploads = new Uploads(parts.api, parts.thread);
    this.#searchesFiles = parts.tools.wire.some(({ type }) => type === "file_search");
    warnOnce(
      "TESSERAE_DEPRECATED_INTERFACE",
      "OpenAIAssistantAgent: OpenAI has shut down the Assistants API on 2026-08-26; Azure OpenAI and compatible servers " +
        "may still answer. Use OpenAIAgent, which is on the Responses API.",
    );
  }

  override get producedMessageTypes(): readonly MessageDefinition[] {
    return [TEXT_MESSAGE];
  }

  /** The assistant at the service; `undefined` before there is one. */
  get assistantId(): string | undefined {
    return this.#thread.assistantId;
  }

  /** The thread at the service; `undefined` before there is one. */
  get threadId(): string | undefined {
    return this.#thread.threadId;
  }

  override async respond(messages: readonly ChatMessage[], turn: Turn): Promise<Response> {
    const { context } = turn;
    const registry = turn.messages ?? builtInMessages();
    this.#isRecorded = context.session !== undefined && context.session.mode !== "plain";
    await this.#thread.open(context);
    if (!(await this.#goesOn(messages))) {
      await this.#runs.giveUp(context);
      if (this.#resets) await this.#thread.reset(context);
      this.#resets = false;
      for (const message of messages) await this.#thread.add(context, registry.toModelMessage(message).content);
    }
    // The thread remembers; a run is recorded with what it was begun for.
    await this.settings.modelContext.clear();
    try {
      return await super.respond(messages, turn);
    } catch (error) {
      // While a person is asked, the run at the service waits too.
      if (!isTesseraeError(error, "ERR_INPUT_WAITING")) await this.#runs.cancelOpen();
      throw error;
    }
  }

  /** True where a turn that waited is given nothing new: what it was given is in the thread. */
  async #goesOn(messages: readonly ChatMessage[]): Promise<boolean> {
    const { open_turn: open } = await super.saveState();
    if (!isObject(open)) return false;
    const heard = textsOf(open["heard"]);
    return messages.every(({ id }) => heard.includes(id));
  }

  /** Adds what a user says to the thread; the next turn answers. */
  async handleTextMessage(content: string, options: TurnOptions = {}): Promise<void> {
    await this.#thread.add(contextOf(options), content);
  }

  /**
   * Deletes the messages that came after the thread was first looked at. In and after a run with a journal the next turn
   * does so, as an effect of its own run: a replay must not delete what has been said since.
   */
  override async onReset(options: TurnOptions = {}): Promise<void> {
    await super.onReset();
    if (this.#isRecorded) {
      this.#resets = this.threadId !== undefined;
      return;
    }
    const context = contextOf(options);
    await this.#runs.giveUp(context);
    await this.#thread.reset(context);
  }

  /** Uploads files, by their paths, for the code interpreter. */
  async onUploadForCodeInterpreter(paths: string | readonly string[], options: TurnOptions = {}): Promise<void> {
    await this.#uploads.forCodeInterpreter(listOf(paths), { signal: options.signal });
  }

  /** Uploads files, by their paths, to be searched: they are embedded in a vector store of the agent's own. */
  async onUploadForFileSearch(paths: string | readonly string[], options: TurnOptions = {}): Promise<void> {
    if (!this.#searchesFiles) {
      throw new ValueError(`File search is not enabled for '${this.name}': put "file_search" among its tools.`);
    }
    await this.#uploads.forFileSearch(listOf(paths), { signal: options.signal });
  }

  /** Deletes the files that this agent has uploaded. */
  deleteUploadedFiles(options: TurnOptions = {}): Promise<void> {
    return this.#uploads.deleteFiles({ signal: options.signal });
  }

  /** Deletes the assistant, if this agent has made it. */
  async deleteAssistant(options: TurnOptions = {}): Promise<void> {
    if (!this.#thread.isOwn) return;
    await deleted(this.#api, `/assistants/${this.#thread.assistantId ?? ""}`, { signal: options.signal });
    this.#thread.forgetAssistant();
  }

  /** Deletes the vector store, if this agent has made one. */
  deleteVectorStore(options: TurnOptions = {}): Promise<void> {
    return this.#uploads.deleteVectorStore({ signal: options.signal });
  }

  /** AutoGen's; while a person is asked, with the turn, and with the run that waits at the service. */
  override async saveState(): Promise<JsonObject> {
    const { open_turn: open, tools } = await super.saveState();
    const run = this.#runs.openRun;
    return {
      type: "OpenAIAssistantAgentState",
      assistant_id: this.#thread.assistantId ?? null,
      thread_id: this.#thread.threadId ?? null,
      initial_message_ids: this.#thread.initialMessageIds,
      vector_store_id: this.#uploads.vectorStoreId ?? null,
      uploaded_file_ids: this.#uploads.fileIds,
      ...(this.#resets ? { reset_pending: true } : {}),
      ...(run === undefined ? {} : { open_run_id: run }),
      ...(open === undefined ? {} : { open_turn: open }),
      ...(tools === undefined ? {} : { tools }),
    };
  }

  override async loadState(state: JsonObject): Promise<void> {
    const { assistant_id: assistant, thread_id: thread, initial_message_ids: initial, vector_store_id: store } = state;
    const { open_turn: open, tools } = state;
    await super.loadState({
      ...(open === undefined ? {} : { open_turn: open }),
      ...(tools === undefined ? {} : { tools }),
    });
    this.#thread.load(textOf(assistant), textOf(thread), textsOf(initial));
    this.#runs.openRun = textOf(state["open_run_id"]);
    this.#resets = state["reset_pending"] === true;
    this.#uploads.vectorStoreId = textOf(store);
    this.#uploads.fileIds = textsOf(state["uploaded_file_ids"]);
  }

  /** Closes the connections; what is at the service stays there. */
  override async close(): Promise<void> {
    await super.close();
    await this.#runs.close();
  }
}

function partsOf(options: OpenAIAssistantAgentOptions) {
  if (!isObject(options)) throw new ValueError("OpenAIAssistantAgent takes an object with its options.");
  const { model, instructions, description, catalogue = standardCatalogue(), metadata, temperature, topP } = options;
  for (const key of ["model", "instructions", "description"] as const) {
    if (typeof options[key] !== "string") throw new ValueError(`OpenAIAssistantAgent needs the option ${key}: text.`);
  }
  const tools = assistantTools(options.tools);
  const { responseFormat, toolResources } = options;
  const api = new AssistantsApi(openAIConnection(options.client, model, "OpenAIAssistantAgent"));
  const thread = new AssistantThread(api, {
    assistant: {
      model,
      description,
      instructions,
      metadata: metadata ?? null,
      temperature: temperature ?? null,
      tools: tools.wire,
      top_p: topP ?? null,
      ...(responseFormat === undefined ? {} : { response_format: responseFormat }),
      ...(toolResources === undefined ? {} : { tool_resources: toolResources }),
    },
    assistantId: options.assistantId,
    threadId: options.threadId,
  });
  const known = options.modelInfo ?? (catalogue.lookup(model, "openai") === undefined ? UNKNOWN_MODEL : undefined);
  const resolved = resolveModel({ model, catalogue, client: "openai", modelInfo: known });
  const { service } = api.connection;
  const pricing = new ModelPricing({
    model: resolved.resolvedName,
    catalogue,
    query: service.price,
    price: options.price,
  });
  const pollMs = secondsToMilliseconds("pollInterval", options.pollInterval) ?? 500;
  return { api, thread, tools, runs: new AssistantRuns({ model, api, thread, pollMs, resolved, pricing }) };
}

function contextOf({ context, signal }: TurnOptions) {
  return context ?? plainContext({ signal });
}

function listOf(paths: string | readonly string[]): readonly string[] {
  return typeof paths === "string" ? [paths] : paths;
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function textsOf(value: Json | undefined): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter((entry) => typeof entry === "string");
}
