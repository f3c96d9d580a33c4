import { raceSignal } from "../abort.ts";
import type { CacheStore } from "../cache-store/cache-store.ts";
import { InMemoryStore } from "../cache-store/in-memory-store.ts";
import { canonicalJson } from "../canonical-json.ts";
import type { ComponentDefinition, DumpContext, LoadContext } from "../components/component.ts";
import { effect } from "../effects/effect.ts";
import { RuntimeError, ValueError, throwIfAborted } from "../errors/kinds.ts";
import type { JsonObject } from "../json.ts";
import { emitWarning } from "../logging/warnings.ts";
import { sha256Hex } from "../sha256.ts";
import { isStreamTool } from "./static-workbench.ts";
import { errorToText } from "./tool-result.ts";
import { ToolWrapper } from "./tool-wrapper.ts";
import type { StreamTool, Tool, ToolCallOptions } from "./tool.ts";

/** Where a tool's results are kept, and how long. */
export interface CachedToolOptions {
  /** Default: one in memory, of this tool alone. Tools may share a store: their names keep them apart. */
  readonly store?: CacheStore | undefined;
  /** After so many seconds a result is asked for again. Default: never. */
  readonly ttlSeconds?: number | undefined;
}

type CachedToolConfig = {
  readonly tool: JsonObject;
  readonly store?: JsonObject | null;
  readonly ttl_seconds?: number | null;
};

const CACHED_TOOL_COMPONENT: ComponentDefinition<CachedTool> = {
  provider: "tesserae.tools.CachedTool",
  componentType: "tool",
  label: "CachedTool",
  description: "A tool whose results are kept: the same call is not made twice.",
  schema: {
    type: "object",
    properties: {
      tool: { "x-component": ["tool"] },
      store: { anyOf: [{ "x-component": ["cache_store"] }, { type: "null" }] },
      ttl_seconds: { anyOf: [{ type: "number", exclusiveMinimum: 0 }, { type: "null" }] },
    },
    required: ["tool"],
  },
  toConfig: ({ tool, store, ttlSeconds }: CachedTool, dump: DumpContext) => ({
    tool: dump.component(tool),
    // One in memory is the default, and what it holds is no part of the file.
    ...(store instanceof InMemoryStore ? {} : { store: dump.component(store) }),
    ...(ttlSeconds === undefined ? {} : { ttl_seconds: ttlSeconds }),
  }),
  fromConfig: async ({ tool, store, ttl_seconds: ttlSeconds }: CachedToolConfig, load: LoadContext) =>
    cached(await load.component<Tool>(tool, "/tool"), {
      ...(store === undefined || store === null ? {} : { store: await load.component<CacheStore>(store, "/store") }),
      ttlSeconds: ttlSeconds ?? undefined,
    }),
};

/** A tool whose results are kept as text; made by {@link cachedTool}. */
export class CachedTool extends ToolWrapper<unknown, string> {
  static readonly component: ComponentDefinition<CachedTool> = CACHED_TOOL_COMPONENT;

  readonly store: CacheStore;
  readonly ttlSeconds: number | undefined;
  #warned = false;

  constructor(tool: Tool, { store, ttlSeconds }: CachedToolOptions = {}) {
    super(tool);
    if (ttlSeconds !== undefined && !(ttlSeconds > 0)) {
      throw new ValueError(`ttlSeconds must be a number above 0. It is ${String(ttlSeconds)}.`);
    }
    this.store = store ?? new InMemoryStore();
    this.ttlSeconds = ttlSeconds;
  }

  override async runJson(args: unknown, options: ToolCallOptions = {}): Promise<string> {
    const key = this.keyOf(args);
    const kept = await this.find(key, options);
    if (kept !== undefined) return kept;
    const text = this.tool.returnValueAsString(await this.tool.runJson(args, options));
    await this.keep(key, text, options);
    return text;
  }

  /** The key of a call: the same for equal arguments, whatever the order of their keys. */
  protected keyOf(args: unknown): string {
    const call = { format: 1, tool: this.name, arguments: args ?? {} };
    return `tool:${sha256Hex(canonicalJson(call, { loneSurrogates: "escape", what: "the arguments" }))}`;
  }

