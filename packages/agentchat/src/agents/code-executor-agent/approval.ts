import {
  effect,
  type Awaitable,
  type CodeBlock,
  type CodeResult,
  type LLMMessage,
  type RunContext,
} from "@tesserae/core";

/** What is to be approved. */
export interface ApprovalRequest {
  /** The code, fenced with its language, blocks apart by a blank line. */
  readonly code: string;
  /** What the model has seen. */
  readonly context: readonly LLMMessage[];
}

/** The answer to an {@link ApprovalRequest}. */
export interface ApprovalResponse {
  readonly approved: boolean;
  readonly reason: string;
}

/** Decides whether code may run. */
export type ApprovalFunction = (request: ApprovalRequest) => Awaitable<ApprovalResponse>;

/** Asks for the approval of code; a result that says so when it was refused. */
export async function refusedResult(
  run: RunContext,
  approve: ApprovalFunction | undefined,
  blocks: readonly CodeBlock[],
  context: readonly LLMMessage[],
): Promise<CodeResult | undefined> {
  if (approve === undefined) return undefined;
  const code = blocks.map((block) => `\`\`\`${block.language}\n${block.code}\n\`\`\``).join("\n\n");
  const decision = await effect<{ readonly approved: boolean; readonly reason: string }>(
    run,
    { kind: "choice", name: "approval", repeat: "safe", request: () => ({ code }) },
    async () => {
      const { approved, reason } = await approve({ code, context });
      return { approved, reason };
    },
  );
  if (decision.approved) return undefined;
  return { exitCode: 1, output: `Code execution was not approved. Reason: ${decision.reason}` };
}
