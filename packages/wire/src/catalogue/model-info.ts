/** What a model can do. */
export interface CatalogueModelInfo {
  /** Takes images. */
  readonly vision: boolean;
  /** Calls functions. */
  readonly functionCalling: boolean;
  /** Has a mode in which the answer is a JSON object. */
  readonly jsonOutput: boolean;
  /** Follows a JSON Schema in its answer. */
  readonly structuredOutput: boolean;
  /** Accepts system messages in several places of the conversation. */
  readonly multipleSystemMessages: boolean;
  /** A family of AutoGen's table of families, or `unknown`. */
  readonly family: string;
}

/** Makes an info from five flags in the order vision, functions, JSON, structured output, several system messages. */
export function flags(bits: string, family: string): CatalogueModelInfo {
  return {
    vision: bits[0] === "1",
    functionCalling: bits[1] === "1",
    jsonOutput: bits[2] === "1",
    structuredOutput: bits[3] === "1",
    multipleSystemMessages: bits[4] === "1",
    family,
  };
}
