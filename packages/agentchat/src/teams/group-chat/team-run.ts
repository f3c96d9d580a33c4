import type { RunContext } from "@tesserae/core";
import type { StreamItem } from "../../messages/types.ts";
import type { GroupChatTermination } from "./envelopes.ts";

/** One run of a team, as its manager and containers see it. */
export interface TeamRun {
  /** The context that the envelopes of this run carry: by it they are told from those of a run that has ended. */
  readonly context: RunContext;
  /** How many turns were taken before the checkpoint from which the run goes on; else 0. */
  readonly turnsBefore: number;
  /** Shows an item on the stream of the run. */
  emit(item: StreamItem): void | Promise<void>;
  /** One of several speakers has answered; others still speak. */
  answered?(): void;
  /** A turn is over: the state is whole until the promise, if there is one, resolves. */
  turnOver(turn: number, isLast: boolean): void | Promise<void>;
  /** Ends the run; with nothing when it was left before its manager ended it. Only the first call counts. */
  end(termination: GroupChatTermination | undefined): void;
  /** Resolves when the run is over, however it ended. */
  readonly ended: Promise<GroupChatTermination | undefined>;
  /** Calls a function in the async context of the one who started the run, instead of that of the runtime. */
  readonly inCallersContext: <T>(body: () => T) => T;
}

/** Where the actors of a team find the run that is active. */
export interface ActiveRun {
  current: TeamRun | undefined;
}

/** The active run, when the context is its; `undefined` for what comes too late from a run that has ended. */
export function runOf(active: ActiveRun, context: RunContext): TeamRun | undefined {
  return active.current?.context === context ? active.current : undefined;
}
