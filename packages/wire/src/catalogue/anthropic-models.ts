/**
 * The models that AutoGen 0.7 knows through its Anthropic client: flags (vision, functions, JSON, structured output,
 * several system messages), family, and tokens of input and output together. Two things differ from AutoGen: Claude 3
 * has its own families, and models for which AutoGen names no limit have the 200,000 tokens of their generation.
 */
export const ANTHROPIC_MODELS: Readonly<
  Record<string, readonly [flags: string, family: string, contextWindow: number]>
> = {
  "claude-opus-4-20250514": ["11100", "claude-4-opus", 200000],
  "claude-opus-4-0": ["11100", "claude-4-opus", 200000],
  "claude-sonnet-4-20250514": ["11100", "claude-4-sonnet", 200000],
  "claude-sonnet-4-0": ["11100", "claude-4-sonnet", 200000],
  "claude-3-7-sonnet-20250219": ["11100", "claude-3-7-sonnet", 200000],
  "claude-3-7-sonnet-latest": ["11100", "claude-3-7-sonnet", 200000],
  "claude-3-opus-20240229": ["11100", "claude-3-opus", 200000],
  "claude-3-sonnet-20240229": ["11100", "claude-3-sonnet", 200000],
  "claude-3-haiku-20240307": ["11100", "claude-3-haiku", 200000],
  "claude-3-5-sonnet-20240620": ["11100", "claude-3-5-sonnet", 200000],
  "claude-instant-1.2": ["00100", "claude-3-5-sonnet", 100000],
  "claude-2.0": ["00100", "claude-3-5-sonnet", 100000],
  "claude-2.1": ["00100", "claude-3-5-sonnet", 200000],
};
