import type { JsonObject } from "../json.ts";
import { textToolResult } from "../tools/tool-result.ts";
import type { ToolRefusal, ToolResult } from "../tools/workbench.ts";

/** The result of a call that was refused. */
export function refusedResult(name: string, refusal: ToolRefusal): ToolResult {
  const { type, reason } = refusal;
  const why = type === "limit" ? "stopped by a limit of the run" : "denied, and was not made";
  const text = `The call of the tool "${name}" was ${why}.${reason === "" ? "" : ` Reason: ${reason}`}`;
  return { ...textToolResult(name, text, true), refusal };
}

/** A result that also tells the model with which arguments the call was made in place of its own. */
export function withNote(result: ToolResult, changed: JsonObject): ToolResult {
  const content = `The call was approved and made with other arguments: ${JSON.stringify(changed)}`;
  return { ...result, result: [{ type: "TextResultContent", content }, ...result.result] };
}
