import {
  AssistantAgent,
  DiGraphBuilder,
  GraphFlow,
  MagenticOneGroupChat,
  MaxMessageTermination,
  RoundRobinGroupChat,
  SelectorGroupChat,
  Swarm,
  UserProxyAgent,
  type BaseGroupChat,
  type ChatAgent,
  type ChatMessage,
  type DiGraph,
} from "@tesserae/agentchat";
import {
  CreateResult,
  RuntimeError,
  SingleThreadedAgentRuntime,
  tool,
  type AgentRuntime,
  type ChatCompletionClient,
  type CreateOptions,
  type LLMMessage,
  type ModelStream,
} from "@tesserae/core";
import type { World } from "./world.ts";

/** A member of a scripted team. */
export type Member =
  | {
      readonly type: "assistant";
      readonly calls: number;
      readonly streams: boolean;
      readonly repeat: "safe" | "never";
      /** Its tool calls need approval. */
      readonly asks?: boolean;
    }
  | { readonly type: "person"; readonly there: boolean }
  | TeamScript;

/** A scripted team: its kind, its members, and when it stops. */
export interface TeamScript {
  /** Teams are members of the first three only. In a `graph-fan` those in the middle speak at once. */
  readonly type:
    | "round-robin"
    | "selector"
    | "selector-function"
    | "magentic-one"
    | "swarm"
    | "graph-line"
    | "graph-loop"
    | "graph-fan";
  readonly members: readonly Member[];
  readonly turns: number;
  /** Stops by its condition instead of its turns; with a condition it also counts messages. */
  readonly counts: boolean;
  /** Lives on a runtime that is started by somebody else, with the teams in it. */
  readonly shared: boolean;
}

const usage = { promptTokens: 3, completionTokens: 2 };

/** Builds a team anew, as another process would. Its members touch nothing but the world. */
export function buildTeam(
  script: TeamScript,
  world: World,
  name = "top",
  runtime: AgentRuntime | undefined = script.shared ? startedRuntime() : undefined,
): BaseGroupChat {
  const names = script.members.map((_member, index) => `${name}_${index}`);
  const participants = script.members.map((member, index) => {
    const own = names[index] ?? "";
    const handoffs = script.type === "swarm" ? names.filter((other) => other !== own) : [];
    return buildMember(member, world, own, handoffs, runtime);
  });
  const common = {
    name,
    participants,
    maxTurns: script.turns,
    runtime,
    ...(script.counts ? { terminationCondition: new MaxMessageTermination(script.turns + 2) } : {}),
  };
  const agents = participants.filter((participant): participant is ChatAgent => "onMessages" in participant);
  if (script.type === "magentic-one" && agents.length === participants.length) {
    const modelClient = new WorldModel(world, `${name} orchestrator`, (number, asked) =>
      asked.jsonOutput === undefined ? `thought ${number % 1000}` : ledgerOf(number, names),
    );
    return new MagenticOneGroupChat({ ...common, participants: agents, modelClient, maxStalls: 2 });
  }
  if (script.type === "swarm" && participants.length > 1) return new Swarm({ ...common, participants: agents });
  if (script.type === "graph-line" || script.type === "graph-loop" || script.type === "graph-fan")
    return new GraphFlow({ ...common, participants: agents, graph: graphOf(script.type, agents) });
  if (script.type !== "selector" && script.type !== "selector-function") return new RoundRobinGroupChat(common);
  if (participants.length < 2) return new RoundRobinGroupChat(common);
  return new SelectorGroupChat({
    ...common,
    modelClient: new WorldModel(world, `${name} selector`, (number) => names[number % names.length] ?? ""),
    allowRepeatedSpeaker: true,
    ...(script.type === "selector-function"
      ? {
          selectorFunc: async (thread) => {
            const number = await world.ask(`${name} function`, thread.length);
            return names[number % names.length];
          },
        }
      : {}),
  });
}

function startedRuntime(): AgentRuntime {
  const runtime = new SingleThreadedAgentRuntime();
  runtime.start();
  return runtime;
}

/** One after the other; from the last but one back to the first, now and then; or all in the middle at once. */
function graphOf(type: "graph-line" | "graph-loop" | "graph-fan", agents: readonly ChatAgent[]): DiGraph {
  const builder = new DiGraphBuilder();
  for (const agent of agents) builder.addNode(agent);
  const [first] = agents;
  const last = agents.at(-1);
  if (first === undefined || last === undefined || agents.length < 2) return builder.build();
  const isFan = type === "graph-fan" && agents.length > 2;
  const middle = agents.slice(1, -1);
  if (isFan) for (const agent of middle) builder.addEdge(first, agent).addEdge(agent, last);
  for (let index = isFan ? agents.length : 1; index < agents.length; index += 1) {
    const from: ChatAgent = agents[index - 1] ?? first;
    const to: ChatAgent = agents[index] ?? last;
    const turnsBack = type === "graph-loop" && to === last && from !== first;
    if (turnsBack) builder.addEdge(from, first, { condition: saysSeven });
    if (turnsBack) builder.addEdge(from, to, { condition: (said) => !saysSeven(said) });
    else builder.addEdge(from, to);
  }
  if (type === "graph-loop" && agents.length > 2) builder.setEntryPoint(first);
  return builder.build();
}

