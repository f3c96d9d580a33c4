import type { AgentMiddleware } from "./agent-middleware.ts";
import type { Journal, JsonObject, OpenRunOptions, RunContext, RunLimits } from "@tesserae/core";

/** What a run of an agent or a team may be told; `toolPolicy` and `approve` decide about its tool calls. */
export interface RunOptions extends Pick<OpenRunOptions, "toolPolicy" | "approve"> {
  /** Aborts the run; the result is then partial. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the task's messages are streamed and part of the result. Default true. */
  readonly outputTaskMessages?: boolean | undefined;
  /** Where the run's effects are recorded, or answered from. Default: nowhere. */
  readonly journal?: Journal | undefined;
  /**
   * Stands around every call of a model or a tool and every turn of the run, in nested agents and teams too; the first is
   * outermost. Functions: a replay and a resume are given them again.
   */
  readonly middleware?: readonly AgentMiddleware[] | undefined;
  /** What the run may use. */
  readonly limits?: RunLimits | undefined;
  /** Kept in the journal's first entry. */
  readonly labels?: JsonObject | undefined;
  /** The run that this one is part of, for a runner used inside another: its journal, limits, policies and middleware hold. */
  readonly context?: RunContext | undefined;
}
