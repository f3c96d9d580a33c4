import type { Json, JsonObject } from "../json.ts";
import type { ToolDecision } from "../tools/tool-policy.ts";

/** A question to a person that waits, as it stands in the state of the agent that asks. */
export type HeldInput = {
  readonly request_id: string;
  /** The agent that asks. */
  readonly agent: string;
  readonly prompt: string;
  readonly choices: readonly string[] | null;
  /** The tool call that waits for approval. */
  readonly tool?: { readonly name: string; readonly arguments: JsonObject };
  /** What was answered meanwhile, from outside. */
  readonly answer?: Json;
};

/** What is kept of the tool calls of an agent's turn, so that the turn can go on elsewhere. */
export interface HeldCalls {
  /** The questions that wait, by the ordinal of their call. */
  readonly inputs: Map<number, HeldInput>;
  /** What was decided about calls in which somebody else may wait: nobody is asked again. */
  readonly decisions: Map<number, ToolDecision>;
  /** Calls that had begun when the state was saved: what became of them is not known. */
  readonly doubtful: ReadonlySet<number>;
}
