import type { LimitError, RunLimits } from "@tesserae/core";
import { expectTypeOf } from "vitest";
import type { AssistantAgentOptions } from "../agents/assistant-agent/options.ts";
import type { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import type { RunLimitTermination } from "../conditions/run-limit-termination.ts";
import type { StreamItem } from "../messages/types.ts";
import type { RoundRobinGroupChat } from "../teams/round-robin-group-chat/round-robin-group-chat.ts";
import type { AgentTool } from "../tools/agent-tool.ts";
import type { RunOptions } from "./run-options.ts";

// A run of an agent and of a team is told who decides, what it may use, and nothing that has another shape.
type Options = NonNullable<Parameters<AssistantAgent["run"]>[1]>;
expectTypeOf<NonNullable<Parameters<RoundRobinGroupChat["runStream"]>[1]>>().toEqualTypeOf<RunOptions>();
expectTypeOf<Options>().toEqualTypeOf<RunOptions>();
expectTypeOf<Options["limits"]>().toEqualTypeOf<RunLimits | undefined>();

const options: Options = {
  limits: { maxTurns: 3, maxCost: 1e12 },
  toolPolicy: ({ name, path }) => (name === "pay" && path.startsWith("/team") ? "ask" : undefined),
  approve: async ({ arguments: args }) => ({ approved: true, arguments: { ...args, euros: 1 } }),
};
expectTypeOf(options).not.toBeAny();
// @ts-expect-error: a decision is a word of two, not a number
const decides: Options["approve"] = () => 1;
expectTypeOf(decides).not.toBeAny();

// The agent's own policy is of the same kind as the run's; what it says when it is refused is a text.
expectTypeOf<AssistantAgentOptions["toolPolicy"]>().toEqualTypeOf<Options["toolPolicy"]>();
expectTypeOf<NonNullable<AssistantAgentOptions["onLimit"]>>().parameters.toEqualTypeOf<
  [refusal: LimitError, done: readonly StreamItem[]]
>();
const answers: AssistantAgentOptions["onLimit"] = ({ limit, account }, done) =>
  `${limit}: ${account?.wanted ?? 0} after ${done.length}`;
expectTypeOf(answers).not.toBeAny();

// A tool that runs an agent says by a plain yes or no whether it needs approval: JSON can hold it.
expectTypeOf<ConstructorParameters<typeof AgentTool>[0]["requiresApproval"]>().toEqualTypeOf<boolean | undefined>();
// The time is no limit that a condition counts.
expectTypeOf<ConstructorParameters<typeof RunLimitTermination>[0]>().not.toHaveProperty("maxDurationMs");
