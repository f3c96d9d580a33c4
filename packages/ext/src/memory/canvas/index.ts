/** Text files that several agents see and write. */
export { applyPatchTool, updateFileTool } from "./canvas-tools.ts";
export { TextCanvas } from "./text-canvas.ts";
export { TextCanvasMemory } from "./text-canvas-memory.ts";
