import {
  UnboundedChatCompletionContext,
  ValueError,
  checkGiven,
  checkMethod,
  checkTypes,
  type ChatCompletionClient,
  type ChatCompletionContext,
  type CodeExecutor,
} from "@tesserae/core";
import { modelClientFrom, type ModelClientLike } from "../../models/model-client-from.ts";
import type { ApprovalFunction } from "./approval.ts";

/** What makes a `CodeExecutorAgent`. */
export interface CodeExecutorAgentOptions {
  readonly name: string;
  /** Runs the code. Default: none; choose one on purpose. */
  readonly codeExecutor: CodeExecutor;
  /** With a model the agent writes the code itself; without one it runs what others wrote. */
  readonly modelClient?: ModelClientLike | undefined;
  readonly modelContext?: ChatCompletionContext | undefined;
  readonly modelClientStream?: boolean | undefined;
  /** How often the model may mend failing code. Default 0. Needs a model with structured output. */
  readonly maxRetriesOnError?: number | undefined;
  readonly description?: string | undefined;
  /** Instructions for writing code. `null` for none. */
  readonly systemMessage?: string | null | undefined;
  /** Without a model: run only the code of these senders. Default: all. */
  readonly sources?: readonly string[] | undefined;
  /** Languages whose blocks are run. Default python and sh. */
  readonly supportedLanguages?: readonly string[] | undefined;
  /** Asked before code runs. Without it, and without `requiresApproval`, a warning says that code runs unreviewed. */
  readonly approvalFunc?: ApprovalFunction | undefined;
  /**
   * The code must be approved as a call of the tool `run_code`: by the policy of the run, or by a person, for whom a run
   * with a journal waits. Default false.
   */
  readonly requiresApproval?: boolean | undefined;
  /** Stop the executor with the agent. Default false; true for an agent that was loaded from JSON. */
  readonly ownsResources?: boolean | undefined;
}

/** The options of a code executor agent, checked and completed. */
export interface CodeExecutorSettings {
  readonly name: string;
  readonly description: string;
  readonly codeExecutor: CodeExecutor;
  readonly modelClient: ChatCompletionClient | undefined;
  readonly modelContext: ChatCompletionContext;
  readonly modelClientStream: boolean;
  readonly maxRetriesOnError: number;
  readonly systemMessage: string | undefined;
  readonly sources: readonly string[] | undefined;
  readonly supportedLanguages: readonly string[];
  readonly approvalFunc: ApprovalFunction | undefined;
  readonly requiresApproval: boolean;
  readonly ownsResources: boolean;
}

const TERMINAL_DESCRIPTION =
  "A terminal that runs code. It runs the fenced blocks of the messages it is given, in the languages it supports.";
const CODER_DESCRIPTION = "Writes code for the task, runs it and reports what it gave.";
const CODER_SYSTEM_MESSAGE =
  "You solve tasks by writing code. Put complete programs into fenced blocks marked with their language; they are run " +
  "as they stand and you are shown what they print. Print every result. When code fails, write the mended program " +
  "in full. When no code is needed, answer in plain text.";

/** Checks the options and completes them. */
export function codeExecutorSettings(options: CodeExecutorAgentOptions): CodeExecutorSettings {
  checkOptionTypes(options);
  const modelClient = options.modelClient === undefined ? undefined : modelClientFrom(options.modelClient);
  const maxRetriesOnError = options.maxRetriesOnError ?? 0;
  if (!Number.isInteger(maxRetriesOnError) || maxRetriesOnError < 0) {
    throw new ValueError(`maxRetriesOnError must be a whole number, 0 or more, got ${maxRetriesOnError}.`);
  }
  if (maxRetriesOnError > 0) {
    if (modelClient?.modelInfo === undefined) {
      throw new ValueError(
        "model_info must be provided: maxRetriesOnError needs a modelClient that tells what it can do.",
      );
    }
    if (!modelClient.modelInfo.structuredOutput) {
      throw new ValueError(
        `The model '${modelClient.model}' doesn't support structured output, which maxRetriesOnError needs.`,
      );
    }
  }
  if (options.approvalFunc === undefined && options.requiresApproval !== true) {
    process.emitWarning(
      `The agent '${options.name}' runs code without anybody's approval. Give it requiresApproval or an approvalFunc, or an executor that is sealed off.`,
      { code: "TESSERAE_UNREVIEWED_CODE" },
    );
  }
  return {
    name: options.name,
    description: options.description ?? (modelClient === undefined ? TERMINAL_DESCRIPTION : CODER_DESCRIPTION),
    codeExecutor: options.codeExecutor,
    modelClient,
    modelContext: options.modelContext ?? new UnboundedChatCompletionContext(),
    modelClientStream: options.modelClientStream ?? false,
    maxRetriesOnError,
    systemMessage: options.systemMessage === undefined ? CODER_SYSTEM_MESSAGE : (options.systemMessage ?? undefined),
    sources: options.sources,
    supportedLanguages: options.supportedLanguages ?? ["python", "sh"],
    approvalFunc: options.approvalFunc,
    requiresApproval: options.requiresApproval ?? false,
    ownsResources: options.ownsResources ?? false,
  };
}

/** What only a program without types can give. */
function checkOptionTypes(options: CodeExecutorAgentOptions): void {
  const { codeExecutor, modelContext, description, systemMessage, approvalFunc, sources, supportedLanguages } = options;
  checkMethod("codeExecutor", codeExecutor, "executeCodeBlocks", "a code executor");
  checkMethod("modelContext", modelContext, "getMessages", "a model context");
  checkTypes("string", { description, systemMessage: systemMessage ?? undefined });
  checkTypes("function", { approvalFunc });
  for (const [option, list] of Object.entries({ sources, supportedLanguages })) {
    checkGiven(`option ${option}`, list, list === undefined || Array.isArray(list), "a list of texts");
  }
}
