import type { ComponentDefinition } from "../components/component.ts";
import { checkGiven } from "../errors/check-given.ts";
import { ValueError } from "../errors/kinds.ts";
import { isObject, type JsonObject } from "../json.ts";
import type { ChatCompletionContext } from "../model-context/chat-completion-context.ts";
import { llmMessageFromJson } from "../models/message-json.ts";
import { SystemMessage, type LLMMessage } from "../models/messages.ts";
import { binaryContentFromConfig, binaryContentToConfig } from "./binary-content.ts";
import { memoryContentToConfig, memoryContentToText } from "./memory-content.ts";
import type { Memory, MemoryContent, MemoryQueryResult, UpdateContextResult } from "./memory.ts";

/** Options of a {@link ListMemory}. */
export interface ListMemoryOptions {
  /** Default `default_list_memory`. */
  readonly name?: string | undefined;
  readonly memoryContents?: readonly MemoryContent[] | undefined;
  /** Keep only the newest so many. Default: all. */
  readonly maxItems?: number | undefined;
  /**
   * Keep only the newest that have together at most so many tokens, at least one. Without a model to ask, four
   * characters are taken for a token. Default: all.
   */
  readonly maxTokens?: number | undefined;
  /**
   * Put the new list in the place of the one that this memory has put into a model context before, instead of adding
   * another; nothing is changed where both are equal. Default false, as in Python.
   */
  readonly replaceInContext?: boolean | undefined;
  /** Write bytes to JSON as base64 under `data`, which Python takes for an image. Default false: as UTF-8 text. */
  readonly bytesAsBase64?: boolean | undefined;
}

type ListMemoryConfig = {
  readonly name?: string;
  readonly memory_contents?: readonly JsonObject[];
  readonly max_items?: number;
  readonly max_tokens?: number;
  readonly replace_in_context?: boolean;
  readonly bytes_as_base64?: boolean;
};

/** The first line of what is put into a model context, with the line end before it. */
const HEADING = "\nRelevant memory content (in chronological order):\n";

const CHARACTERS_PER_TOKEN = 4;

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
        max_tokens: { type: "integer", minimum: 1 },
        replace_in_context: { type: "boolean" },
        bytes_as_base64: { type: "boolean" },
      },
    },
    toConfig: (memory) => ({
      name: memory.name,
      memory_contents: memory.content.map(memory.bytesAsBase64 ? binaryContentToConfig : memoryContentToConfig),
      ...(memory.maxItems === undefined ? {} : { max_items: memory.maxItems }),
      ...(memory.maxTokens === undefined ? {} : { max_tokens: memory.maxTokens }),
      ...(memory.replaceInContext ? { replace_in_context: true } : {}),
      ...(memory.bytesAsBase64 ? { bytes_as_base64: true } : {}),
    }),
    fromConfig: (config: ListMemoryConfig) =>
      new ListMemory({
        name: config.name,
        memoryContents: (config.memory_contents ?? []).map(binaryContentFromConfig),
        maxItems: config.max_items,
        maxTokens: config.max_tokens,
        replaceInContext: config.replace_in_context,
        bytesAsBase64: config.bytes_as_base64,
      }),
  };

  readonly name: string;
  readonly maxItems: number | undefined;
  readonly maxTokens: number | undefined;
  readonly replaceInContext: boolean;
  readonly bytesAsBase64: boolean;
  #contents: MemoryContent[];

  constructor(options: ListMemoryOptions = {}) {
    for (const name of ["maxItems", "maxTokens"] as const) {
      const value = options[name];
      if (value !== undefined && !(value >= 1)) throw new ValueError(`${name} must be greater than 0. It is ${value}.`);
    }
    this.name = options.name ?? "default_list_memory";
    this.maxItems = options.maxItems;
    this.maxTokens = options.maxTokens;
    this.replaceInContext = options.replaceInContext ?? false;
    this.bytesAsBase64 = options.bytesAsBase64 ?? false;
    this.#contents = [...(options.memoryContents ?? [])];
  }

  /** What is remembered, oldest first. */
  get content(): readonly MemoryContent[] {
    return this.#contents;
  }

  set content(contents: readonly MemoryContent[]) {
    this.#contents = [...contents];
  }

  /** Puts one system message into the context that lists everything remembered; none when nothing is. */
  async updateContext(modelContext: ChatCompletionContext): Promise<UpdateContextResult> {
    const results = [...this.#contents];
    if (results.length > 0) {
      const lines = results.map((content, index) => `${index + 1}. ${memoryContentToText(content)}`);
      const message = SystemMessage({ content: `${HEADING}${lines.join("\n")}\n` });
      await (this.replaceInContext ? putInPlace(modelContext, message) : modelContext.addMessage(message));
    }
    return { memories: { results } };
  }

  /** Everything, whatever is asked. */
  query(): Promise<MemoryQueryResult> {
    return Promise.resolve({ results: [...this.#contents] });
  }

  add(content: MemoryContent): Promise<void> {
    checkGiven("content of a memory", content, isObject(content), "an object such as { content, mimeType }");
    this.#contents.push(content);
    if (this.maxItems !== undefined && this.#contents.length > this.maxItems) this.#contents.shift();
    if (this.maxTokens !== undefined) this.#keepNewest(this.maxTokens * CHARACTERS_PER_TOKEN);
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.#contents = [];
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #keepNewest(characters: number): void {
    let left = characters;
    let first = this.#contents.length;
    for (const content of this.#contents.toReversed()) {
      left -= memoryContentToText(content).length;
      if (left < 0) break;
      first -= 1;
    }
    this.#contents.splice(0, Math.min(first, this.#contents.length - 1));
  }
}

/**
 * Takes out the lists that a memory has put into a context, and puts a new one where the first of them was; at the end of a
 * context without one. A context can only be emptied and filled again, so that is what happens to it.
 */
async function putInPlace(modelContext: ChatCompletionContext, message: SystemMessage): Promise<void> {
  const { messages: stored } = await modelContext.saveState();
  const messages = Array.isArray(stored) ? stored.map((one) => llmMessageFromJson(one)) : [];
  const isList = ({ type, content }: LLMMessage): boolean =>
    type === "SystemMessage" && typeof content === "string" && content.startsWith(HEADING);
  const place = messages.findIndex(isList);
  if (place < 0) return modelContext.addMessage(message);
  const others = messages.filter((one, index) => index !== place && isList(one));
  if (others.length === 0 && messages[place]?.content === message.content) return undefined;
  await modelContext.clear();
  for (const [index, one] of messages.entries()) {
    if (index === place) await modelContext.addMessage(message);
    else if (!isList(one)) await modelContext.addMessage(one);
  }
}
