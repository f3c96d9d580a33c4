import { effect, isObject, type Awaitable, type CodeBlock, type LLMMessage, type RunContext } from "@tesserae/core";

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

/** Asks for the approval of code. */
export function askForApproval(
  run: RunContext,
  approve: ApprovalFunction,
  blocks: readonly CodeBlock[],
  context: readonly LLMMessage[],
): Promise<ApprovalResponse> {
  const code = blocks.map((block) => `\`\`\`${block.language}\n${block.code}\n\`\`\``).join("\n\n");
  return effect<{ readonly approved: boolean; readonly reason: string }>(
    run,
    { kind: "choice", name: "approval", repeat: "safe", request: () => ({ code }) },
    async () => {
      // A function without types may answer anything: only a clear yes is one.
      const answer: unknown = await approve({ code, context });
      const { approved, reason } = isObject(answer) ? answer : {};
      return { approved: approved === true, reason: typeof reason === "string" ? reason : "" };
    },
  );
}
