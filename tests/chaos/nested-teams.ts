import {
  AssistantAgent,
  MagenticOneGroupChat,
  MaxMessageTermination,
  RoundRobinGroupChat,
  SelectorGroupChat,
  SourceMatchTermination,
  UserProxyAgent,
} from "@tesserae/agentchat";
import { CreateResult, tool, type ChatCompletionClient, type LLMMessage, type RequestUsage } from "@tesserae/core";

const USAGE: RequestUsage = { promptTokens: 10, completionTokens: 5 };

/** What happened outside of the runs: how often a model was asked, a tool was called, a person was asked. */
export interface World {
  models: number;
  tools: number;
  inputs: number;
}

/** What of a team may be changed, to see a replay notice it. */
export interface Changes {
  readonly toolDescription?: string;
  readonly systemMessage?: string;
  readonly maxToolIterations?: number;
  readonly secondWriter?: string;
}

/**
 * A model whose answer depends on nothing but what it is asked: the same question, the same answer, however often the
 * process was killed before.
 */
class SteadyModel implements ChatCompletionClient {
  readonly model = "steady";
  readonly modelInfo = {
    vision: false,
    functionCalling: true,
    jsonOutput: false,
    structuredOutput: false,
    family: "unknown",
    multipleSystemMessages: true,
  };
  readonly #world: World;
  readonly #answer: (messages: readonly LLMMessage[]) => CreateResult["content"];

  constructor(world: World, answer: (messages: readonly LLMMessage[]) => CreateResult["content"]) {
    this.#world = world;
    this.#answer = answer;
  }

  create(messages: readonly LLMMessage[]): Promise<CreateResult> {
    this.#world.models += 1;
    const content = this.#answer(messages);
    const finishReason = typeof content === "string" ? "stop" : "function_calls";
    return Promise.resolve(CreateResult({ finishReason, content, usage: USAGE }));
  }

  async *createStream(messages: readonly LLMMessage[]): AsyncGenerator<string | CreateResult> {
    const result = await this.create(messages);
    if (typeof result.content === "string") yield* result.content.split(/(?<= )/);
    yield result;
  }

  actualUsage(): RequestUsage {
    return USAGE;
  }

  totalUsage(): RequestUsage {
    return USAGE;
  }

  countTokens(): number {
    return 1;
  }

  remainingTokens(): number {
    return 1000;
  }

  cost(): undefined {
    return undefined;
  }

  maxCost(): undefined {
    return undefined;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Answers by how many answers of its own the asked model sees. */
function steps(
  ...answers: readonly CreateResult["content"][]
): (messages: readonly LLMMessage[]) => CreateResult["content"] {
  return (messages) => {
    const said = messages.filter(({ type }) => type === "AssistantMessage").length;
    return answers[said % answers.length] ?? "";
  };
}

/** Leads the surveyor, then the clerk, to the end. */
function leads(messages: readonly LLMMessage[]): string {
  const question = messages.at(-1)?.content;
  if (typeof question !== "string" || !question.includes("next_speaker")) return "Noted.";
  const round = messages.filter(({ type }) => type === "AssistantMessage").length;
  const entry = (answer: boolean | string): object => ({ reason: `round ${round}`, answer });
  return JSON.stringify({
    is_request_satisfied: entry(round === 3),
    is_in_loop: entry(false),
    is_progress_being_made: entry(true),
    next_speaker: entry(round === 1 ? "surveyor" : "clerk"),
    instruction_or_question: entry("Do it."),
  });
}

/** Two calls at once. */
const TWO_CALLS = ["left", "right"].map((side) => ({
  id: "same",
  name: "measure",
  arguments: JSON.stringify({ side }),
}));

/**
 * Teams nested twice, of three kinds: a person who is asked, streamed answers, two tools at once with equal call ids,
 * and a model that chooses who speaks.
 */
export function nestedTeams(
  kind: "round robin" | "selector" | "magentic one",
  world: World,
  changes: Changes = {},
): RoundRobinGroupChat {
  const measure = tool({
    name: "measure",
    description: changes.toolDescription ?? "Measures a side.",
    parameters: { type: "object", properties: { side: { type: "string" } }, required: ["side"] },
    repeat: "safe",
    execute: async ({ side }) => {
      world.tools += 1;
      await Promise.resolve();
      return `${String(side)}: 3 m`;
    },
  });
  const surveyor = new AssistantAgent({
    name: "surveyor",
    modelClient: new SteadyModel(world, steps(TWO_CALLS, "Both sides have 3 m.")),
    tools: [measure],
    maxToolIterations: changes.maxToolIterations ?? 2,
    ...(changes.systemMessage === undefined ? {} : { systemMessage: changes.systemMessage }),
    modelClientStream: true,
  });
  const writer = (name: string): AssistantAgent =>
    new AssistantAgent({
      name,
      modelClient: new SteadyModel(world, steps(`${name} writes it down.`)),
      modelClientStream: true,
    });
  const writers = [writer("clerk"), writer(changes.secondWriter ?? "scribe")];
  const inner = (): RoundRobinGroupChat | SelectorGroupChat | MagenticOneGroupChat => {
    if (kind === "magentic one") {
      const modelClient = new SteadyModel(world, leads);
      const participants = [surveyor, ...writers];
      return new MagenticOneGroupChat({ name: "office", participants, modelClient, emitTeamEvents: true });
    }
    const deepest = new RoundRobinGroupChat({ name: "site", participants: [surveyor], maxTurns: 1 });
    const participants = [deepest, ...writers];
    if (kind === "round robin") return new RoundRobinGroupChat({ name: "office", participants, maxTurns: 3 });
    // The first of the candidates is chosen.
    const chooser = new SteadyModel(world, ([prompt]) => {
      const [first = ""] = typeof prompt?.content === "string" ? (/(?<=['"])\w+/.exec(prompt.content) ?? []) : [];
      return first;
    });
    return new SelectorGroupChat({
      name: "office",
      participants,
      modelClient: chooser,
      selectorPrompt: "{participants}",
      modelClientStreaming: true,
      emitTeamEvents: true,
      maxTurns: 3,
    });
  };
  const owner = new UserProxyAgent({
    name: "owner",
    inputFunc: () => {
      world.inputs += 1;
      return "Well done.";
    },
  });
  const terminationCondition = new SourceMatchTermination(["owner"]).or(new MaxMessageTermination(100));
  return new RoundRobinGroupChat({ name: "build", participants: [inner(), owner], terminationCondition });
}