function saysSeven(message: ChatMessage): boolean {
  return "content" in message && JSON.stringify(message.content).includes("7");
}

/** A ledger that a number decides, now and then one that cannot be used. */
function ledgerOf(number: number, names: readonly string[]): string {
  const entry = (answer: boolean | string): object => ({ reason: `reason ${number % 100}`, answer });
  return JSON.stringify({
    is_request_satisfied: entry(number % 7 === 0),
    is_in_loop: entry(number % 5 === 0),
    is_progress_being_made: entry(number % 3 !== 0),
    next_speaker: entry(number % 11 === 0 ? "nobody" : (names[number % names.length] ?? "")),
    instruction_or_question: entry(`instruction ${number % 1000}`),
  });
}

function buildMember(
  member: Member,
  world: World,
  name: string,
  handoffs: readonly string[],
  runtime: AgentRuntime | undefined,
): ChatAgent | BaseGroupChat {
  if (member.type === "person") {
    return new UserProxyAgent({
      name,
      inputFunc: async (prompt, signal) => {
        if (!member.there) throw new RuntimeError("Nobody is there.", { code: "ERR_INPUT_WAITING" });
        return `answer ${await world.ask(name, prompt, signal)}`;
      },
    });
  }
  if (member.type !== "assistant") return buildTeam(member, world, name, runtime);
  const look = tool({
    name: "look",
    description: "Looks something up.",
    parameters: { type: "object", properties: { at: { type: "string" } }, required: ["at"] },
    repeat: member.repeat,
    requiresApproval: member.asks === true,
    execute: async ({ at }, { signal }) => `seen ${await world.ask(`${name} ${member.repeat} tool`, at, signal)}`,
  });
  return new AssistantAgent({
    name,
    modelClient: new WorldModel(world, name, (number) => `said ${number % 1000} by ${name}`, member.calls, handoffs),
    modelClientStream: member.streams,
    reflectOnToolUse: true,
    ...(member.calls > 0 ? { tools: [look] } : {}),
    handoffs,
  });
}

/** A model that answers from the world: calls of tools first, where it was offered some, then text. */
class WorldModel implements ChatCompletionClient {
  readonly model = "world";
  readonly modelInfo = {
    vision: false,
    functionCalling: true,
    jsonOutput: true,
    structuredOutput: false,
    family: "unknown",
    multipleSystemMessages: true,
  };
  readonly #world: World;
  readonly #name: string;
  readonly #say: (number: number, asked: CreateOptions) => string;
  readonly #calls: number;
  /** Who it gives the conversation to, now and then. */
  readonly #handoffs: readonly string[];

  constructor(
    world: World,
    name: string,
    say: (number: number, asked: CreateOptions) => string,
    calls = 0,
    handoffs: readonly string[] = [],
  ) {
    this.#world = world;
    this.#handoffs = handoffs;
    this.#name = name;
    this.#say = say;
    this.#calls = calls;
  }

  async create(messages: readonly LLMMessage[], options: CreateOptions = {}): Promise<CreateResult> {
    const number = await this.#world.ask(`${this.#name} model`, messages.map(shortened), options.signal);
    const target = this.#handoffs[number % (2 * this.#handoffs.length)];
    if (target !== undefined && options.tools !== undefined) {
      const call = { id: "call", name: `transfer_to_${target}`, arguments: "{}" };
      return CreateResult({ finishReason: "function_calls", content: [call], usage });
    }
    const calls = options.tools === undefined || messages.at(-1)?.type !== "UserMessage" ? 0 : this.#calls;
    if (calls === 0) return CreateResult({ finishReason: "stop", content: this.#say(number, options), usage });
    return CreateResult({
      finishReason: "function_calls",
      // Ids of calls repeat on purpose: an address must not come from them.
      content: Array.from({ length: calls }, (_, index) => ({
        id: "call",
        name: "look",
        arguments: JSON.stringify({ at: `${number}.${index}` }),
      })),
      usage,
    });
  }

  createStream(messages: readonly LLMMessage[], options: CreateOptions = {}): ModelStream {
    return this.#stream(messages, options);
  }

  async *#stream(messages: readonly LLMMessage[], options: CreateOptions): AsyncGenerator<string | CreateResult> {
    const result = await this.create(messages, options);
    if (typeof result.content === "string") yield* result.content.split(/(?<= )/);
    yield result;
  }

  actualUsage(): typeof usage {
    return usage;
  }

  totalUsage(): typeof usage {
    return usage;
  }

  countTokens(): number {
    return 3;
  }

  remainingTokens(): number {
    return 1000;
  }

  cost(): number {
    return 7;
  }

  maxCost(): number {
    return 7;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function shortened(message: LLMMessage): readonly unknown[] {
  return [message.type, message.content];
}
