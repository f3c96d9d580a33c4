import {
  memoryContentToText,
  UserMessage,
  type ChatCompletionContext,
  type Memory,
  type MemoryContent,
  type MemoryQueryResult,
  type UpdateContextResult,
} from "@tesserae/core";
import { lastText } from "../../../memory/shared/context.ts";
import { memoryText } from "../../../memory/shared/memory-text.ts";
import type { MemoryController } from "../memory-controller.ts";

/**
 * Makes an agent teachable: what its user advises is remembered, and shown to the model again for tasks like that. As memory
 * of an agent it looks at the last message before each of its steps. A controller may be shared by several agents.
 */
export class Teachability implements Memory {
  readonly name: string;
  readonly #controller: MemoryController;

  /** `name` is `teachability` by default. */
  constructor(controller: MemoryController, options: { readonly name?: string | undefined } = {}) {
    this.#controller = controller;
    this.name = options.name ?? "teachability";
  }

  /** Adds what was learned for the last message as a message of the user, then learns from that message. */
  async updateContext(modelContext: ChatCompletionContext): Promise<UpdateContextResult> {
    const text = await lastText(modelContext);
    if (text.trim() === "") return { memories: { results: [] } };
    const memories = await this.query(text);
    if (memories.results.length > 0) {
      const lines = memories.results.map((memory, index) => `${index + 1}. ${memoryContentToText(memory)}`);
      const content = `\nPotentially relevant memories:\n${lines.join("\n")}`;
      await modelContext.addMessage(UserMessage({ content, source: "user" }));
    }
    await this.#controller.considerMemoStorage(text);
    return { memories };
  }

  /** What was learned that may help. */
  async query(query: string | MemoryContent): Promise<MemoryQueryResult> {
    const memos = await this.#controller.retrieveRelevantMemos(memoryText(query));
    return { results: memos.map(({ insight }) => ({ content: insight, mimeType: "text/plain", metadata: {} })) };
  }

  /** Remembers the advice in a content, if there is any. @throws ValueError for images and bytes. */
  async add(content: MemoryContent): Promise<void> {
    await this.#controller.considerMemoStorage(memoryText(content));
  }

  /** Forgets everything that the controller knows. */
  clear(): Promise<void> {
    return this.#controller.resetMemory();
  }

  /** Nothing: the controller is closed by who made it. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}
