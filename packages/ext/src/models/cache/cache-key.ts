import {
  canonicalJson,
  llmMessageToJson,
  sha256Hex,
  type ChatCompletionClient,
  type CreateOptions,
  type JsonObject,
  type LLMMessage,
} from "@tesserae/core";

/** Another form of the key, or of what is kept under it, is another number: then old entries are not found. */
const FORMAT = 1;

/**
 * The key of a request: 64 hexadecimal digits, equal for what is asked in the same way of the same model. Not in it are
 * keys, headers and addresses. Python AutoGen's keys are others: they lack the model and the choice of tools.
 */
export function cacheKey(
  client: ChatCompletionClient,
  namespace: string | undefined,
  messages: readonly LLMMessage[],
  { tools = [], toolChoice = "auto", jsonOutput, reasoningEffort, extraCreateArgs = {} }: CreateOptions,
): string {
  const request = {
    format: FORMAT,
    namespace: namespace ?? null,
    provider: client.provider ?? null,
    model: client.model,
    messages: messages.map(llmMessageToJson),
    tools: tools.map((tool) => plain("schema" in tool ? tool.schema : tool)),
    tool_choice: typeof toolChoice === "string" ? toolChoice : { name: toolChoice.name },
    json_output: typeof jsonOutput === "object" ? plain(jsonOutput) : (jsonOutput ?? null),
    // The client's own parameters shape the answer as much as those of the call.
    parameters: plain({
      ...client.requestDefaults,
      ...extraCreateArgs,
      ...(reasoningEffort === undefined ? {} : { reasoning_effort: reasoningEffort }),
    }),
  };
  return sha256Hex(canonicalJson(request, { loneSurrogates: "escape", what: "the request" }));
}

/** Without members that are `undefined`. */
function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
