/** What a model can do. In component JSON the keys are snake_case. */
export interface ModelInfo {
  /** Takes images. */
  readonly vision: boolean;
  /** Calls functions. */
  readonly functionCalling: boolean;
  /** Has a mode in which the answer is a JSON object. */
  readonly jsonOutput: boolean;
  /** Follows a JSON Schema in its answer. */
  readonly structuredOutput: boolean;
  /** A family of the table `ModelFamily`, or any other string. */
  readonly family: string;
  /** Accepts system messages in several places of the conversation. */
  readonly multipleSystemMessages?: boolean | undefined;
  /** Tokens of input and output together. */
  readonly contextWindow?: number | undefined;
}
