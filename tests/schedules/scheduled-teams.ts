import {
  AssistantAgent,
  DiGraphBuilder,
  GraphFlow,
  HandoffTermination,
  MagenticOneGroupChat,
  MaxMessageTermination,
  RoundRobinGroupChat,
  SelectorGroupChat,
  Swarm,
  type Team,
} from "@tesserae/agentchat";
import { tool, type AgentRuntime, type ChatCompletionClient } from "@tesserae/core";
import { ScriptedClient, callsOf, type ScriptedReply, type SeededSchedule } from "@tesserae/core/testing";

/** A model that waits for its turn before each answer. */
function model(schedule: SeededSchedule, name: string, reply: ScriptedReply): ChatCompletionClient {
  return new ScriptedClient(reply, {}, { before: ({ options }) => schedule.turn(`model of ${name}`, options.signal) });
}

/** An agent that asks a tool, which waits for its turn, and then tells what it got. */
function worker(schedule: SeededSchedule, name: string): AssistantAgent {
  const add = tool({
    name: "add",
    description: "Adds.",
    parameters: { type: "object", properties: { a: { type: "integer" }, b: { type: "integer" } } },
    execute: async ({ a, b }, { signal }) => {
      await schedule.turn(`tool of ${name}`, signal);
      return String(Number(a) + Number(b));
    },
  });
  const reply: ScriptedReply = (_options, { messages }) =>
    messages.at(-1)?.type === "FunctionExecutionResultMessage" ? `${name} is done.` : callsOf(["add", { a: 1, b: 2 }]);
  return new AssistantAgent({
    name,
    description: `Works as ${name}.`,
    modelClient: model(schedule, name, reply),
    tools: [add],
    reflectOnToolUse: true,
    modelClientStream: true,
  });
}

/** An agent that gives the conversation to another. */
function giver(schedule: SeededSchedule, name: string, target: string): AssistantAgent {
  const reply: ScriptedReply = () => callsOf([`transfer_to_${target}`, {}]);
  return new AssistantAgent({ name, modelClient: model(schedule, name, reply), handoffs: [target] });
}

function roundRobin(schedule: SeededSchedule, runtime?: AgentRuntime, name = "team"): RoundRobinGroupChat {
  return new RoundRobinGroupChat({
    name,
    participants: [worker(schedule, `${name}_a`), worker(schedule, `${name}_b`)],
    maxTurns: 2,
    runtime,
  });
}

function selector(schedule: SeededSchedule, runtime?: AgentRuntime): SelectorGroupChat {
  let count = 0;
  const choose: ScriptedReply = () => {
    count += 1;
    return count % 2 === 1 ? "a" : "b";
  };
  return new SelectorGroupChat({
    participants: [worker(schedule, "a"), worker(schedule, "b")],
    modelClient: model(schedule, "selector", choose),
    maxTurns: 2,
    runtime,
    allowRepeatedSpeaker: true,
  });
}

function swarm(schedule: SeededSchedule, runtime?: AgentRuntime): Swarm {
  return new Swarm({
    participants: [giver(schedule, "a", "b"), giver(schedule, "b", "person")],
    terminationCondition: new HandoffTermination("person").or(new MaxMessageTermination(20)),
    runtime,
  });
}

/** Two work at once between the first and the last. */
function diamond(schedule: SeededSchedule, runtime?: AgentRuntime): GraphFlow {
  const [first, left, right, last] = ["first", "left", "right", "last"].map((name) => worker(schedule, name));
  if (first === undefined || left === undefined || right === undefined || last === undefined) throw new Error("Four.");
  const builder = new DiGraphBuilder();
  for (const node of [first, left, right, last]) builder.addNode(node);
  builder.addEdge(first, left).addEdge(first, right).addEdge(left, last).addEdge(right, last);
  return new GraphFlow({ participants: builder.getParticipants(), graph: builder.build(), runtime });
}

function magentic(schedule: SeededSchedule, runtime?: AgentRuntime): MagenticOneGroupChat {
  let rounds = 0;
  const lead: ScriptedReply = ({ jsonOutput }) => {
    if (jsonOutput === undefined || jsonOutput === false) return "A thought.";
    rounds += 1;
    const answers = {
      is_request_satisfied: rounds % 3 === 0,
      is_in_loop: false,
      is_progress_being_made: true,
      next_speaker: rounds % 3 === 1 ? "a" : "b",
      instruction_or_question: "Go on.",
    };
    return JSON.stringify(
      Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, { reason: "", answer }])),
    );
  };
  return new MagenticOneGroupChat({
    participants: [worker(schedule, "a"), worker(schedule, "b")],
    modelClient: model(schedule, "orchestrator", lead),
    runtime,
  });
}

function nested(schedule: SeededSchedule, runtime?: AgentRuntime): RoundRobinGroupChat {
  return new RoundRobinGroupChat({
    name: "outer",
    participants: [roundRobin(schedule, runtime, "inner"), worker(schedule, "last")],
    maxTurns: 2,
    runtime,
  });
}

/** A team of each kind, whose models and tools wait for their turns. */
export const SCHEDULED_TEAMS: readonly (readonly [
  kind: string,
  make: (schedule: SeededSchedule, runtime?: AgentRuntime) => Team,
])[] = [
  ["RoundRobinGroupChat", roundRobin],
  ["SelectorGroupChat", selector],
  ["Swarm", swarm],
  ["GraphFlow with two at once", diamond],
  ["MagenticOneGroupChat", magentic],
  ["a team in a team", nested],
];
