import type { ComponentDefinition } from "../components/component.ts";
import { ValueError } from "../errors/kinds.ts";
import type { JsonObject } from "../json.ts";
import type { ChatCompletionContext } from "../model-context/chat-completion-context.ts";
import { SystemMessage } from "../models/messages.ts";
import { memoryContentFromJson, memoryContentToConfig, memoryContentToText } from "./memory-content.ts";
import type { Memory, MemoryContent, MemoryQueryResult, UpdateContextResult } from "./memory.ts";

/** Options of a {@link ListMemory}. */
export interface ListMemoryOptions {
  /** Default `default_list_memory`. */
  readonly name?: string | undefined;
  readonly memoryContents?: readonly MemoryContent[] | undefined;
  /** Keep only the newest so many. Default: all. */
  readonly maxItems?: number | undefined;
}

type ListMemoryConfig = {
  readonly name?: string;
  readonly memory_contents?: readonly JsonObject[];
  readonly max_items?: number;
};

/** Remembers in a list, in the order of adding, and shows the model all of it. */
export class ListMemory implements Memory {
  static readonly component: ComponentDefinition<ListMemory> = {
    provider: "autogen_core.memory.ListMemory",
    componentType: "memory",
    label: "ListMemory",
    description: "A memory that keeps its contents in a list, in the order of adding.",
    schema: {
      type: "object",
      properties: {
        name: { anyOf: [{ type: "string" }, { type: "null" }] },
        memory_contents: {
          type: "array",
          items: {
            type: "object",
            properties: {
              content: { anyOf: [{ type: "string" }, { type: "object" }] },
              mime_type: { type: "string" },
              metadata: { anyOf: [{ type: "object" }, { type: "null" }] },
            },
            required: ["content", "mime_type"],
          },
        },
        max_items: { type: "integer", minimum: 1 },
      },
    },
    toConfig: (memory) => ({
      name: memory.name,
      memory_contents: memory.content.map(memoryContentToConfig),
      ...(memory.maxItems === undefined ? {} : { max_items: memory.maxItems }),
    }),
    fromConfig: (config: ListMemoryConfig) =>
      new ListMemory({
        name: config.name,
        memoryContents: (config.memory_contents ?? []).map((content) => memoryContentFromJson(content)),
        maxItems: config.max_items,
      }),
  };

  readonly name: string;
  readonly maxItems: number | undefined;
  #contents: MemoryContent[];

  constructor(options: ListMemoryOptions = {}) {
    if (options.maxItems !== undefined && !(options.maxItems >= 1)) {
      throw new ValueError(`maxItems must be greater than 0. It is ${options.maxItems}.`);
    }
    this.name = options.name ?? "default_list_memory";
    this.maxItems = options.maxItems;
    this.#contents = [...(options.memoryContents ?? [])];
  }

  /** What is remembered, oldest first. */
  get content(): readonly MemoryContent[] {
    return this.#contents;
  }

  set content(contents: readonly MemoryContent[]) {
    this.#contents = [...contents];
  }

  /** Adds one system message that lists everything remembered; nothing when nothing is. */
  async updateContext(modelContext: ChatCompletionContext): Promise<UpdateContextResult> {
    const results = [...this.#contents];
    if (results.length > 0) {
      const lines = results.map((content, index) => `${index + 1}. ${memoryContentToText(content)}`);
      await modelContext.addMessage(
        SystemMessage({ content: `\nRelevant memory content (in chronological order):\n${lines.join("\n")}\n` }),
      );
    }
    return { memories: { results } };
  }

  /** Everything, whatever is asked. */
  query(): Promise<MemoryQueryResult> {
    return Promise.resolve({ results: [...this.#contents] });
  }

  add(content: MemoryContent): Promise<void> {
    this.#contents.push(content);
    if (this.maxItems !== undefined && this.#contents.length > this.maxItems) this.#contents.shift();
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.#contents = [];
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
