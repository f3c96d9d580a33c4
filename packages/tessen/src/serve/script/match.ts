import type { TrafficRequest } from "../traffic-request.ts";
import type { RuleMatch } from "./script.ts";

/** Why a request does not match, a clause for each condition that does not hold; none when it matches. */
export function failedConditions(match: RuleMatch, request: TrafficRequest): readonly string[] {
  const failed: string[] = [];
  const { model, text, tool, toolResult, call } = match;
  if (model !== undefined && !fits(model, request.model))
    failed.push(`its model is ${quoted(model)}, not ${quoted(request.model)}`);
  if (text !== undefined && !request.lastText.includes(text))
    failed.push(`its text ${quoted(text)} is not in the last message ${quoted(request.lastText)}`);
  if (tool !== undefined || toolResult !== undefined) {
    const isThere = request.toolResults.some(
      (result) => (tool === undefined || result.name === tool) && result.text.includes(toolResult ?? ""),
    );
    if (!isThere) failed.push(missingResult(match, request));
  }
  if (call !== undefined && call !== request.call)
    failed.push(`it is for call ${call}, and this is call ${request.call}`);
  return failed;
}

function missingResult({ tool, toolResult }: RuleMatch, { toolResults }: TrafficRequest): string {
  const wanted = `a result${tool === undefined ? "" : ` of the tool ${quoted(tool)}`}${toolResult === undefined ? "" : ` with ${quoted(toolResult)}`}`;
  const came = toolResults.map(({ name, text }) => `${quoted(text)} of ${quoted(name)}`).join(", ");
  return `it wants ${wanted}, and ${came === "" ? "no tool has just returned anything" : `what came is ${came}`}`;
}

/** Whether a name fits a pattern in which `*` stands for any characters. */
function fits(pattern: string, name: string): boolean {
  if (!pattern.includes("*")) return pattern === name;
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^]*")}$`).test(name);
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}…` : text);
}
