import { ValueError } from "../errors/kinds.ts";
import { isObject, type JsonObject } from "../json.ts";
import type { Awaitable } from "../model-context/chat-completion-context.ts";

/** A tool call that is about to be made. */
export interface PendingToolCall {
  readonly name: string;
  /** As the model gave them, parsed and not yet checked by the tool. */
  readonly arguments: JsonObject;
  /** The model's id of the call; may repeat and may be empty. */
  readonly callId: string;
  readonly agent: string | undefined;
  /** Where it stands: every team and agent around it, such as `/team[0]/editor[1]/call[0]/writer[0]`. */
  readonly path: string;
}

/** A tool call that waits for a person. */
export interface ToolApprovalRequest extends PendingToolCall {
  /** Under which the decision can be given with `answer`; the same when it is asked again. */
  readonly requestId: string;
  /** The question in words. */
  readonly prompt: string;
}

/** What a person or a policy says of a tool call. */
export type ToolDecision =
  | {
      readonly approved: true;
      /** In place of those that the model gave; the model is told. */
      readonly arguments?: JsonObject | undefined;
    }
  | {
      readonly approved: false;
      /** For the model. */
      readonly reason?: string | undefined;
    };

/**
 * What a policy says: `allow` the call, `ask` a person, a decision, or nothing: then the next one is asked, and in the end
 * the tool's own `requiresApproval` counts.
 */
export type ToolVerdict = "allow" | "ask" | ToolDecision | undefined;

/** Looks at a tool call before it is made. One that throws keeps the call from being made. */
export type ToolPolicy = (call: PendingToolCall) => Awaitable<ToolVerdict>;

/**
 * Puts a tool call to a person. `true` and `false` are decisions without a word. Throw an error with the code
 * `ERR_INPUT_WAITING` when nobody is there: a run with a journal then waits.
 */
export type ApproveToolCall = (
  request: ToolApprovalRequest,
  options: { readonly signal: AbortSignal | undefined },
) => Awaitable<ToolDecision | boolean>;

/** Who decides about the tool calls of a run, in nested agents and teams too. Functions: a resume is given them again. */
export interface RunApprovals {
  /** Asked before every tool call, before the policy of the agent that calls. */
  readonly toolPolicy?: ToolPolicy | undefined;
  /** Puts calls that need approval to a person. Without it nobody is there, and the run ends as `waiting`. */
  readonly approve?: ApproveToolCall | undefined;
}

/** Whether a call of a tool needs a person's approval; a function looks at the arguments. */
export type RequiresApproval = boolean | ((args: JsonObject) => Awaitable<boolean>);

/** @throws ValueError for what is neither yes, no nor a function: a call that should be approved would just be made. */
export function checkRequiresApproval(name: string, value: unknown): void {
  if (value === undefined || typeof value === "boolean" || typeof value === "function") return;
  throw new ValueError(`requiresApproval of the tool '${name}' must be true, false or a function.`);
}

/** The words that decide, where a person is offered choices. */
export const DECISION_CHOICES: readonly ["approve", "deny"] = ["approve", "deny"];

/** A {@link ToolDecision} as it is written: what it does not say is not there. */
export type WrittenDecision =
  | { readonly approved: true; readonly arguments?: JsonObject }
  | { readonly approved: false; readonly reason?: string };

/**
 * Reads a decision: `true`, `false`, one of the {@link DECISION_CHOICES}, or an object.
 *
 * @throws ValueError
 */
export function toolDecision(value: unknown): WrittenDecision {
  if (value === true || value === "approve") return { approved: true };
  if (value === false || value === "deny") return { approved: false };
  if (isObject(value)) {
    const { approved, arguments: args, reason } = value;
    // What is an object and came as JSON has JSON members.
    if (approved === true && args === undefined) return { approved };
    if (approved === true && isObject(args)) return { approved, arguments: args as JsonObject };
    if (approved === false && reason === undefined) return { approved };
    if (approved === false && typeof reason === "string") return { approved, reason };
  }
  const shown = JSON.stringify(value) ?? String(value);
  throw new ValueError(`${shown} decides nothing about a tool call. Give "approve", "deny" or a ToolDecision.`);
}
