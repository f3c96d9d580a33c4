import { checkTypes, type ChatCompletionClient, type ComponentDefinition } from "@tesserae/core";
import type { ChatAgent } from "../../base/chat-agent.ts";
import { checkCount } from "../../base/check-numbers.ts";
import { checkedOptions } from "../../base/checked-options.ts";
import { nullable, type ComponentJson } from "../../components/config.ts";
import { modelClientFrom, type ModelClientLike } from "../../models/model-client-from.ts";
import { BaseGroupChat } from "../group-chat/base-group-chat.ts";
import { agentsOnly, participantNames } from "../group-chat/names.ts";
import { loadTeamOptions, teamSchema, teamToConfig, type TeamConfig } from "../group-chat/team-config.ts";
import type { TeamOptions } from "../group-chat/team-options.ts";
import { MagenticOneOrchestration } from "./orchestration.ts";
import { DEFAULT_FINAL_ANSWER_PROMPT } from "./prompts.ts";

const NAME = "MagenticOneGroupChat";
const MANAGER = "MagenticOneOrchestrator";
const DESCRIPTION = "A team that a model leads with a plan and a ledger of the progress.";
const CLIENT = { "x-component": ["model", "replay_chat_completion_client", "chat_completion_cache"] };

/** What makes a {@link MagenticOneGroupChat}. */
export interface MagenticOneGroupChatOptions extends Omit<TeamOptions<ChatAgent>, "maxTurns"> {
  /** The model that leads: a client, or a name such as `"openai/gpt-5"`. */
  readonly modelClient: ModelClientLike;
  /**
   * A model of its own for facts, plans and the final answer, for example one that reasons longer; `modelClient` then
   * keeps the progress ledger only. Default: `modelClient`.
   */
  readonly planningModelClient?: ModelClientLike | undefined;
  /** The rounds of a run, after which the final answer is asked for. Default 20; `null`: no limit. */
  readonly maxTurns?: number | null | undefined;
  /** After how many rounds without progress there is a new plan. Default 3. */
  readonly maxStalls?: number | undefined;
  /** Asks for the final answer; `{task}` stands for the task. */
  readonly finalAnswerPrompt?: string | undefined;
}

type MagenticOneConfig = TeamConfig & {
  readonly model_client: ComponentJson;
  readonly planning_model_client?: ComponentJson;
  readonly max_stalls: number;
  readonly final_answer_prompt: string;
};

/**
 * A team that a model leads. It surveys the facts of a task, plans, and then judges the progress after each answer and
 * tells one member what to do next. When the work is stuck it plans again, and the members begin anew. In the end it
 * gives the final answer. The members hear the ledger of task, facts and plan, the instructions, and one another.
 *
 * Each run with a task begins with a plan for it; a run without a task, and a task after a handoff to a person, go on
 * with the last one.
 */
export class MagenticOneGroupChat extends BaseGroupChat {
  static readonly component: ComponentDefinition<MagenticOneGroupChat> = {
    provider: "autogen_agentchat.teams.MagenticOneGroupChat",
    componentType: "team",
    label: NAME,
    description: DESCRIPTION,
    schema: teamSchema(
      {
        model_client: CLIENT,
        planning_model_client: nullable(CLIENT),
        max_stalls: { type: "integer", minimum: 1 },
        final_answer_prompt: { type: "string" },
      },
      ["model_client", "max_stalls", "final_answer_prompt"],
    ),
    toConfig: (team, dump) => ({
      ...teamToConfig(team, dump),
      model_client: dump.component(team.modelClient),
      ...(team.planningModelClient === team.modelClient
        ? {}
        : { planning_model_client: dump.component(team.planningModelClient) }),
      max_stalls: team.maxStalls,
      final_answer_prompt: team.finalAnswerPrompt,
    }),
    fromConfig: async (config: MagenticOneConfig, load) => {
      const options = await loadTeamOptions(config, load);
      return new MagenticOneGroupChat({
        ...options,
        participants: agentsOnly(options.participants, NAME),
        // Python writes no limit as nothing.
        maxTurns: config.max_turns ?? null,
        modelClient: await load.component<ChatCompletionClient>(config.model_client, "/model_client"),
        planningModelClient:
          config.planning_model_client === undefined
            ? undefined
            : await load.component<ChatCompletionClient>(config.planning_model_client, "/planning_model_client"),
        maxStalls: config.max_stalls,
        finalAnswerPrompt: config.final_answer_prompt,
      });
    },
  };

  readonly modelClient: ChatCompletionClient;
  readonly planningModelClient: ChatCompletionClient;
  readonly maxStalls: number;
  readonly finalAnswerPrompt: string;

  /** @throws ValueError when a participant is a team, and for limits below 1. */
  constructor(options: MagenticOneGroupChatOptions) {
    const { participants, maxStalls = 3, maxTurns = 20 } = checkedOptions(options, NAME, "participants, modelClient");
    participantNames(participants);
    agentsOnly(participants, NAME);
    checkCount("maxStalls", maxStalls);
    const modelClient = modelClientFrom(options.modelClient);
    const planningModelClient =
      options.planningModelClient === undefined ? modelClient : modelClientFrom(options.planningModelClient);
    const { finalAnswerPrompt = DEFAULT_FINAL_ANSWER_PROMPT } = options;
    checkTypes("string", { finalAnswerPrompt });
    super(
      { ...options, maxTurns: maxTurns ?? undefined },
      {
        name: NAME,
        managerName: MANAGER,
        description: DESCRIPTION,
        selection: new MagenticOneOrchestration({
          source: MANAGER,
          participants,
          modelClient,
          planningModelClient,
          maxRounds: maxTurns ?? undefined,
          maxStalls,
          finalAnswerPrompt,
          messages: () => this.messages,
        }),
        countsTurns: true,
      },
    );
    this.modelClient = modelClient;
    this.planningModelClient = planningModelClient;
    this.maxStalls = maxStalls;
    this.finalAnswerPrompt = finalAnswerPrompt;
  }
}
