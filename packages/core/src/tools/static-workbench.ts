import type { ComponentDefinition } from "../components/component.ts";
import { RuntimeError, ValueError, throwIfAborted } from "../errors/kinds.ts";
import { isObject, type JsonObject } from "../json.ts";
import { isTool } from "./function-tool-components.ts";
import { endsTheRun } from "./tool-errors.ts";
import { errorToText, textToolResult } from "./tool-result.ts";
import { checkRequiresApproval } from "./tool-policy.ts";
import type { StreamTool, Tool, ToolCallOptions, ToolSchema } from "./tool.ts";
import { staticWorkbenchComponent } from "./workbench-components.ts";
import type { StreamWorkbench, ToolResult, ToolTraits, Workbench } from "./workbench.ts";

/** Another name or description under which a workbench shows a tool, and whether a person must approve its calls. */
export interface ToolOverride {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** In place of what the tool says of itself. */
  readonly requiresApproval?: boolean | undefined;
}

/** What makes a {@link StaticWorkbench}. */
export interface StaticWorkbenchOptions {
  readonly tools: readonly Tool[];
  /** By the tool's own name. */
  readonly toolOverrides?: { readonly [tool: string]: ToolOverride } | undefined;
}

/** A workbench around tools that are known from the start. */
export class StaticWorkbench implements Workbench {
  static readonly component: ComponentDefinition<StaticWorkbench> = staticWorkbenchComponent(
    "StaticWorkbench",
    (options) => new StaticWorkbench(options),
  );

  readonly tools: readonly Tool[];
  readonly toolOverrides: { readonly [tool: string]: ToolOverride };
  readonly staticTools: readonly ToolSchema[];
  /** By every name a tool can be called with; the own name of a renamed tool stays callable. */
  protected readonly callable: ReadonlyMap<string, Tool>;

  constructor(options: StaticWorkbenchOptions) {
    const { tools }: { readonly tools?: unknown } = isObject(options) ? options : {};
    if (!Array.isArray(tools) || !tools.every(isTool)) {
      throw new ValueError("The tools of a workbench must be a list of tools: make each with tool().");
    }
    this.tools = tools.slice();
    this.toolOverrides = options.toolOverrides ?? {};
    checkNames(this.tools, this.toolOverrides);
    this.staticTools = this.tools.map((tool) => overriddenSchema(tool.schema, this.toolOverrides[tool.name]));
    const callable = new Map(this.tools.map((tool) => [tool.name, tool]));
    for (const tool of this.tools) callable.set(this.toolOverrides[tool.name]?.name ?? tool.name, tool);
    this.callable = callable;
  }

  listTools(): Promise<readonly ToolSchema[]> {
    return Promise.resolve(this.staticTools);
  }

  toolTraits(name: string): ToolTraits | undefined {
    const tool = this.callable.get(name);
    return tool === undefined
      ? undefined
      : {
          repeat: tool.repeat,
          composite: tool.composite,
          streams: isStreamTool(tool),
          requiresApproval: this.toolOverrides[tool.name]?.requiresApproval ?? tool.requiresApproval,
        };
  }

  async callTool(name: string, args: JsonObject = {}, options: ToolCallOptions = {}): Promise<ToolResult> {
    const tool = this.callable.get(name);
    if (tool === undefined) return textToolResult(name, `Tool ${name} not found.`, true);
    try {
      const value = await tool.runJson(args, options);
      return textToolResult(name, tool.returnValueAsString(value));
    } catch (error) {
      return failure(name, error, options);
    }
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  reset(): Promise<void> {
    return Promise.resolve();
  }

  async saveState(): Promise<JsonObject> {
    const tools: Record<string, JsonObject> = {};
    for (const tool of this.tools) tools[tool.name] = await tool.saveStateJson();
    return { type: "StaticWorkbenchState", tools };
  }

  async loadState(state: JsonObject): Promise<void> {
    const tools = state["tools"];
    if (!isObject(tools)) throw new ValueError('The state of a static workbench must hold its tools under "tools".');
    for (const tool of this.tools) {
      const own = tools[tool.name];
      if (isObject(own)) await tool.loadStateJson(own);
    }
  }
}

/** A {@link StaticWorkbench} that shows what its stream tools do while they run. */
export class StaticStreamWorkbench extends StaticWorkbench implements StreamWorkbench {
  static override readonly component: ComponentDefinition<StaticStreamWorkbench> = staticWorkbenchComponent(
    "StaticStreamWorkbench",
    (options) => new StaticStreamWorkbench(options),
  );

  async *callToolStream(name: string, args: JsonObject = {}, options: ToolCallOptions = {}): AsyncGenerator<unknown> {
    const tool = this.callable.get(name);
    if (tool === undefined || !isStreamTool(tool)) {
      yield await this.callTool(name, args, options);
      return;
    }
    let last: unknown;
    let isHeld = false;
    try {
      for await (const item of tool.runJsonStream(args, options)) {
        if (isHeld) yield last;
        isHeld = tool.isReturnValue?.(item) ?? true;
        if (isHeld) last = item;
        else yield item;
      }
      if (!isHeld) throw new RuntimeError(`The tool '${name}' ended its stream without a return value.`);
      yield textToolResult(name, tool.returnValueAsString(last));
    } catch (error) {
      const result = failure(name, error, options);
      if (isHeld) yield last;
      yield result;
    }
  }
}

/** True for a tool that shows what happens while it runs. */
export function isStreamTool(tool: Tool): tool is StreamTool {
  return "runJsonStream" in tool && typeof tool.runJsonStream === "function";
}

function failure(name: string, error: unknown, { signal, context }: ToolCallOptions): ToolResult {
  throwIfAborted(signal);
  if (endsTheRun(error)) throw error;
  // For who observes the call: the model gets the text alone.
  if (context?.leaf?.kind === "tool") context.leaf.errorType = error instanceof Error ? error.name : typeof error;
  return textToolResult(name, errorToText(error), true);
}

function overriddenSchema(schema: ToolSchema, override: ToolOverride | undefined): ToolSchema {
  if (override === undefined) return schema;
  return {
    ...schema,
    name: override.name ?? schema.name,
    ...(override.description === undefined ? {} : { description: override.description }),
  };
}

function checkNames(tools: readonly Tool[], overrides: { readonly [tool: string]: ToolOverride }): void {
  const own = new Set<string>();
  for (const tool of tools) {
    if (own.has(tool.name)) throw new ValueError(`Two tools of one workbench have the name '${tool.name}'.`);
    own.add(tool.name);
  }
  const given = new Map<string, string>();
  for (const [tool, { name, requiresApproval }] of Object.entries(overrides)) {
    checkRequiresApproval(tool, requiresApproval);
    if (!own.has(tool)) {
      throw new ValueError(`A tool override names '${tool}', but the workbench's tools are ${[...own].join(", ")}.`);
    }
    if (name === undefined || name === tool) continue;
    const other = own.has(name) ? name : given.get(name);
    if (other !== undefined) {
      throw new ValueError(`The override of '${tool}' gives it the name '${name}', which '${other}' has already.`);
    }
    given.set(name, tool);
  }
}
