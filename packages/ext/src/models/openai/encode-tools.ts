import { type CreateOptions, type JsonObject, ValueError } from "@tesserae/core";
import type { OpenAIChatRequest, OpenAIChatTool } from "@tesserae/wire/openai-chat";
import { checkName } from "../shared/check-name.ts";
import { namedToolChoice, toolSchemaOf } from "../shared/tool-schema.ts";

/** A call's tools as the API has them. @throws ValueError for a name that is not valid. */
export function encodeTools(tools: NonNullable<CreateOptions["tools"]>): readonly OpenAIChatTool[] {
  return tools.map((tool) => {
    const { name, description, parameters, strict } = toolSchemaOf(tool);
    return {
      type: "function",
      function: {
        name: checkName(name, "name of a tool"),
        description: description ?? "",
        parameters: (parameters ?? {}) as JsonObject,
        strict: strict ?? false,
      },
    };
  });
}

/** The choice among a call's tools; `undefined` without tools. @throws ValueError for a tool that is not among them. */
export function encodeToolChoice(options: CreateOptions): OpenAIChatRequest["tool_choice"] | undefined {
  const choice = namedToolChoice(options);
  return typeof choice === "object" ? { type: "function", function: { name: choice.name } } : choice;
}

/**
 * Structured output with tools takes strict tools only: the API holds the answer to the schema whichever way the model
 * takes, and its libraries refuse others before they send anything.
 */
export function checkStrictTools(tools: readonly OpenAIChatTool[]): void {
  const loose = tools.filter((tool) => tool.function.strict !== true).map((tool) => tool.function.name);
  if (loose.length === 0) return;
  throw new ValueError(
    `Structured output was asked for together with tools that are not strict: ${loose.join(", ")}. ` +
      "Set strict: true on these tools (and additionalProperties: false in their parameters), or strict: false on the output's schema.",
  );
}
