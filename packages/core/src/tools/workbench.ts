import type { Repeat } from "../code-executor/code-executor.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Image } from "../models/image.ts";
import type { LimitName } from "../run/limits.ts";
import type { RequiresApproval } from "./tool-policy.ts";
import type { ToolCallOptions, ToolSchema } from "./tool.ts";

/** A text part of a tool's result. */
export interface TextResultContent {
  readonly type: "TextResultContent";
  readonly content: string;
}

/** An image part of a tool's result. */
export interface ImageResultContent {
  readonly type: "ImageResultContent";
  readonly content: Image;
}

/** Why a call was not made, or not to its end: a person or a policy denied it, or the run may use no more. */
export type ToolRefusal = {
  readonly type: "denied" | "limit";
  /** In words; empty where a denial gave none. */
  readonly reason: string;
  /** The limit of the run that was in the way. */
  readonly limit?: LimitName;
};

/** What a call of a workbench's tool gave. */
export interface ToolResult {
  readonly type: "ToolResult";
  /** The name under which the tool was called. */
  readonly name: string;
  readonly result: readonly (TextResultContent | ImageResultContent)[];
  readonly isError: boolean;
  /** Set when the call was refused; `isError` is true then, and the text tells the model. */
  readonly refusal?: ToolRefusal | undefined;
  /** The same as data, for programs: a tool of an MCP server may give such. Models are given the parts alone. */
  readonly structuredContent?: Json | undefined;
}

/** What the seam must know of a tool before it is called. */
export interface ToolTraits {
  readonly repeat?: Repeat | undefined;
  readonly composite?: boolean | undefined;
  /** The tool shows what happens while it runs. */
  readonly streams?: boolean | undefined;
  /** Whether a person must approve a call. */
  readonly requiresApproval?: RequiresApproval | undefined;
}

/** A set of tools that share a life and perhaps a state (component type `workbench`). */
export interface Workbench {
  /** A name for journals and messages. */
  readonly name?: string | undefined;
  /** The tools, where they are known without asking anybody and never change. */
  readonly staticTools?: readonly ToolSchema[] | undefined;
  listTools(options?: { readonly signal?: AbortSignal | undefined }): Promise<readonly ToolSchema[]>;
  /** Never throws for a failing or unknown tool: that is a result with `isError`. Throws `CancelledError` on abort. */
  callTool(name: string, args?: JsonObject, options?: ToolCallOptions): Promise<ToolResult>;
  /** What resume and the seam must know of the tool of this name. */
  toolTraits?(name: string): ToolTraits | undefined;
  start(): Promise<void>;
  stop(): Promise<void>;
  reset(): Promise<void>;
  saveState(): Promise<JsonObject>;
  loadState(state: JsonObject): Promise<void>;
}

/** A workbench whose tools show what happens while they run: items, then the {@link ToolResult}, last. */
export interface StreamWorkbench extends Workbench {
  callToolStream(name: string, args?: JsonObject, options?: ToolCallOptions): AsyncIterable<unknown>;
}
