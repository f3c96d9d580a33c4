import {
  MagenticOneGroupChat,
  type MagenticOneGroupChatOptions,
} from "../teams/magentic-one/magentic-one-group-chat.ts";
import { ScriptedClient, type ScriptedAnswer } from "./scripted-client.ts";
import { SayingAgent } from "./team-agents.ts";

/** The name in which a MagenticOneGroupChat speaks. */
export const ORCHESTRATOR = "MagenticOneOrchestrator";

/** What a test says of a round of a MagenticOneGroupChat; the rest is that all goes well. */
export interface LedgerInit {
  /** Why the request is satisfied; absent: it is not. */
  readonly done?: string;
  readonly loops?: boolean;
  readonly progresses?: boolean;
  readonly speaker?: string;
  readonly instruction?: string;
}

/** A progress ledger as a model answers it. */
export function ledgerOf(init: LedgerInit = {}): string {
  const { done, loops = false, progresses = true, speaker = "a", instruction = "Go on." } = init;
  return JSON.stringify({
    is_request_satisfied: { reason: done ?? "not yet", answer: done !== undefined },
    is_in_loop: { reason: "", answer: loops },
    is_progress_being_made: { reason: "", answer: progresses },
    next_speaker: { reason: "", answer: speaker },
    instruction_or_question: { reason: "", answer: instruction },
  });
}

/** A team led by a model that answers what it is given; its agents say `by <name>`. */
export function magenticTeam(
  answers: readonly ScriptedAnswer[],
  options: Partial<MagenticOneGroupChatOptions> = {},
  names: readonly string[] = ["a", "b"],
): { readonly team: MagenticOneGroupChat; readonly client: ScriptedClient; readonly agents: readonly SayingAgent[] } {
  const client = new ScriptedClient(answers);
  const agents = names.map((name) => new SayingAgent(name, `by ${name}`));
  const team = new MagenticOneGroupChat({ participants: agents, modelClient: client, ...options });
  return { team, client, agents };
}

/** What a call asked last. */
export function questionOf(client: ScriptedClient, call: number): string {
  const content = client.calls[call]?.messages.at(-1)?.content;
  return typeof content === "string" ? content : "";
}

/** A conversation's lines with the orchestrator as M, and LEDGER for its task ledger. */
export function shapeOf(lines: readonly string[]): readonly string[] {
  return lines.map((line) =>
    line.startsWith(`${ORCHESTRATOR}: We work together`) ? "LEDGER" : line.replace(ORCHESTRATOR, "M"),
  );
}
