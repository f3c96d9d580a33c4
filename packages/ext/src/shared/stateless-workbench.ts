import type { JsonObject, ToolCallOptions, ToolResult, ToolSchema, Workbench } from "@tesserae/core";

/** A workbench that lives as long as a turn: there is nothing to start, to reset or to save. */
export abstract class StatelessWorkbench implements Workbench {
  abstract listTools(): Promise<readonly ToolSchema[]>;

  abstract callTool(name: string, args?: JsonObject, options?: ToolCallOptions): Promise<ToolResult>;

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  reset(): Promise<void> {
    return Promise.resolve();
  }

  saveState(): Promise<JsonObject> {
    return Promise.resolve({});
  }

  loadState(): Promise<void> {
    return Promise.resolve();
  }
}