  /** The text that is kept; a store that fails, or holds something else, has none. */
  protected async find(key: string, options: ToolCallOptions): Promise<string | undefined> {
    const found = await this.#recorded("get", key, options, async () => {
      try {
        const value = await raceSignal(Promise.resolve(this.store.get(key)), options.signal);
        return typeof value === "string" ? value : null;
      } catch (error) {
        throwIfAborted(options.signal);
        this.#warn(error);
        return null;
      }
    });
    return found ?? undefined;
  }

  /** Keeps a text. A store that fails loses it, and the call goes on. */
  protected async keep(key: string, text: string, options: ToolCallOptions): Promise<void> {
    const { ttlSeconds } = this;
    await this.#recorded("set", key, options, async () => {
      try {
        await this.store.set(key, text, ttlSeconds === undefined ? {} : { ttlMs: ttlSeconds * 1000 });
      } catch (error) {
        this.#warn(error);
      }
      return null;
    });
  }

  /**
   * The call of a composite tool runs again in a replay, and only what it asks of the world is answered: there the store
   * is a part of the world.
   */
  #recorded<T extends string | null>(
    name: string,
    key: string,
    { context }: ToolCallOptions,
    ask: () => Promise<T>,
  ): Promise<T> {
    if (this.composite !== true || context === undefined) return ask();
    return effect(context, { kind: "cache", name, repeat: "safe", request: () => ({ key }) }, ask);
  }

  #warn(error: unknown): void {
    if (this.#warned) return;
    this.#warned = true;
    const text = `The cache of the tool '${this.name}' does not work, and its calls are made: ${errorToText(error)}`;
    emitWarning("TESSERAE_CACHE_STORE", text);
  }
}

class CachedStreamTool<Item> extends CachedTool implements StreamTool<Item, string> {
  static override readonly component: ComponentDefinition<CachedTool> = CACHED_TOOL_COMPONENT;

  /** Where the tool knows its results: the text that stands for one is known too. */
  readonly isReturnValue?: (value: Item | string) => boolean;
  readonly #stream: StreamTool<Item>;

  constructor(tool: StreamTool<Item>, options: CachedToolOptions) {
    super(tool, options);
    this.#stream = tool;
    if (tool.isReturnValue !== undefined) this.isReturnValue = (value) => typeof value === "string";
  }

  /** What the tool shows, then its result as text; a result that is kept comes alone. */
  async *runJsonStream(args: unknown, options: ToolCallOptions = {}): AsyncGenerator<Item | string> {
    const key = this.keyOf(args);
    const kept = await this.find(key, options);
    if (kept !== undefined) {
      yield kept;
      return;
    }
    let last: unknown;
    let isHeld = false;
    for await (const item of this.#stream.runJsonStream(args, options)) {
      // All but the last are items.
      if (isHeld) yield last as Item;
      isHeld = this.#stream.isReturnValue?.(item) ?? true;
      if (isHeld) last = item;
      else yield item as Item;
    }
    if (!isHeld) throw new RuntimeError(`The tool '${this.name}' ended its stream without a return value.`);
    const text = this.tool.returnValueAsString(last);
    await this.keep(key, text, options);
    yield text;
  }
}

/**
 * The same tool, but a call with arguments that it had before is answered with what it returned then, as text. Errors are
 * not kept. A person or a policy is asked about every call as before.
 *
 * For tools that are slow and only read: one that changes something would change it once.
 *
 * @throws ValueError for a time to live that is no number above 0.
 */
export function cachedTool<Item>(tool: StreamTool<Item>, options?: CachedToolOptions): StreamTool<Item, string>;
export function cachedTool(tool: Tool, options?: CachedToolOptions): Tool<string>;
export function cachedTool(tool: Tool, options: CachedToolOptions = {}): Tool<string> {
  return cached(tool, options);
}

function cached(tool: Tool, options: CachedToolOptions): CachedTool {
  return isStreamTool(tool) ? new CachedStreamTool(tool, options) : new CachedTool(tool, options);
}
