import {
  type ContentPart,
  type CreateOptions,
  type LLMMessage,
  type ModelInfo,
  partKind,
  ValueError,
} from "@tesserae/core";
import { toolSchemaOf } from "./tool-schema.ts";

/**
 * Refuses what the model cannot do, before anything is sent. `ValueError` names what is missing in the model info; of the
 * flags that may be absent only `false` refuses.
 */
export function checkCapabilities(
  model: string,
  info: ModelInfo,
  messages: readonly LLMMessage[],
  { tools = [], jsonOutput, reasoningEffort = "none" }: CreateOptions,
): void {
  if (!info.vision && hasPart(messages, "image")) refuse(model, "does not take images", "vision");
  if (info.files === false && hasPart(messages, "file")) refuseInput(model, "does not take files", "files");
  if (info.audio === false && hasPart(messages, "audio")) refuseInput(model, "does not take recordings", "audio");
  if (info.reasoning === false && reasoningEffort !== "none") throw noReasoning(model, reasoningEffort);
  if (!info.functionCalling && tools.some((tool) => toolSchemaOf(tool).provider === undefined)) {
    refuse(model, "does not call functions", "functionCalling");
  }
  if (jsonOutput === true && !info.jsonOutput) refuse(model, "has no JSON mode", "jsonOutput");
  if (typeof jsonOutput === "object" && !info.structuredOutput) {
    refuse(model, "does not follow a JSON Schema in its answer", "structuredOutput");
  }
}

/** The error for a model that is to reason and does not. */
export function noReasoning(model: string, effort: string): ValueError {
  const what = `does not reason, so it takes no reasoning effort ("${effort}")`;
  return new ValueError(textOf(model, what, "reasoning"), { code: "ERR_UNSUPPORTED_INPUT" });
}

function hasPart(messages: readonly LLMMessage[], kind: string): boolean {
  const isOfKind = (part: ContentPart): boolean => typeof part !== "string" && partKind(part) === kind;
  return messages.some(
    (message) =>
      message.type === "UserMessage" && typeof message.content !== "string" && message.content.some(isOfKind),
  );
}

function refuse(model: string, what: string, flag: string): never {
  throw new ValueError(textOf(model, what, flag));
}

function refuseInput(model: string, what: string, flag: string): never {
  throw new ValueError(textOf(model, what, flag), { code: "ERR_UNSUPPORTED_INPUT" });
}

function textOf(model: string, what: string, flag: string): string {
  return `The model "${model}" ${what}. If it does, say so in its model info: ${flag}.`;
}
