import {
  UnboundedChatCompletionContext,
  ValueError,
  checkMethod,
  checkTypes,
  type ChatCompletionClient,
  type ChatCompletionContext,
  type ComponentDefinition,
} from "@tesserae/core";
import { nullable, type ComponentJson } from "../../components/config.ts";
import { modelClientFrom, type ModelClientLike } from "../../models/model-client-from.ts";
import { checkCount } from "../../base/check-numbers.ts";
import { checkedOptions } from "../../base/checked-options.ts";
import { BaseGroupChat } from "../group-chat/base-group-chat.ts";
import { participantNames } from "../group-chat/names.ts";
import { loadTeamOptions, teamSchema, teamToConfig, type TeamConfig } from "../group-chat/team-config.ts";
import type { TeamOptions } from "../group-chat/team-options.ts";
import { DEFAULT_SELECTOR_PROMPT } from "./prompts.ts";
import {
  SelectorSelection,
  type CandidateFunction,
  type SelectorFunction,
  type SelectorSelectionOptions,
} from "./selector-selection.ts";

const NAME = "SelectorGroupChat";
const MANAGER = "SelectorGroupChatManager";
const DESCRIPTION = "A team in which a model chooses who speaks next.";

/** What makes a {@link SelectorGroupChat}. */
export interface SelectorGroupChatOptions extends TeamOptions {
  /** The model that chooses: a client, or a name such as `"openai/gpt-5"`. */
  readonly modelClient: ModelClientLike;
  /** What the model is asked, with `{roles}`, `{participants}` and `{history}`. */
  readonly selectorPrompt?: string | undefined;
  /** Whether the same participant may speak twice in a row. Default false. */
  readonly allowRepeatedSpeaker?: boolean | undefined;
  /** How often the model is asked for a valid choice. Default 3. */
  readonly maxSelectorAttempts?: number | undefined;
  /**
   * Give the model a form that can name the candidates only, where it has structured output; else its choice is read
   * from its text. Default false, as in AutoGen.
   */
  readonly structuredChoice?: boolean | undefined;
  /** Chooses by code; where it gives nothing the model chooses. Not written to JSON. */
  readonly selectorFunc?: SelectorFunction | undefined;
  /** Narrows who may be chosen. Not written to JSON. */
  readonly candidateFunc?: CandidateFunction | undefined;
  /** Ask the choosing model for its answer piece by piece; with `emitTeamEvents` the pieces are shown. */
  readonly modelClientStreaming?: boolean | undefined;
  /** What the choosing model sees of the conversation. Default: all of it. */
  readonly modelContext?: ChatCompletionContext | undefined;
}

type SelectorConfig = TeamConfig & {
  readonly model_client: ComponentJson;
  readonly selector_prompt: string;
  readonly allow_repeated_speaker: boolean;
  readonly max_selector_attempts?: number;
  readonly structured_choice?: boolean;
  readonly model_client_streaming?: boolean;
  readonly model_context?: ComponentJson;
};

/** A team in which a model chooses who speaks next. */
export class SelectorGroupChat extends BaseGroupChat {
  static readonly component: ComponentDefinition<SelectorGroupChat> = {
    provider: "autogen_agentchat.teams.SelectorGroupChat",
    componentType: "team",
    label: NAME,
    description: DESCRIPTION,
    schema: teamSchema(
      {
        model_client: { "x-component": ["model", "replay_chat_completion_client", "chat_completion_cache"] },
        selector_prompt: { type: "string" },
        allow_repeated_speaker: { type: "boolean" },
        max_selector_attempts: { type: "integer", minimum: 1 },
        structured_choice: { type: "boolean" },
        model_client_streaming: { type: "boolean" },
        model_context: nullable({ "x-component": ["chat_completion_context"] }),
      },
      ["model_client", "selector_prompt", "allow_repeated_speaker"],
    ),
    toConfig: (team, dump) => ({
      ...teamToConfig(team, dump),
      model_client: dump.component(team.modelClient),
      selector_prompt: team.selectorPrompt,
      allow_repeated_speaker: team.allowRepeatedSpeaker,
      max_selector_attempts: team.maxSelectorAttempts,
      ...(team.structuredChoice ? { structured_choice: true } : {}),
      model_client_streaming: team.modelClientStreaming,
      ...(team.#modelContextGiven ? { model_context: dump.component(team.modelContext) } : {}),
    }),
    fromConfig: async (config: SelectorConfig, load) =>
      new SelectorGroupChat({
        ...(await loadTeamOptions(config, load)),
        modelClient: await load.component<ChatCompletionClient>(config.model_client, "/model_client"),
        selectorPrompt: config.selector_prompt,
        allowRepeatedSpeaker: config.allow_repeated_speaker,
        maxSelectorAttempts: config.max_selector_attempts,
        structuredChoice: config.structured_choice,
        modelClientStreaming: config.model_client_streaming,
        modelContext:
          config.model_context === undefined
            ? undefined
            : await load.component<ChatCompletionContext>(config.model_context, "/model_context"),
      }),
  };

  readonly modelClient: ChatCompletionClient;
  readonly selectorPrompt: string;
  readonly allowRepeatedSpeaker: boolean;
  readonly maxSelectorAttempts: number;
  readonly structuredChoice: boolean;
  readonly modelClientStreaming: boolean;
  readonly modelContext: ChatCompletionContext;
  /** The default is not written, as in Python. */
  readonly #modelContextGiven: boolean;

  constructor(options: SelectorGroupChatOptions) {
    const settings = selectorSettings(checkedOptions(options, NAME, "participants, modelClient"));
    super(options, {
      name: NAME,
      managerName: MANAGER,
      description: DESCRIPTION,
      selection: new SelectorSelection({ ...settings, source: MANAGER, messages: () => this.messages }),
    });
    this.modelClient = settings.modelClient;
    this.selectorPrompt = settings.selectorPrompt;
    this.allowRepeatedSpeaker = settings.allowRepeatedSpeaker;
    this.maxSelectorAttempts = settings.maxSelectorAttempts;
    this.structuredChoice = settings.structuredChoice;
    this.modelClientStreaming = settings.modelClientStreaming;
    this.modelContext = settings.modelContext;
    this.#modelContextGiven = options.modelContext !== undefined;
  }
}

/** The options, checked and completed. */
function selectorSettings(options: SelectorGroupChatOptions): Omit<SelectorSelectionOptions, "source" | "messages"> {
  const {
    participants,
    selectorFunc,
    candidateFunc,
    selectorPrompt = DEFAULT_SELECTOR_PROMPT,
    allowRepeatedSpeaker = false,
    maxSelectorAttempts = 3,
    structuredChoice = false,
    modelClientStreaming = false,
    modelContext = new UnboundedChatCompletionContext(),
  } = options;
  if (participantNames(participants).length < 2) {
    throw new ValueError("At least two participants are required.");
  }
  checkTypes("string", { selectorPrompt });
  checkTypes("function", { selectorFunc, candidateFunc });
  checkMethod("modelContext", modelContext, "getMessages", "a model context");
  checkCount("maxSelectorAttempts", maxSelectorAttempts);
  return {
    ...options,
    modelClient: modelClientFrom(options.modelClient),
    selectorPrompt,
    allowRepeatedSpeaker,
    maxSelectorAttempts,
    structuredChoice,
    modelClientStreaming,
    modelContext,
  };
}
