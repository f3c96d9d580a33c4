import type { AgentRuntime } from "@tesserae/core";
import type { TerminationCondition } from "../../base/termination-condition.ts";
import type { MessageDefinition } from "../../messages/definition.ts";
import type { Participant } from "./names.ts";

/** What every team may be made with. */
export interface TeamOptions<P extends Participant = Participant> {
  /** Who speaks, in order. Names must be unique. */
  readonly participants: readonly P[];
  /** Default: the name of the class. */
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** When to stop. A team with neither this nor `maxTurns` warns once. */
  readonly terminationCondition?: TerminationCondition | undefined;
  /** The most turns of a run. Default: no limit. */
  readonly maxTurns?: number | undefined;
  /** A runtime that the caller starts and stops. Default: one of the team's own. */
  readonly runtime?: AgentRuntime | undefined;
  /** The name of this one team in the runtime: what lives in another process must know it. Default: a new UUID. */
  readonly teamId?: string | undefined;
  /** The kinds of message beyond the built-in ones that agents send. */
  readonly customMessageTypes?: readonly MessageDefinition[] | undefined;
  /** Show who is chosen to speak on the stream. Default false. */
  readonly emitTeamEvents?: boolean | undefined;
}
