import { ValueError, imageToDataUri } from "@tesserae/core";
import type { StreamItem } from "../messages/types.ts";
import type { V02Message, V02Role } from "./v02-message.ts";

/**
 * The message as AutoGen 0.2 has it.
 *
 * Stop, handoff and summary messages become text; what a handoff or a summary holds beside it is left out.
 * @param role of text and images; calls are always the assistant's, results the tool's.
 * @param imageDetail how closely a model looks at images.
 * @throws ValueError for a message that 0.2 has nothing for; it names the type.
 */
export function toV02Message(
  message: StreamItem,
  role: V02Role,
  imageDetail: "auto" | "high" | "low" = "auto",
): V02Message {
  const name = message.source;
  switch (message.type) {
    case "TextMessage":
    case "StopMessage":
    case "HandoffMessage":
    case "ToolCallSummaryMessage":
      return { content: message.content, role, name };
    case "MultiModalMessage":
      return {
        content: message.content.map((part) => {
          if (typeof part === "string") return { type: "text", text: part };
          if (part.type !== "Image") throw new ValueError("AutoGen 0.2 has no messages with files, only with images.");
          return { type: "image_url", image_url: { url: imageToDataUri(part), detail: imageDetail } };
        }),
        role,
        name,
      };
    case "ToolCallRequestEvent":
      return {
        tool_calls: message.content.map((call) => ({
          id: call.id,
          type: "function",
          function: { name: call.name, arguments: call.arguments },
        })),
        role: "assistant",
        content: null,
        name,
      };
    case "ToolCallExecutionEvent":
      return {
        tool_responses: message.content.map((result) => ({
          tool_call_id: result.callId,
          role: "tool",
          content: result.content,
          name: result.name,
        })),
        role: "tool",
        content: message.content.map(({ content }) => content).join("\n\n"),
        name,
      };
    default:
      throw new ValueError(
        `AutoGen 0.2 has no message for a ${message.type}. Text, images, tool calls and their results can be converted.`,
      );
  }
}
