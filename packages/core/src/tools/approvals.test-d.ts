import { expectTypeOf, test } from "vitest";
import { z } from "zod";
import type { Json } from "../json.ts";
import type { OpenRunOptions } from "../run/run.ts";
import { LimitError, type LimitName, type RunLimits } from "../run/limits.ts";
import { tool } from "./function-tool.ts";
import { toolDecision, type RequiresApproval, type ToolDecision } from "./tool-policy.ts";
import type { ToolResult } from "./workbench.ts";

test("the arguments of a tool flow into its own word about approval", () => {
  const pay = tool({
    name: "pay",
    description: "Pays.",
    parameters: z.object({ euros: z.number(), to: z.string().optional() }),
    requiresApproval: (args) => {
      expectTypeOf(args).toEqualTypeOf<{ euros: number; to?: string | undefined }>();
      return args.euros > 10;
    },
    execute: ({ euros }) => euros,
  });
  expectTypeOf(pay.requiresApproval).toEqualTypeOf<RequiresApproval | undefined>();
  // @ts-expect-error: not a question of yes or no
  tool({ name: "x", description: "", parameters: z.object({}), requiresApproval: () => "yes", execute: () => 1 });
});

test("a decision is one of two, and only an approval has arguments", () => {
  const decision = toolDecision("approve");
  if (decision.approved) expectTypeOf(decision.arguments).toEqualTypeOf<{ readonly [key: string]: Json } | undefined>();
  else expectTypeOf(decision.reason).toEqualTypeOf<string | undefined>();
  // @ts-expect-error: a denial has a reason, no arguments
  const wrong: ToolDecision = { approved: false, arguments: {} };
  expectTypeOf(wrong).not.toBeAny();
});

test("policy and person are told the call, and say what they may", () => {
  const options: Pick<OpenRunOptions, "toolPolicy" | "approve"> = {
    toolPolicy: ({ name, agent }) => {
      expectTypeOf(agent).toEqualTypeOf<string | undefined>();
      return name === "pay" ? "ask" : undefined;
    },
    approve: async ({ requestId, arguments: args }, { signal }) => {
      expectTypeOf(requestId).toBeString();
      expectTypeOf(signal).toEqualTypeOf<AbortSignal | undefined>();
      return { approved: true, arguments: { ...args, euros: 1 } };
    },
  };
  expectTypeOf(options.toolPolicy).not.toBeAny();
  // @ts-expect-error: no verdict
  const wrong: OpenRunOptions["toolPolicy"] = () => "perhaps";
  expectTypeOf(wrong).not.toBeAny();
});

test("a refusal tells which limit it was, and a limit is a number of a known name", () => {
  expectTypeOf<NonNullable<ToolResult["refusal"]>["limit"]>().toEqualTypeOf<LimitName | undefined>();
  const error = new LimitError("maxCost", "x", { allowed: 1, used: 1, wanted: 1 });
  expectTypeOf(error.account).toExtend<{ readonly allowed: number } | undefined>();
  const turns: LimitName = "maxTurns";
  expectTypeOf<LimitName>().toEqualTypeOf<keyof RunLimits>();
  // @ts-expect-error: no such limit
  const limits: RunLimits = { maxCosts: 1 };
  expectTypeOf([turns, limits]).not.toBeAny();
});
