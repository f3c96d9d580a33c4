import { type CreateOptions, isImage, type LLMMessage, type ModelInfo, ValueError } from "@tesserae/core";

/** Refuses what the model cannot do, before anything is sent. `ValueError` names what is missing in the model info. */
export function checkCapabilities(
  model: string,
  info: ModelInfo,
  messages: readonly LLMMessage[],
  { tools = [], jsonOutput }: CreateOptions,
): void {
  if (!info.vision && messages.some(hasImage)) refuse(model, "does not take images", "vision");
  if (!info.functionCalling && tools.length > 0) refuse(model, "does not call functions", "functionCalling");
  if (jsonOutput === true && !info.jsonOutput) refuse(model, "has no JSON mode", "jsonOutput");
  if (typeof jsonOutput === "object" && !info.structuredOutput) {
    refuse(model, "does not follow a JSON Schema in its answer", "structuredOutput");
  }
}

function hasImage(message: LLMMessage): boolean {
  return message.type === "UserMessage" && typeof message.content !== "string" && message.content.some(isImage);
}

function refuse(model: string, what: string, flag: string): never {
  throw new ValueError(`The model "${model}" ${what}. If it does, say so in its model info: ${flag}.`);
}
