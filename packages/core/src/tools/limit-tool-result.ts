import type { ComponentDefinition, DumpContext, LoadContext } from "../components/component.ts";
import { ValueError } from "../errors/kinds.ts";
import type { JsonObject } from "../json.ts";
import { isStreamTool } from "./static-workbench.ts";
import { ToolWrapper } from "./tool-wrapper.ts";
import type { StreamTool, Tool, ToolCallOptions } from "./tool.ts";

/** How much of a result a model gets. */
export interface LimitToolResultOptions {
  /** So many characters (UTF-16 units) of the text are kept; the note of what was cut comes on top. */
  readonly maxChars: number;
}

type LimitedToolConfig = { readonly tool: JsonObject; readonly max_chars: number };

const LIMITED_TOOL_COMPONENT: ComponentDefinition<LimitedTool> = {
  provider: "tesserae.tools.LimitedTool",
  componentType: "tool",
  label: "LimitedTool",
  description: "A tool whose results are cut to a number of characters.",
  schema: {
    type: "object",
    properties: { tool: { "x-component": ["tool"] }, max_chars: { type: "integer", minimum: 1 } },
    required: ["tool", "max_chars"],
  },
  toConfig: ({ tool, maxChars }: LimitedTool, dump: DumpContext) => ({
    tool: dump.component(tool),
    max_chars: maxChars,
  }),
  fromConfig: async ({ tool, max_chars: maxChars }: LimitedToolConfig, load: LoadContext) =>
    limited(await load.component<Tool>(tool, "/tool"), { maxChars }),
};

/** A tool whose texts are cut; made by {@link limitToolResult}. */
export class LimitedTool<Result = unknown> extends ToolWrapper<Result, Result> {
  static readonly component: ComponentDefinition<LimitedTool> = LIMITED_TOOL_COMPONENT;

  readonly maxChars: number;

  constructor(tool: Tool<Result>, { maxChars }: LimitToolResultOptions) {
    super(tool);
    if (!Number.isSafeInteger(maxChars) || maxChars < 1) {
      throw new ValueError(`maxChars must be a whole number above 0. It is ${String(maxChars)}.`);
    }
    this.maxChars = maxChars;
  }

  override runJson(args: unknown, options?: ToolCallOptions): Promise<Result> {
    return this.tool.runJson(args, options);
  }

  override returnValueAsString(value: Result): string {
    return cut(this.tool.returnValueAsString(value), this.maxChars);
  }
}

class LimitedStreamTool<Item, Result> extends LimitedTool<Result> implements StreamTool<Item, Result> {
  static override readonly component: ComponentDefinition<LimitedTool> = LIMITED_TOOL_COMPONENT;

  readonly isReturnValue?: (value: Item | Result) => boolean;
  readonly #stream: StreamTool<Item, Result>;

  constructor(tool: StreamTool<Item, Result>, options: LimitToolResultOptions) {
    super(tool, options);
    this.#stream = tool;
    if (tool.isReturnValue !== undefined) this.isReturnValue = (value) => tool.isReturnValue?.(value) ?? true;
  }

  runJsonStream(args: unknown, options?: ToolCallOptions): AsyncIterable<Item | Result> {
    return this.#stream.runJsonStream(args, options);
  }
}

/**
 * The same tool, but a model gets at most `maxChars` characters of what it returns, and a line that says how much is
 * missing. What the tool returns to a program, and the items that it shows while it runs, stay whole; so does the text of
 * an error.
 *
 * @throws ValueError for a limit that is no whole number above 0.
 */
export function limitToolResult<Item, Result>(
  tool: StreamTool<Item, Result>,
  options: LimitToolResultOptions,
): StreamTool<Item, Result>;
export function limitToolResult<Result>(tool: Tool<Result>, options: LimitToolResultOptions): Tool<Result>;
export function limitToolResult(tool: Tool, options: LimitToolResultOptions): Tool {
  return limited(tool, options);
}

function limited(tool: Tool, options: LimitToolResultOptions): LimitedTool {
  return isStreamTool(tool) ? new LimitedStreamTool(tool, options) : new LimitedTool(tool, options);
}

function cut(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const code = text.charCodeAt(maxChars - 1);
  // The first half of a surrogate pair is no character.
  const kept = code >= 0xd800 && code <= 0xdbff ? maxChars - 1 : maxChars;
  return `${text.slice(0, kept)}\n[Cut: ${text.length - kept} of ${text.length} characters are left out here.]`;
}
