import {
  FunctionTool,
  StaticWorkbench,
  type FunctionCall,
  type FunctionExecutionResult,
  type JsonObject,
  type Workbench,
} from "@tesserae/core";
import { textOf } from "./answer-data.ts";

/** The name under which approvals of calls of an MCP server pass the seam. */
export const MCP_APPROVAL = "mcp_approval";

/**
 * Approvals of the calls that the provider makes of MCP servers, as a tool that needs the approval of a person: so a
 * request for one is an event like any call of a tool, the policies of the run decide about it or a person does, and a
 * record holds the decision. The model never sees this tool.
 */
export function mcpApprovals(): Workbench {
  const approve = new FunctionTool({
    name: MCP_APPROVAL,
    description: "Lets the provider call a tool of an MCP server.",
    parameters: { type: "object", properties: {} },
    requiresApproval: true,
    repeat: "safe",
    execute: () => "approved",
  });
  return new StaticWorkbench({ tools: [approve] });
}

/** True for every workbench but that of {@link mcpApprovals}. */
export function isNotOfApprovals({ staticTools = [] }: Workbench): boolean {
  return staticTools.every(({ name }) => name !== MCP_APPROVAL);
}

/** The requests for approval among the items of an answer, as calls. */
export function approvalCalls(output: readonly JsonObject[] = []): readonly FunctionCall[] {
  const calls: FunctionCall[] = [];
  for (const item of output) {
    if (item["type"] !== "mcp_approval_request") continue;
    const args = { server_label: item["server_label"] ?? "", name: item["name"] ?? "", arguments: parsed(item) };
    calls.push({ id: textOf(item["id"]) ?? "", name: MCP_APPROVAL, arguments: JSON.stringify(args) });
  }
  return calls;
}

/** What the provider is told of a decision. */
export function approvalResponse({ callId, content, isError }: FunctionExecutionResult): JsonObject {
  const approve = isError !== true;
  return {
    type: "mcp_approval_response",
    approval_request_id: callId,
    approve,
    ...(approve ? {} : { reason: content }),
  };
}

function parsed(item: JsonObject): unknown {
  const text = textOf(item["arguments"]) ?? "";
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
