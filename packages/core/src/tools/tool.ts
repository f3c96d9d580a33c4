import type { Repeat } from "../code-executor/code-executor.ts";
import type { JsonObject } from "../json.ts";
import type { RunContext } from "../run/run-context.ts";
import type { RequiresApproval } from "./tool-policy.ts";

/** The parameters of a tool: a JSON Schema of an object. */
export interface ParametersSchema {
  readonly type: "object";
  readonly properties: { readonly [name: string]: JsonObject };
  readonly required?: readonly string[] | undefined;
  readonly additionalProperties?: boolean | JsonObject | undefined;
  readonly $defs?: JsonObject | undefined;
}

/** What a model is told about a tool. */
export interface ToolSchema {
  readonly name: string;
  readonly description?: string | undefined;
  readonly parameters?: ParametersSchema | undefined;
  readonly strict?: boolean | undefined;
  /** Of a tool that the provider runs: the tool in the provider's own form. See `providerTool`. */
  readonly provider?: JsonObject | undefined;
}

/** What a tool call may be given beside its arguments. */
export interface ToolCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** The model's id of the call. */
  readonly callId?: string | undefined;
  /** The run this call belongs to. */
  readonly context?: RunContext | undefined;
  /** The same on every repetition of the same call: pass it on to services that know such keys. */
  readonly idempotencyKey?: string | undefined;
}

/** Something a model can call (component type `tool`). */
export interface Tool<Result = unknown> {
  readonly name: string;
  readonly description: string;
  readonly schema: ToolSchema;
  /** What resume does with a call that had begun and has no result. Default `"never"`. */
  readonly repeat?: Repeat | undefined;
  /** A tool made of several steps worth keeping: its call is a scope, not a leaf. */
  readonly composite?: boolean | undefined;
  /** Whether a person must approve a call before it is made. Default false. A run's or an agent's policy goes before it. */
  readonly requiresApproval?: RequiresApproval | undefined;
  /** Checks the arguments and runs the tool. */
  runJson(args: unknown, options?: ToolCallOptions): Promise<Result>;
  /** The text that the model gets for a result. */
  returnValueAsString(value: Result): string;
  saveStateJson(): Promise<JsonObject>;
  loadStateJson(state: JsonObject): Promise<void>;
  /**
   * Forgets its calls. A tool that has it keeps something of its calls, as agents and teams do: it is reset with the agent
   * that has it, and its state is part of that agent's.
   */
  readonly reset?: (() => Promise<void>) | undefined;
}

/** A tool that shows what happens while it runs: items, then the return value, last. */
export interface StreamTool<Item = unknown, Result = unknown> extends Tool<Result> {
  runJsonStream(args: unknown, options?: ToolCallOptions): AsyncIterable<Item | Result>;
  /**
   * Tells the return value from the items before it. Without it each item is shown only when the next one has come:
   * it might have been the last.
   */
  isReturnValue?(value: Item | Result): boolean;
}
