import {
  AssistantMessage,
  SystemMessage,
  UserMessage,
  ValueError,
  callModel,
  choose,
  isOpenAIFamily,
  raceSignal,
  streamModel,
  type Awaitable,
  type ChatCompletionClient,
  type ChatCompletionContext,
  type JsonObject,
  type LLMMessage,
  type OutputSchema,
  type RunContext,
} from "@tesserae/core";
import { chunkEmitter } from "../../agents/chunk-emitter.ts";
import { addToModelContext } from "../../agents/model-context.ts";
import { SelectorEvent } from "../../messages/factories.ts";
import type { MessageRegistry } from "../../messages/registry.ts";
import type { ChatMessage, StreamItem } from "../../messages/types.ts";
import { fillTemplate } from "../../text/template.ts";
import type { SelectionContext, SpeakerSelection } from "../group-chat/speaker-selection.ts";
import { mentionedNames } from "./mentions.ts";
import { selectionFeedback } from "./prompts.ts";
import { choiceForm, chosenIn } from "./structured-choice.ts";

/** Chooses the next speaker by code; `undefined` leaves the choice to the model. */
export type SelectorFunction = (thread: readonly StreamItem[]) => Awaitable<string | null | undefined>;
/** Narrows who may speak next. */
export type CandidateFunction = (thread: readonly StreamItem[]) => Awaitable<readonly string[]>;

/** What a selection by a model is made with. */
export interface SelectorSelectionOptions {
  /** The manager's name: the source of its events. */
  readonly source: string;
  readonly participants: readonly { readonly name: string; readonly description: string }[];
  readonly modelClient: ChatCompletionClient;
  readonly selectorPrompt: string;
  readonly allowRepeatedSpeaker: boolean;
  readonly maxSelectorAttempts: number;
  readonly selectorFunc?: SelectorFunction | undefined;
  readonly candidateFunc?: CandidateFunction | undefined;
  /** The model is given a form for its choice. */
  readonly structuredChoice: boolean;
  readonly modelClientStreaming: boolean;
  readonly emitTeamEvents?: boolean | undefined;
  readonly modelContext: ChatCompletionContext;
  readonly messages: () => MessageRegistry;
}

/** A model, or the user's function, chooses who speaks. */
export class SelectorSelection implements SpeakerSelection {
  readonly stateType = "SelectorManagerState";
  readonly #options: SelectorSelectionOptions;
  readonly #names: readonly string[];
  #previous: string | undefined;

  constructor(options: SelectorSelectionOptions) {
    this.#options = options;
    this.#names = options.participants.map(({ name }) => name);
  }

