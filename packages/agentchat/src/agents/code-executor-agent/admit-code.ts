import {
  StaticWorkbench,
  callTool,
  tool,
  type CodeBlock,
  type CodeResult,
  type HeldCalls,
  type LLMMessage,
  type RunContext,
} from "@tesserae/core";
import { askForApproval } from "./approval.ts";
import type { CodeExecutorSettings } from "./settings.ts";

/** Code that may run, or the result that says why it may not. */
export type AdmittedCode = { readonly blocks: readonly CodeBlock[] } | { readonly refused: CodeResult };

const TEXT = { type: "string" };

const PARAMETERS = {
  type: "object",
  properties: {
    blocks: {
      type: "array",
      items: { type: "object", properties: { language: TEXT, code: TEXT }, required: ["language", "code"] },
    },
  },
  required: ["blocks"],
} as const;

/** Asks for the approval of code: the agent's function, then the policy of the run and the person who approves. */
export async function admitCode(
  run: RunContext,
  { name, approvalFunc, requiresApproval }: CodeExecutorSettings,
  blocks: readonly CodeBlock[],
  context: readonly LLMMessage[],
  attempt: number,
  held: HeldCalls,
): Promise<AdmittedCode> {
  if (approvalFunc !== undefined) {
    const { approved, reason } = await askForApproval(run, approvalFunc, blocks, context);
    if (!approved) return notApproved(reason);
  }
  return requiresApproval ? askForPermission(run, name, blocks, attempt, held) : { blocks };
}

/**
 * Puts code to policies and people as the call of a tool `run_code`. It does nothing but give the blocks back: they may
 * have been changed.
 */
async function askForPermission(
  run: RunContext,
  agent: string,
  blocks: readonly CodeBlock[],
  attempt: number,
  held: HeldCalls,
): Promise<AdmittedCode> {
  const permission = tool({
    name: "run_code",
    description: "Runs code.",
    parameters: PARAMETERS,
    requiresApproval: true,
    repeat: "safe",
    execute: (args) => JSON.stringify(args["blocks"]),
  });
  const call = {
    name: permission.name,
    arguments: { blocks: blocks.map(({ language, code }) => ({ language, code })) },
    callId: "",
    index: attempt,
  };
  const workbench = new StaticWorkbench({ tools: [permission] });
  const { result, refusal, isError } = await callTool(run, workbench, call, { agent, held });
  // The value is the last part; before it stands that the arguments were changed.
  const text = result.findLast((part) => part.type === "TextResultContent")?.content ?? "";
  if (isError) return notApproved(refusal?.reason ?? text);
  // The tool has checked the blocks.
  return { blocks: JSON.parse(text) as readonly CodeBlock[] };
}

function notApproved(reason: string): AdmittedCode {
  return { refused: { exitCode: 1, output: `Code execution was not approved. Reason: ${reason}` } };
}
