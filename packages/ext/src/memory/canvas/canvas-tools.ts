import { tool, type Tool } from "@tesserae/core";
import type { TextCanvas } from "./text-canvas.ts";

const FILENAME = { type: "string", description: "The name of the file on the canvas." } as const;

/** A tool by which a model writes a file of a canvas, whole. */
export function updateFileTool(canvas: TextCanvas): Tool {
  return tool({
    name: "update_file",
    description: "Writes a file on the canvas: makes it, or replaces its whole text by a new revision.",
    parameters: {
      type: "object",
      properties: { filename: FILENAME, new_content: { type: "string", description: "The whole new text." } },
      required: ["filename", "new_content"],
      additionalProperties: false,
    },
    execute: (args) => {
      canvas.addOrUpdateFile(textOf(args, "filename"), textOf(args, "new_content"));
      return { status: "OK" };
    },
  });
}

/** A tool by which a model changes a file of a canvas. */
export function applyPatchTool(canvas: TextCanvas): Tool {
  return tool({
    name: "apply_patch",
    description: "Changes a file that is on the canvas already, by a unified diff against its latest revision.",
    parameters: {
      type: "object",
      properties: { filename: FILENAME, patch_text: { type: "string", description: "The unified diff." } },
      required: ["filename", "patch_text"],
      additionalProperties: false,
    },
    execute: (args) => {
      canvas.applyPatch(textOf(args, "filename"), textOf(args, "patch_text"));
      return { status: "PATCH APPLIED" };
    },
  });
}

/** An argument, which the schema has found to be text. */
function textOf(args: Readonly<Record<string, unknown>>, name: string): string {
  const value = args[name];
  return typeof value === "string" ? value : "";
}
