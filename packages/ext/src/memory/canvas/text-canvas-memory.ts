import {
  MemoryMimeType,
  SystemMessage,
  type ChatCompletionContext,
  type ComponentDefinition,
  type LLMMessage,
  type Memory,
  type MemoryQueryResult,
  type Tool,
  type UpdateContextResult,
} from "@tesserae/core";
import { replaceMessage } from "../shared/context.ts";
import { applyPatchTool, updateFileTool } from "./canvas-tools.ts";
import { SNAPSHOT_BEGIN, TextCanvas } from "./text-canvas.ts";

type CanvasConfig = { readonly files?: Readonly<Record<string, readonly string[]>> };

/**
 * Shows a canvas to the agents that have it as memory: before each model call, one system message has the latest text of all
 * files, in the place of the one before. Agents write by its tools.
 */
export class TextCanvasMemory implements Memory {
  static readonly component: ComponentDefinition<TextCanvasMemory> = {
    // Python's class of this name cannot be written.
    provider: "autogen_ext.memory.canvas.TextCanvasMemory",
    componentType: "memory",
    label: "TextCanvasMemory",
    description: "Text files that several agents see and write, with all their revisions.",
    schema: {
      type: "object",
      properties: {
        files: { type: "object", additionalProperties: { type: "array", items: { type: "string" } } },
      },
    },
    toConfig: ({ canvas }) => ({ files: canvas.revisions() }),
    fromConfig: ({ files }: CanvasConfig) => new TextCanvasMemory(new TextCanvas(files)),
  };

  readonly canvas: TextCanvas;

  /** Several memories may show one canvas. Default: a new one. */
  constructor(canvas: TextCanvas = new TextCanvas()) {
    this.canvas = canvas;
  }

  /** Shows all files; nothing while there are none, and none were shown before. */
  async updateContext(modelContext: ChatCompletionContext): Promise<UpdateContextResult> {
    const content = this.canvas.getAllContentsForContext();
    const isEmpty = Object.keys(this.canvas.listFiles()).length === 0;
    await replaceMessage(modelContext, SystemMessage({ content }), { isOfKind: isSnapshot, addIfNone: !isEmpty });
    return { memories: { results: isEmpty ? [] : [{ content, mimeType: MemoryMimeType.TEXT }] } };
  }

  /** Nothing: all of a canvas is shown, and none of it is searched. */
  query(): Promise<MemoryQueryResult> {
    return Promise.resolve({ results: [] });
  }

  /** Does nothing: a canvas is written by its tools. */
  add(): Promise<void> {
    return Promise.resolve();
  }

  /** Takes out all files. The canvas stays the same, so that tools that were handed out still write to it. */
  clear(): Promise<void> {
    this.canvas.clear();
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** A tool that writes a file of this canvas, whole. */
  getUpdateFileTool(): Tool {
    return updateFileTool(this.canvas);
  }

  /** A tool that changes a file of this canvas by a unified diff. */
  getApplyPatchTool(): Tool {
    return applyPatchTool(this.canvas);
  }
}

function isSnapshot({ content, type }: LLMMessage): boolean {
  return type === "SystemMessage" && typeof content === "string" && content.startsWith(SNAPSHOT_BEGIN);
}
