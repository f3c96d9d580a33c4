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

/** Options of a call that are looked at one by one, or that do not shape its answer. */
type ReadApart = "tools" | "toolChoice" | "jsonOutput" | "extraCreateArgs" | "signal" | "context" | "idempotencyKey";

/** All others, under the names that they have in the key: one that is added to calls must be added here. */
const OTHERS: Readonly<Record<Exclude<keyof CreateOptions, ReadApart>, string>> = {
  reasoningEffort: "reasoning_effort",
};

/**
 * The key of a request: 64 hexadecimal digits, equal for what is asked in the same way of the same model. Not in it are
 * keys, headers and addresses. Python AutoGen's keys are others: they lack the model and the choice of tools.
 */
export function cacheKey(
  client: ChatCompletionClient,
  namespace: string | undefined,
  messages: readonly LLMMessage[],
  options: CreateOptions,
): string {
  const { tools = [], toolChoice = "auto", jsonOutput, extraCreateArgs = {} } = options;
  const others = Object.entries(OTHERS).flatMap(([key, name]) => {
    const value: unknown = Reflect.get(options, key);
    return value === undefined ? [] : [[name, value]];
  });
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
      ...Object.fromEntries(others),
    }),
  };
  return sha256Hex(canonicalJson(request, { loneSurrogates: "escape", what: "the request" }));
}

/** Without members that are `undefined`. */
function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
