import type { Protocol } from "@tesserae/wire";
import { canonicalHash } from "./canonical-hash.ts";
import { listAt, member, objectAt, textAt } from "./raw.ts";

/** A tool that an answer asks for, as an event names it. */
export interface RequestedToolCall {
  readonly id: string;
  readonly name: string;
  /** Of the arguments as canonical JSON: the same for the same call. */
  readonly args_hash: string;
  readonly args_bytes: number;
}

/** The tools that an answer asks for. */
export function toolCallsOf(protocol: Protocol | undefined, body: unknown): readonly RequestedToolCall[] {
  const calls: RequestedToolCall[] = [];
  const add = (id: unknown, name: unknown, args: unknown): void => {
    const text = typeof args === "string" ? args : (JSON.stringify(args) ?? "");
    calls.push({
      id: typeof id === "string" ? id : "",
      name: typeof name === "string" ? name : "",
      args_hash: canonicalHash(args ?? ""),
      args_bytes: Buffer.byteLength(text),
    });
  };
  switch (protocol) {
    case "anthropic":
      for (const block of listAt(body, "content")) {
        if (member(block, "type") === "tool_use")
          add(member(block, "id"), member(block, "name"), member(block, "input"));
      }
      break;
    case "openai-chat":
      for (const choice of listAt(body, "choices")) {
        for (const call of listAt(member(choice, "message"), "tool_calls")) {
          const what = member(call, "function") ?? member(call, "custom");
          add(member(call, "id"), member(what, "name"), member(what, "arguments") ?? member(what, "input"));
        }
      }
      break;
    case "openai-responses":
      for (const item of listAt(body, "output")) {
        const type = member(item, "type");
        if (type === "function_call") add(member(item, "call_id"), member(item, "name"), member(item, "arguments"));
        if (type === "custom_tool_call") add(member(item, "call_id"), member(item, "name"), member(item, "input"));
      }
      break;
    case "gemini":
      for (const part of listAt(objectAt(listAt(body, "candidates")[0], "content"), "parts")) {
        const call = objectAt(part, "functionCall");
        const name = textAt(call, "name");
        if (name !== undefined) add(member(call, "id"), name, member(call, "args"));
      }
      break;
    case "ollama":
      for (const call of listAt(member(body, "message"), "tool_calls")) {
        const what = member(call, "function");
        add(member(call, "id"), member(what, "name"), member(what, "arguments"));
      }
      break;
    case undefined:
  }
  return calls;
}
