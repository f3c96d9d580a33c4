import { isObject, ValueError } from "@tesserae/core";
import { warnOnce } from "../shared/warn.ts";
import { CALL_PARAMETERS } from "./call-parameters.ts";
import type { BaseOpenAIOptions } from "./options.ts";

const KNOWN: ReadonlySet<string> = new Set<string>([
  ...CALL_PARAMETERS.map(([key]) => key),
  ..."model apiKey timeout maxRetries defaultHeaders extraHeaders extraBody modelInfo modelCapabilities addNamePrefixes".split(
    " ",
  ),
  ..."includeNameInMessage reasoningInStream provider price fetch transport retry catalogue tokenizer logger".split(
    " ",
  ),
  ..."environment organization project baseUrl".split(" "),
  ..."azureEndpoint azureDeployment apiVersion azureAdToken azureAdTokenProvider".split(" "),
  // What only a call can say is refused elsewhere.
  ..."stream messages functionCall functions n".split(" "),
]);

/** Refuses options without a model. */
export function checkModel(options: unknown, name: string): void {
  const model = isObject(options) ? options["model"] : undefined;
  if (typeof model === "string" && model !== "") return;
  throw new ValueError(`${name} needs the option model: the name of a model, such as "gpt-4o".`);
}

/** Tells of options that nobody reads, which are nearly always misspelt. */
export function warnOfUnknownOptions(options: BaseOpenAIOptions, name: string): void {
  for (const key of Object.keys(options)) {
    if (KNOWN.has(key)) continue;
    const text = `${name} does not know the option "${key}": it is not sent. What only your server knows goes into extraBody.`;
    warnOnce("TESSERAE_UNKNOWN_OPTION", text);
  }
}
