import { objectOf, textOf, type Json, type RawObject } from "../json.ts";
import type { ProviderData } from "../response/assembled-response.ts";

/** A block of an answer while it grows; its members are the provider's own. */
export type OpenBlock = Record<string, unknown>;

/** The answer's own blocks, which an encoder sends back unchanged in place of what it would make of text and calls. */
export interface AnthropicProviderData {
  readonly content: Json;
  /** The container of the code execution tool, to be named in the next request. */
  readonly container?: string;
}

/**
 * What must be kept of an answer's blocks; `undefined` where text and tool calls say it all.
 * Signed thinking counts only as a whole: one lost or changed block and the provider refuses the next request.
 */
export function providerDataOf(blocks: readonly RawObject[], container: unknown): ProviderData | undefined {
  const id = textOf(objectOf(container)["id"]);
  if (blocks.every(isPlain) && id === "") return undefined;
  const data: AnthropicProviderData = { content: blocks as Json, ...(id === "" ? {} : { container: id }) };
  return { protocol: "anthropic", data: { ...data } };
}

/** True for kinds of blocks that are carried along without being read: thinking that is hidden, and the provider's tools. */
export function isOpaqueBlock(type: string): boolean {
  return OPAQUE.has(type) || type.endsWith("_tool_result");
}

const OPAQUE: ReadonlySet<string> = new Set([
  "redacted_thinking",
  "server_tool_use",
  "mcp_tool_use",
  "container_upload",
  "compaction",
  "fallback",
]);

function isPlain(block: RawObject): boolean {
  if (block["type"] === "text") return !Array.isArray(block["citations"]) || block["citations"].length === 0;
  return block["type"] === "tool_use";
}
