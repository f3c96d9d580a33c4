import type { JsonObject } from "../json.ts";
import type { LimitName } from "../run/limits.ts";
import { textToolResult } from "../tools/tool-result.ts";
import type { ToolResult } from "../tools/workbench.ts";

/** The result of a call that a person or a policy denied. */
export function deniedResult(name: string, reason = ""): ToolResult {
  const text = `The call of the tool "${name}" was denied, and was not made.${reason === "" ? "" : ` Reason: ${reason}`}`;
  return { ...textToolResult(name, text, true), refusal: { type: "denied", reason } };
}

/** The result of a call that a limit of the run stopped. */
export function limitResult(name: string, limit: LimitName, reason: string): ToolResult {
  const text = `The call of the tool "${name}" was stopped by a limit of the run. ${reason} Go on without it.`;
  return { ...textToolResult(name, text, true), refusal: { type: "limit", reason, limit } };
}

/** A result that also tells the model with which arguments the call was made in place of its own. */
export function withNote(result: ToolResult, changed: JsonObject): ToolResult {
  const content = `The call was approved and made with other arguments: ${JSON.stringify(changed)}`;
  return { ...result, result: [{ type: "TextResultContent", content }, ...result.result] };
}
