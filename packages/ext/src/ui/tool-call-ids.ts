import type { FunctionCall, FunctionExecutionResult } from "@tesserae/core";
import type { UIMessageChunk } from "./ui-message-chunk.ts";

/** The calls of a run under ids that are unique in a message: a model's own may repeat, and may be empty. */
export class ToolCallIds {
  readonly #taken = new Set<string>();
  /** By agent and the model's id, the ids of the calls without a result, in order. */
  readonly #open = new Map<string, string[]>();

  /** A call that was asked for. */
  input(agent: string, call: FunctionCall): UIMessageChunk {
    const toolCallId = this.#take(call.id === "" ? "call" : call.id);
    const open = this.#openOf(agent, call.id);
    open.push(toolCallId);
    const common = { toolCallId, toolName: call.name, dynamic: true } as const;
    try {
      const input: unknown = call.arguments.trim() === "" ? {} : JSON.parse(call.arguments);
      return { type: "tool-input-available", ...common, input };
    } catch {
      const errorText = "The model wrote arguments that are no JSON.";
      return { type: "tool-input-error", ...common, input: call.arguments, errorText };
    }
  }

  /** What a call gave. */
  output(agent: string, result: FunctionExecutionResult): UIMessageChunk {
    const toolCallId = this.#openOf(agent, result.callId).shift() ?? result.callId;
    return result.isError === true
      ? { type: "tool-output-error", toolCallId, errorText: result.content, dynamic: true }
      : { type: "tool-output-available", toolCallId, output: result.content, dynamic: true };
  }

  #openOf(agent: string, callId: string): string[] {
    const key = JSON.stringify([agent, callId]);
    const open = this.#open.get(key) ?? [];
    this.#open.set(key, open);
    return open;
  }

  #take(wanted: string): string {
    let id = wanted;
    for (let count = 2; this.#taken.has(id); count += 1) id = `${wanted}-${count}`;
    this.#taken.add(id);
    return id;
  }
}