  async observe(items: readonly StreamItem[]): Promise<void> {
    const messages = this.#options.messages();
    const chat = items.filter((item): item is ChatMessage => messages.isChatMessage(item));
    await addToModelContext(this.#options.modelContext, chat);
  }

  async select(thread: readonly StreamItem[], context: SelectionContext): Promise<readonly string[]> {
    const choosing = this.#choose(thread, context);
    // A choice that comes after the end of the run changes nothing.
    const speaker = await raceSignal(choosing, context.run.signal);
    this.#previous = speaker;
    return [speaker];
  }

  async reset(): Promise<void> {
    this.#previous = undefined;
    await this.#options.modelContext.clear();
  }

  saveState(): JsonObject {
    return { previous_speaker: this.#previous ?? null };
  }

  async loadState(state: JsonObject, thread: readonly StreamItem[]): Promise<void> {
    const previous = state["previous_speaker"];
    this.#previous = typeof previous === "string" ? previous : undefined;
    await this.#options.modelContext.clear();
    await this.observe(thread);
  }

  async #choose(thread: readonly StreamItem[], context: SelectionContext): Promise<string> {
    return (await this.#byFunction(thread, context.run)) ?? this.#byModel(thread, context);
  }

  async #byFunction(thread: readonly StreamItem[], run: RunContext): Promise<string | undefined> {
    const { selectorFunc } = this.#options;
    if (selectorFunc === undefined) return undefined;
    const chosen = await choose(run, "selector", thread, async () => (await selectorFunc(thread)) ?? null);
    if (chosen === null) return undefined;
    if (!this.#names.includes(chosen)) {
      throw new ValueError(
        `Selector function returned an invalid speaker name: ${JSON.stringify(chosen)}. Expected one of ${this.#names.join(", ")}.`,
      );
    }
    return chosen;
  }

  async #byModel(thread: readonly StreamItem[], context: SelectionContext): Promise<string> {
    const candidates = await this.#candidates(thread, context.run);
    const [only] = candidates;
    if (candidates.length === 1 && only !== undefined) return only;
    const { maxSelectorAttempts, modelClient, structuredChoice } = this.#options;
    const form = structuredChoice && modelClient.modelInfo.structuredOutput ? choiceForm(candidates) : undefined;
    const conversation: LLMMessage[] = [await this.#prompt(candidates)];
    for (let attempt = 1; attempt <= maxSelectorAttempts; attempt += 1) {
      const answer = await this.#ask(conversation, context, form);
      conversation.push(AssistantMessage({ content: answer, source: "selector" }));
      const chosen = form === undefined ? undefined : chosenIn(answer);
      const mentioned = chosen === undefined ? mentionedNames(answer, this.#names) : [chosen];
      const [name] = mentioned;
      if (name !== undefined && mentioned.length === 1 && candidates.includes(name)) return name;
      const hasSpoken = name === this.#previous && this.#options.candidateFunc === undefined;
      const content = selectionFeedback(mentioned, hasSpoken, candidates);
      conversation.push(UserMessage({ content, source: "user" }));
    }
    const fallback = this.#fallback(candidates);
    process.emitWarning(
      `The model named no valid speaker in ${maxSelectorAttempts} attempts; '${fallback}' speaks. Give better descriptions, or a selectorFunc.`,
      { code: "TESSERAE_SELECTOR_FALLBACK" },
    );
    return fallback;
  }

  /** As in AutoGen the previous speaker, unless the user's function does not offer it. */
  #fallback(candidates: readonly string[]): string {
    const previous = this.#previous;
    const { candidateFunc } = this.#options;
    const allowed = previous !== undefined && (candidateFunc === undefined || candidates.includes(previous));
    return allowed ? previous : (candidates[0] ?? "");
  }

  async #candidates(thread: readonly StreamItem[], run: RunContext): Promise<readonly string[]> {
    const { candidateFunc, allowRepeatedSpeaker } = this.#options;
    if (candidateFunc !== undefined) {
      const candidates = await choose(run, "candidates", thread, async () => [...(await candidateFunc(thread))]);
      if (candidates.length === 0)
        throw new ValueError("The candidate function must return a non-empty list of names.");
      const unknown = candidates.find((name) => !this.#names.includes(name));
      if (unknown !== undefined) {
        throw new ValueError(
          `Candidate function returned invalid participant names: ${JSON.stringify(unknown)}. Expected one of ${this.#names.join(", ")}.`,
        );
      }
      return candidates;
    }
    if (allowRepeatedSpeaker || this.#previous === undefined) return this.#names;
    return this.#names.filter((name) => name !== this.#previous);
  }

  async #prompt(candidates: readonly string[]): Promise<LLMMessage> {
    const { participants, selectorPrompt, modelClient, modelContext } = this.#options;
    const content = fillTemplate(selectorPrompt, {
      roles: participants
        .map(({ name, description }) => `${name}: ${description}`.replace(/\s+/g, " ").trim())
        .join("\n"),
      participants: JSON.stringify(candidates),
      history: historyText(await modelContext.getMessages()),
    });
    return isOpenAIFamily(modelClient.modelInfo.family)
      ? SystemMessage({ content })
      : UserMessage({ content, source: "user" });
  }

  async #ask(
    conversation: readonly LLMMessage[],
    { run, emit }: SelectionContext,
    form: OutputSchema | undefined,
  ): Promise<string> {
    const { modelClient, modelClientStreaming, emitTeamEvents, source } = this.#options;
    const options = { purpose: "select", agent: source, ...(form === undefined ? {} : { jsonOutput: form }) };
    const messages = conversation.slice();
    const result = modelClientStreaming
      ? await streamModel(
          run,
          modelClient,
          messages,
          options,
          emitTeamEvents === true ? chunkEmitter(source, emit, run.id(), false) : () => undefined,
        )
      : await callModel(run, modelClient, messages, options);
    if (typeof result.content !== "string") {
      throw new ValueError("The selecting model called tools that it was not offered.", {
        code: "ERR_MODEL_ANSWER",
      });
    }
    if (modelClientStreaming && emitTeamEvents === true) emit(SelectorEvent({ content: result.content, source }, run));
    return result.content;
  }
}

/** The conversation as `source: text`, each with a blank line after it; results of tools and instructions left out. */
function historyText(messages: readonly LLMMessage[]): string {
  return messages
    .flatMap((message) => {
      if (message.type !== "UserMessage" && message.type !== "AssistantMessage") return [];
      return [`${`${message.source}: ${contentText(message.content)}`.trimEnd()}\n\n`];
    })
    .join("\n");
}

/** Text as it is, an image or a file by a note, calls as JSON. */
function contentText(content: (UserMessage | AssistantMessage)["content"]): string {
  if (typeof content === "string") return content;
  if (content.some((part) => typeof part !== "string" && "arguments" in part)) return JSON.stringify(content);
  return content.map((part) => (typeof part === "string" ? part : "type" in part ? `[${part.type}]` : "")).join(" ");
}
