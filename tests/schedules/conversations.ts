import {
  AssistantAgent,
  DiGraphBuilder,
  GraphFlow,
  MagenticOneGroupChat,
  RoundRobinGroupChat,
  SelectorGroupChat,
  SocietyOfMindAgent,
  Swarm,
  type BaseGroupChat,
} from "@tesserae/agentchat";
import {
  canonicalJson,
  sha256Hex,
  toJson,
  tool,
  type AgentRuntime,
  type ChatCompletionClient,
  type LLMMessage,
} from "@tesserae/core";
import { ScriptedClient, callsOf, type ScriptedReply } from "@tesserae/core/testing";
import fc from "fast-check";

/** A conversation that its numbers decide: what is said depends on them and on what the one who speaks has heard. */
export interface Conversation {
  readonly seed: number;
  readonly turns: number;
  readonly members: number;
  /** Whether members call tools now and then, and whether they stream. */
  readonly tools: boolean;
  readonly streams: boolean;
  /** The shape of a graph, and what the outer team of a nested one is. */
  readonly shape: "line" | "diamond" | "loop";
  readonly outer: "round robin" | "selector";
}

export const conversations: fc.Arbitrary<Conversation> = fc.record({
  seed: fc.nat({ max: 1_000_000 }),
  turns: fc.integer({ min: 1, max: 6 }),
  members: fc.integer({ min: 2, max: 4 }),
  tools: fc.boolean(),
  streams: fc.boolean(),
  shape: fc.constantFrom("line", "diamond", "loop"),
  outer: fc.constantFrom("round robin", "selector"),
});

/** Called before each answer of a model and of a tool. */
export type Moment = (name: string, signal: AbortSignal | undefined) => Promise<void>;

/** Makes the team of a conversation anew, as another process would; by default with a runtime of its own. */
export type MakeTeam = (conversation: Conversation, moment: Moment, runtime?: AgentRuntime) => BaseGroupChat;

/** A number that what was heard decides, in whatever order those who speak at once were heard. */
function numberFor({ seed }: Conversation, name: string, messages: readonly LLMMessage[]): number {
  const heard = messages.map((message) => canonicalJson(toJson([message.type, message.content])));
  return Number.parseInt(sha256Hex(canonicalJson([seed, name, ...heard.toSorted()])).slice(0, 8), 16);
}

function model(
  conversation: Conversation,
  moment: Moment,
  name: string,
  say: (number: number, ...asked: Parameters<ScriptedReply>) => ReturnType<ScriptedReply>,
): ChatCompletionClient {
  const reply: ScriptedReply = (options, call) => say(numberFor(conversation, name, call.messages), options, call);
  return new ScriptedClient(reply, {}, { before: ({ options }) => moment(`model of ${name}`, options.signal) });
}

/** A member that talks and, now and then, calls tools at once or hands over. */
function member(
  conversation: Conversation,
  moment: Moment,
  name: string,
  handoffs: readonly string[] = [],
): AssistantAgent {
  const look = tool({
    name: "look",
    description: "Looks something up.",
    parameters: { type: "object", properties: { at: { type: "integer" } } },
    execute: async ({ at }, { signal }) => {
      await moment(`tool of ${name}`, signal);
      return `seen ${String(at)}`;
    },
  });
  const modelClient = model(conversation, moment, name, (number, _options, { messages }) => {
    const looked = messages.at(-1)?.type === "FunctionExecutionResultMessage";
    if (conversation.tools && !looked && number % 3 === 0) {
      return callsOf(["look", { at: number % 10 }], ["look", { at: number % 7 }]);
    }
    const target = handoffs[number % (handoffs.length + 1)];
    if (target !== undefined) return callsOf([`transfer_to_${target}`, {}]);
    return `${name} says ${number % 1000}${number % 2 === 0 ? ", again" : ", enough"}`;
  });
  return new AssistantAgent({
    name,
    modelClient,
    handoffs,
    tools: conversation.tools ? [look] : [],
    maxToolIterations: 3,
    modelClientStream: conversation.streams,
  });
}

const namesOf = ({ members }: Conversation): readonly string[] => ["a", "b", "c", "d"].slice(0, members);

function roundRobin(conversation: Conversation, moment: Moment, runtime?: AgentRuntime): BaseGroupChat {
  return new RoundRobinGroupChat({
    participants: namesOf(conversation).map((name) => member(conversation, moment, name)),
    maxTurns: conversation.turns,
    runtime,
  });
}

