import type { RawObject } from "@tesserae/wire";
import { listOf, objectOf, textOf } from "../../tags/json-shape.ts";

/** A piece of a message, whatever provider it is of. */
export interface Block {
  readonly kind: "text" | "thinking" | "call" | "result" | "other";
  /** What is called, what a result answers, or what kind of piece this is. */
  readonly label: string;
  readonly text: string;
}

/** The pieces of a message's content: text, or a list of parts in any provider's form. */
export function blocksOfContent(content: unknown): Block[] {
  if (typeof content === "string") return content === "" ? [] : [{ kind: "text", label: "", text: content }];
  return listOf(content).flatMap((part) =>
    typeof part === "string" ? blocksOfContent(part) : blocksOfPart(objectOf(part)),
  );
}

/** One part of a message. */
export function blocksOfPart(part: RawObject): Block[] {
  const type = textOf(part["type"]);
  if (isRaw(part["functionCall"])) return [callBlock(part["functionCall"]["name"], part["functionCall"]["args"])];
  if (isRaw(part["functionResponse"])) {
    return [
      {
        kind: "result",
        label: textOf(part["functionResponse"]["name"]),
        text: pretty(part["functionResponse"]["response"]),
      },
    ];
  }
  if (part["thought"] === true) return [{ kind: "thinking", label: "", text: textOf(part["text"]) }];
  switch (type) {
    case "thinking":
      return [
        {
          kind: "thinking",
          label: "",
          text: typeof part["thinking"] === "string" ? part["thinking"] : flat(part["thinking"]),
        },
      ];
    case "redacted_thinking":
      return [{ kind: "thinking", label: "", text: "(redacted by the provider)" }];
    case "reasoning":
      return [
        {
          kind: "thinking",
          label: "",
          text: flat(part["summary"]) || flat(part["content"]) || "(not shown by the provider)",
        },
      ];
    case "tool_use":
    case "server_tool_use":
    case "mcp_tool_use":
      return [callBlock(part["name"], part["input"])];
    case "function_call":
    case "custom_tool_call":
      return [callBlock(part["name"], part["arguments"] ?? part["input"])];
    case "tool_result":
      return [{ kind: "result", label: textOf(part["tool_use_id"]), text: flat(part["content"]) }];
    case "function_call_output":
      return [{ kind: "result", label: textOf(part["call_id"]), text: flat(part["output"]) }];
    case "refusal":
      return [{ kind: "other", label: "refusal", text: textOf(part["refusal"]) }];
  }
  if (typeof part["text"] === "string") return [{ kind: "text", label: "", text: part["text"] }];
  return [{ kind: "other", label: type || Object.keys(part).slice(0, 3).join(", "), text: "" }];
}

/** A call `{function: {name, arguments}}`, or `{name, arguments}`. */
export function callOf(call: RawObject): Block {
  const inner = isRaw(call["function"]) ? call["function"] : isRaw(call["custom"]) ? call["custom"] : call;
  return callBlock(inner["name"], inner["arguments"] ?? inner["input"] ?? inner["parameters"]);
}

function callBlock(name: unknown, input: unknown): Block {
  return { kind: "call", label: textOf(name), text: pretty(input) };
}

/** Arguments with line breaks; text that is JSON is shown as JSON. */
function pretty(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value !== "string") return JSON.stringify(value, undefined, 2) ?? "";
  try {
    return JSON.stringify(JSON.parse(value), undefined, 2);
  } catch {
    return value;
  }
}

/** All text of a content. */
function flat(content: unknown): string {
  return blocksOfContent(content)
    .map(({ kind, label, text }) => (kind === "other" && text === "" ? `[${label}]` : text))
    .join("\n");
}

function isRaw(value: unknown): value is RawObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
