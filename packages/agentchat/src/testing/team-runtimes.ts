import { SingleThreadedAgentRuntime } from "@tesserae/core";

/** A runtime that a team is tested with. */
export interface TestedRuntime {
  /** What the team is given: nothing, or a runtime that is started. */
  readonly runtime: SingleThreadedAgentRuntime | undefined;
  close(): Promise<void>;
}

/** The runtimes that every team must work with: its own, and one that is shared and started by somebody else. */
export const TEAM_RUNTIMES: readonly (readonly [name: string, make: () => TestedRuntime])[] = [
  ["its own runtime", () => ({ runtime: undefined, close: () => Promise.resolve() })],
  [
    "a shared runtime",
    () => {
      const runtime = new SingleThreadedAgentRuntime();
      runtime.start();
      return { runtime, close: () => runtime.close() };
    },
  ],
];
