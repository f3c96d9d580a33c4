import type { Json } from "../json.ts";
import { randomUuid } from "../run/uuid.ts";
import type { RunContext } from "../run/run-context.ts";
import {
  DECISION_CHOICES,
  toolDecision,
  type PendingToolCall,
  type RequiresApproval,
  type ToolDecision,
  type ToolPolicy,
  type ToolVerdict,
} from "../tools/tool-policy.ts";
import type { ToolCall } from "./call-tool.ts";
import type { HeldCalls, HeldInput } from "./held-calls.ts";
import { faultOfRun } from "../tools/tool-errors.ts";
import { effect, leaf } from "./effect.ts";
import { nobody } from "./request-input.ts";

/** Who decides about a call. */
export interface Judges {
  readonly agent: string | undefined;
  /** The policy of the agent that calls. */
  readonly policy: ToolPolicy | undefined;
  /** What the tool says of itself. */
  readonly requiresApproval: RequiresApproval | undefined;
  /** Where the question is kept while it waits. */
  readonly held: HeldCalls | undefined;
}

/**
 * Decides whether a tool call may be made: the run's policy, then the agent's, then the tool; a person where one of them
 * wants it so. What functions say is a leaf `choice`, the question to the person a leaf `input`.
 */
export async function admitToolCall(context: RunContext, call: ToolCall, judges: Judges): Promise<ToolDecision> {
  const { agent, requiresApproval, held } = judges;
  const policies = [context.hooks?.toolPolicy, judges.policy].filter((policy) => policy !== undefined);
  const pending: PendingToolCall = {
    name: call.name,
    arguments: call.arguments,
    callId: call.callId,
    agent,
    path: context.path,
  };
  if (held?.inputs.has(call.index) === true) return askPerson(context, pending, call.index, held);
  const verdict =
    policies.length === 0 && typeof requiresApproval !== "function"
      ? Boolean(requiresApproval) && "ask"
      : await effect<ToolVerdict>(
          context,
          {
            kind: "choice",
            name: "approval",
            index: call.index,
            repeat: "safe",
            request: () => ({ name: call.name, arguments: call.arguments }),
          },
          async () => judge(pending, policies, requiresApproval),
        );
  if (verdict === "ask") return askPerson(context, pending, call.index, held);
  return typeof verdict === "object" ? verdict : { approved: true };
}

async function judge(
  pending: PendingToolCall,
  policies: readonly ToolPolicy[],
  requiresApproval: RequiresApproval | undefined,
): Promise<ToolVerdict> {
  for (const policy of policies) {
    const verdict = await policy(pending);
    if (verdict === "allow" || verdict === "ask") return verdict;
    if (verdict !== undefined) return toolDecision(verdict);
  }
  // A function without types may answer anything: only a clear no is one.
  const needed: unknown =
    typeof requiresApproval === "function" ? await requiresApproval(pending.arguments) : Boolean(requiresApproval);
  return needed === false ? "allow" : "ask";
}

async function askPerson(
  context: RunContext,
  pending: PendingToolCall,
  index: number,
  held: HeldCalls | undefined,
): Promise<ToolDecision> {
  const approve = context.hooks?.approve;
  const { name, agent = "An agent" } = pending;
  const args = JSON.stringify(pending.arguments);
  const input: HeldInput = held?.inputs.get(index) ?? {
    request_id: context.session === undefined ? randomUuid() : context.id(),
    agent,
    prompt: `${agent} wants to call ${name} with ${args}.`,
    choices: DECISION_CHOICES,
    tool: { name, arguments: pending.arguments },
  };
  const { request_id: requestId, prompt, answer } = input;
  held?.inputs.set(index, input);
  const question = { requestId, prompt, choices: DECISION_CHOICES, agent };
  const written = (): Json => ({ prompt, choices: [...DECISION_CHOICES], tool: { name, arguments: args } });
  const decision = await leaf<ToolDecision>(
    context,
    {
      kind: "input",
      name: "approval",
      index,
      repeat: "safe",
      request: written,
      // Whole: a list of runs that reads a journal in passing shows what is asked.
      pack: written,
      input: question,
      codec: { encode: toolDecision, decode: toolDecision },
    },
    async ({ signal }) => {
      if (answer === undefined && approve === undefined) return nobody(question);
      try {
        return toolDecision(answer ?? (await approve?.({ ...pending, requestId, prompt }, { signal })));
      } catch (error) {
        throw faultOfRun("ERR_APPROVAL", `approve failed at "${prompt}"`, error);
      }
    },
  );
  held?.inputs.delete(index);
  return decision;
}
