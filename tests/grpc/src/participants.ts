/**
 * A process that has participants of a team which another one leads. Arguments: the address of the host, the id of the
 * team, the offers as JSON. It says on its output what its models and tools do.
 */
import { AssistantAgent, RoundRobinGroupChat, defineMessage } from "@tesserae/agentchat";
import { RemoteParticipant, serveParticipant } from "@tesserae/agentchat/distributed";
import { tool, type RunLimits } from "@tesserae/core";
import { ScriptedClient, callsOf, type ScriptedAnswer, type ScriptedCall } from "@tesserae/core/testing";
import { GrpcWorkerAgentRuntime } from "@tesserae/ext/runtimes/grpc";
import { Talker } from "./talker.ts";

/** A participant that is offered. */
export interface Offer {
  readonly name: string;
  /** Default: the one of the process. */
  readonly teamId?: string;
  /** What its model answers: a text, `calls N` for calls of a tool, `hang`, `huge`, or `huge error`. */
  readonly answers?: readonly string[];
  /** It says something of a type that the team does not know. */
  readonly isStrange?: boolean;
  /** What it says instead when a limit refuses its model. */
  readonly onLimit?: string;
  readonly hasNoPrice?: boolean;
  /** It is a team of so many, each with the answers. */
  readonly members?: number;
  /** It is a team of one that is elsewhere, under the name and the id of its own team. */
  readonly elsewhere?: string;
  readonly maxTurns?: number;
  readonly limits?: RunLimits;
}

const [hostAddress = "", teamId = "", json = "[]"] = process.argv.slice(2);
const worker = new GrpcWorkerAgentRuntime({
  hostAddress,
  extraGrpcConfig: { "grpc.max_send_message_length": 100_000 },
});

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const note = tool({
  name: "note",
  description: "Notes something.",
  parameters: { type: "object", properties: {} },
  execute: () => {
    say("noted");
    return "noted";
  },
});

function answered(name: string, answer: string): ScriptedAnswer {
  return async ({ signal }: ScriptedCall["options"]) => {
    say(`${name} asks`);
    if (answer === "huge") return "x".repeat(200_000);
    if (answer === "huge error") throw new Error("x".repeat(200_000));
    if (answer.startsWith("calls "))
      return callsOf(...Array.from({ length: Number(answer.slice(6)) }, () => ["note", {}] as const));
    if (answer !== "hang") return answer;
    await new Promise((resolve) => signal?.addEventListener("abort", resolve, { once: true }));
    say(`${name} stops`);
    throw signal?.reason;
  };
}

function assistant({ name, answers = [], onLimit, hasNoPrice = false }: Offer): AssistantAgent {
  const client = new ScriptedClient(answers.map((answer) => answered(name, answer)));
  return new AssistantAgent({
    name,
    modelClient: hasNoPrice ? Object.assign(client, { cost: () => undefined, maxCost: () => undefined }) : client,
    tools: [note],
    maxToolIterations: 10,
    onLimit: onLimit === undefined ? undefined : ({ limit }) => `${onLimit} ${limit}`,
  });
}

const Strange = defineMessage<{ readonly what: string }>("Strange", {
  type: "object",
  properties: { what: { type: "string" } },
  required: ["what"],
});

function participant(offer: Offer): AssistantAgent | RoundRobinGroupChat | Talker {
  const { name, members, elsewhere, maxTurns = 1, isStrange } = offer;
  if (isStrange === true) {
    return new Talker(name, (_heard, turn) => Strange.create({ source: name, what: "that" }, turn.context), [Strange]);
  }
  if (elsewhere !== undefined) {
    const there = new RemoteParticipant({ name: elsewhere, description: "Still further away." });
    return new RoundRobinGroupChat({
      name,
      participants: [there],
      maxTurns,
      runtime: worker,
      teamId: `${teamId}-${name}`,
    });
  }
  if (members === undefined) return assistant(offer);
  const participants = Array.from({ length: members }, (_, index) => assistant({ ...offer, name: `${name}${index}` }));
  return new RoundRobinGroupChat({ name, participants, maxTurns });
}

await worker.start();
for (const offer of JSON.parse(json) as readonly Offer[]) {
  await serveParticipant(worker, participant(offer), { teamId: offer.teamId ?? teamId, limits: offer.limits });
}
say("ready");
await worker.stopWhenSignal();
