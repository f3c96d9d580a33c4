import type { Protocol } from "@tesserae/wire";
import { shortHash } from "./canonical-hash.ts";
import { listAt, member, objectAt } from "./raw.ts";

/** The answer of a tool that a request carries, as an event names it. */
export interface SentToolResult {
  readonly id: string;
  readonly name?: string;
  readonly bytes: number;
  readonly is_error: boolean;
  readonly hash: string;
}

/** What every request with results of tools holds somewhere: without it the body need not be parsed. */
const MARKS: Readonly<Record<Protocol, string>> = {
  anthropic: '"tool_result"',
  "openai-chat": '"tool_call_id"',
  "openai-responses": "_call_output",
  gemini: '"functionResponse"',
  ollama: '"tool"',
};

/** Whether a request's text can hold results of tools. */
export function mayHoldToolResults(protocol: Protocol, text: string): boolean {
  return text.includes(MARKS[protocol]);
}

/** The results of tools in a request, in its order. */
export function toolResultsOf(protocol: Protocol, request: unknown): readonly SentToolResult[] {
  const results: SentToolResult[] = [];
  const add = (id: unknown, content: unknown, isError: unknown, name?: unknown): void => {
    const text = typeof content === "string" ? content : (JSON.stringify(content) ?? "");
    results.push({
      id: typeof id === "string" ? id : "",
      ...(typeof name === "string" ? { name } : {}),
      bytes: Buffer.byteLength(text),
      is_error: isError === true,
      hash: shortHash(text),
    });
  };
  switch (protocol) {
    case "anthropic":
      for (const message of listAt(request, "messages")) {
        for (const block of listAt(message, "content")) {
          if (member(block, "type") !== "tool_result") continue;
          add(member(block, "tool_use_id"), member(block, "content"), member(block, "is_error"));
        }
      }
      break;
    case "openai-chat":
    case "ollama":
      for (const message of listAt(request, "messages")) {
        if (member(message, "role") !== "tool") continue;
        const name = member(message, "tool_name") ?? member(message, "name");
        add(member(message, "tool_call_id"), member(message, "content"), false, name);
      }
      break;
    case "openai-responses":
      for (const item of listAt(request, "input")) {
        const type = member(item, "type");
        if (type !== "function_call_output" && type !== "custom_tool_call_output") continue;
        add(member(item, "call_id"), member(item, "output"), false);
      }
      break;
    case "gemini":
      for (const content of listAt(request, "contents")) {
        for (const part of listAt(content, "parts")) {
          if (member(part, "functionResponse") === undefined) continue;
          const answer = objectAt(part, "functionResponse");
          const response = member(answer, "response");
          add(member(answer, "id"), response, member(response, "error") !== undefined, member(answer, "name"));
        }
      }
  }
  return results;
}
