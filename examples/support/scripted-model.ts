/** The model of the examples: it says what it is told to say, and asks for the tools that it is told to ask for. */
import { CreateResult } from "@tesserae/core";
import { ReplayChatCompletionClient } from "@tesserae/ext/models/replay";

/** What the model can do: without function calling an agent may have no tools. */
const CAPABLE = {
  vision: false,
  functionCalling: true,
  jsonOutput: true,
  structuredOutput: true,
  multipleSystemMessages: true,
  family: "unknown",
};

/** A model that gives these answers, one a call. */
export function scriptedModel(...answers: readonly (string | CreateResult)[]): ReplayChatCompletionClient {
  return new ReplayChatCompletionClient({ chatCompletions: answers, modelInfo: CAPABLE });
}

/** An answer that asks for tools: `asks(["forecast", { city: "Lisbon" }])`. */
export function asks(...calls: readonly (readonly [name: string, args: object])[]): CreateResult {
  return CreateResult({
    finishReason: "function_calls",
    content: calls.map(([name, args], index) => ({
      id: `call_${index + 1}`,
      name,
      arguments: JSON.stringify(args),
    })),
    usage: { promptTokens: 0, completionTokens: 0 },
  });
}
