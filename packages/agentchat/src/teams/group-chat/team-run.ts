import type { RunContext } from "@tesserae/core";
import type { StreamItem } from "../../messages/types.ts";
import type { GroupChatTermination } from "./envelopes.ts";

/** One run of a team, as its manager and containers see it. */
export interface TeamRun {
  readonly context: RunContext;
  /** Shows an item on the stream of the run. */
  emit(item: StreamItem): void | Promise<void>;
  /** Marks the end of a turn in the journal. */
  mark(turn: number): void;
  /** Ends the run. Only the first call counts. */
  end(termination: GroupChatTermination): void;
}

/** Where the actors of a team find the run that is active. */
export interface ActiveRun {
  current: TeamRun | undefined;
}
