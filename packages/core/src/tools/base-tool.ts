import type { Repeat } from "../code-executor/code-executor.ts";
import type { JsonObject } from "../json.ts";
import { checkRequiresApproval, type RequiresApproval } from "./tool-policy.ts";
import type { Tool, ToolCallOptions, ToolSchema } from "./tool.ts";

/**
 * What the tools of this package share. Subclass it for a tool with a state or a life of its own;
 * for a plain function use `tool()`.
 */
export abstract class BaseTool<Result = unknown> implements Tool<Result> {
  readonly name: string;
  readonly description: string;
  abstract readonly schema: ToolSchema;
  readonly repeat?: Repeat | undefined;
  readonly composite?: boolean | undefined;
  readonly requiresApproval?: RequiresApproval | undefined;

  constructor(options: {
    readonly name: string;
    readonly description: string;
    readonly repeat?: Repeat | undefined;
    readonly composite?: boolean | undefined;
    readonly requiresApproval?: RequiresApproval | undefined;
  }) {
    checkRequiresApproval(options.name, options.requiresApproval);
    this.name = options.name;
    this.description = options.description;
    this.repeat = options.repeat;
    this.composite = options.composite;
    this.requiresApproval = options.requiresApproval;
  }

  abstract runJson(args: unknown, options?: ToolCallOptions): Promise<Result>;

  returnValueAsString(value: Result): string {
    return toolValueToText(value);
  }

  saveStateJson(): Promise<JsonObject> {
    return Promise.resolve({});
  }

  loadStateJson(_state: JsonObject): Promise<void> {
    return Promise.resolve();
  }
}

/** The text a model gets for a tool's value: text as it is, everything else as compact JSON, nothing as empty text. */
export function toolValueToText(value: unknown): string {
  if (typeof value === "string") return value;
  // A function or a symbol has no JSON.
  return JSON.stringify(value) ?? "";
}