function selector(conversation: Conversation, moment: Moment, runtime?: AgentRuntime): BaseGroupChat {
  const names = namesOf(conversation);
  return new SelectorGroupChat({
    participants: names.map((name) => member(conversation, moment, name)),
    modelClient: model(conversation, moment, "selector", (number) => names[number % names.length] ?? "a"),
    maxTurns: conversation.turns,
    allowRepeatedSpeaker: conversation.seed % 2 === 0,
    runtime,
  });
}

function swarm(conversation: Conversation, moment: Moment, runtime?: AgentRuntime): BaseGroupChat {
  const names = namesOf(conversation);
  return new Swarm({
    participants: names.map((name) =>
      member(
        conversation,
        moment,
        name,
        names.filter((other) => other !== name),
      ),
    ),
    maxTurns: conversation.turns,
    runtime,
  });
}

function graph(conversation: Conversation, moment: Moment, runtime?: AgentRuntime): BaseGroupChat {
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => member(conversation, moment, name));
  if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error("There are four.");
  const builder = new DiGraphBuilder();
  for (const node of [a, b, c, d]) builder.addNode(node);
  if (conversation.shape === "line") builder.addEdge(a, b).addEdge(b, c).addEdge(c, d);
  else if (conversation.shape === "diamond") builder.addEdge(a, b).addEdge(a, c).addEdge(b, d).addEdge(c, d);
  else {
    builder.addEdge(a, b).addEdge(b, a, { condition: "again", activationGroup: "back" });
    builder.addEdge(b, c, { condition: "enough" }).addEdge(c, d).setEntryPoint(a);
  }
  return new GraphFlow({ participants: builder.getParticipants(), graph: builder.build(), maxTurns: 12, runtime });
}

function magentic(conversation: Conversation, moment: Moment, runtime?: AgentRuntime): BaseGroupChat {
  const names = namesOf(conversation);
  const modelClient = model(conversation, moment, "orchestrator", (number, { jsonOutput }) => {
    if (jsonOutput === undefined || jsonOutput === false) return `thought ${number % 1000}`;
    const answers = {
      is_request_satisfied: number % 5 === 0,
      is_in_loop: number % 4 === 0,
      is_progress_being_made: number % 3 !== 0,
      next_speaker: names[number % names.length],
      instruction_or_question: `instruction ${number % 1000}`,
    };
    return JSON.stringify(
      Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, { reason: "", answer }])),
    );
  });
  return new MagenticOneGroupChat({
    participants: names.map((name) => member(conversation, moment, name)),
    modelClient,
    maxStalls: 2,
    maxTurns: conversation.turns + 1,
    runtime,
  });
}

function nested(conversation: Conversation, moment: Moment, runtime?: AgentRuntime): BaseGroupChat {
  const inner = new RoundRobinGroupChat({
    name: "inner",
    participants: namesOf(conversation).map((name) => member(conversation, moment, name)),
    maxTurns: conversation.members,
    runtime,
  });
  const participants = [inner, member(conversation, moment, "last")];
  const common = { name: "outer", participants, maxTurns: conversation.turns, runtime };
  if (conversation.outer === "round robin") return new RoundRobinGroupChat(common);
  const modelClient = model(conversation, moment, "selector", (number) => (number % 2 === 0 ? "inner" : "last"));
  return new SelectorGroupChat({ ...common, modelClient, allowRepeatedSpeaker: true });
}

/** A team whose first member lets a team of its own work. */
function society(conversation: Conversation, moment: Moment, runtime?: AgentRuntime): BaseGroupChat {
  const team = new RoundRobinGroupChat({
    name: "inner",
    participants: namesOf(conversation).map((name) => member(conversation, moment, name)),
    maxTurns: conversation.members,
    runtime,
  });
  const modelClient = model(conversation, moment, "mind", (number) => `mind says ${number % 1000}`);
  const mind = new SocietyOfMindAgent({ name: "mind", team, modelClient });
  const participants = [mind, member(conversation, moment, "last")];
  return new RoundRobinGroupChat({ participants, maxTurns: conversation.turns, runtime });
}

/** A team of each kind. */
export const TALKING_TEAMS: readonly (readonly [kind: string, make: MakeTeam])[] = [
  ["RoundRobinGroupChat", roundRobin],
  ["SelectorGroupChat", selector],
  ["Swarm", swarm],
  ["GraphFlow", graph],
  ["MagenticOneGroupChat", magentic],
  ["a team in a team", nested],
  ["a team in an agent", society],
];
