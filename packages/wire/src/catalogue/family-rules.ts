/** A rule for models that no table names: what a name's beginning tells. */
export interface FamilyRule {
  readonly pattern: RegExp;
  /** Vision, functions, JSON, structured output, several system messages. */
  readonly flags: string;
  readonly family: string;
  readonly contextWindow: number;
}

const rule = (pattern: RegExp, flags: string, family: string, contextWindow: number): FamilyRule => ({
  pattern,
  flags,
  family,
  contextWindow,
});

/**
 * In order, the first that fits counts; names are in lower case and without a vendor in front.
 * Where generations differ, a rule says what its oldest member can do.
 */
export const FAMILY_RULES: readonly FamilyRule[] = [
  rule(/^gpt-oss/, "01111", "unknown", 131_072),
  rule(/^gpt-(4o-)?(mini-)?audio/, "01001", "gpt-4o", 128_000),
  rule(/^gpt-[5-9]/, "11111", "gpt-5", 400_000),
  rule(/^gpt-4\.1/, "11111", "gpt-41", 1_047_576),
  rule(/^gpt-4\.5/, "11111", "gpt-45", 128_000),
  rule(/^gpt-4o.*search/, "01111", "gpt-4o", 128_000),
  rule(/^gpt-4o/, "11111", "gpt-4o", 128_000),
  rule(/^chatgpt/, "10001", "gpt-4o", 128_000),
  rule(/^codex/, "11111", "o4", 200_000),
  rule(/^gpt-4-turbo/, "11101", "gpt-4", 128_000),
  rule(/^gpt-4/, "01101", "gpt-4", 8192),
  rule(/^gpt-3\.5/, "01101", "gpt-35", 16_385),
  rule(/^o1-mini/, "00001", "o1", 128_000),
  rule(/^o1/, "01011", "o1", 200_000),
  rule(/^o3-mini/, "01111", "o3", 200_000),
  rule(/^o3/, "11111", "o3", 200_000),
  rule(/^o4/, "11111", "o4", 200_000),
  rule(/^gemini-1\.5-pro/, "11110", "gemini-1.5-pro", 2_097_152),
  rule(/^gemini-1\.5/, "11110", "gemini-1.5-flash", 1_048_576),
  rule(/^gemini-2\.0/, "11110", "gemini-2.0-flash", 1_048_576),
  rule(/^gemini-[2-9].*pro/, "11110", "gemini-2.5-pro", 1_048_576),
  rule(/^gemini-([2-9]|flash|pro)/, "11110", "gemini-2.5-flash", 1_048_576),
  rule(/^claude-(2|instant)/, "00100", "unknown", 100_000),
  rule(/^claude-3-haiku/, "11100", "claude-3-haiku", 200_000),
  rule(/^claude-3-sonnet/, "11100", "claude-3-sonnet", 200_000),
  rule(/^claude-3-opus/, "11100", "claude-3-opus", 200_000),
  rule(/^claude-3[-.]5-haiku/, "11100", "claude-3-5-haiku", 200_000),
  rule(/^claude-3[-.]5-sonnet/, "11100", "claude-3-5-sonnet", 200_000),
  rule(/^claude-3[-.]7/, "11100", "claude-3-7-sonnet", 200_000),
  rule(/^claude-(opus-4|4-opus)(-0|-20\d{6})?$/, "11100", "claude-4-opus", 200_000),
  rule(/^claude-(sonnet-4|4-sonnet)(-0|-20\d{6})?$/, "11100", "claude-4-sonnet", 200_000),
  rule(/^claude-.*(opus|fable|mythos)/, "11110", "claude-4-opus", 200_000),
  rule(/^claude-/, "11110", "claude-4-sonnet", 200_000),
  rule(/^(meta-)?llama-?3\.3-8b/, "01101", "llama-3.3-8b", 128_000),
  rule(/^(meta-)?llama-?3\.3/, "01101", "llama-3.3-70b", 128_000),
  rule(/^llama-4-scout/, "11111", "llama-4-scout", 128_000),
  rule(/^llama-4/, "11111", "llama-4-maverick", 128_000),
  rule(/^open-codestral-mamba/, "01101", "open-codestral-mamba", 256_000),
  rule(/^codestral/, "01111", "codestral", 256_000),
  rule(/^ministral/, "01111", "ministral", 128_000),
  rule(/^pixtral/, "11111", "pixtral", 128_000),
  rule(/^(open-)?(mistral|mixtral|magistral|devstral)/, "01111", "mistral", 32_000),
  rule(/^deepseek-(r1|reasoner)/, "01101", "r1", 64_000),
  rule(/^deepseek/, "01101", "unknown", 64_000),
  rule(/^grok/, "01111", "unknown", 131_072),
];

/**
 * Names of the vendors' main lines, up to a date. All members of these lines that are on sale can do what the rule of
 * their family says, so a name that the price table has too is no guess. Lines with other uses (images, speech, search,
 * code, chat) are left out: they lack functions, or are offered by another protocol.
 */
export const CERTAIN_NAMES: Readonly<Record<"openai" | "anthropic", readonly RegExp[]>> = {
  openai: [/^gpt-5\.\d(-(mini|nano))?(-20\d\d-\d\d-\d\d)?$/, /^gemini-[23](\.\d)?-(pro|flash|flash-lite)(-preview)?$/],
  // Behind OpenAI's protocol Claude follows no schemas for certain.
  anthropic: [
    /^claude-(opus|sonnet|haiku|fable|mythos)-\d(-\d)?(-20\d{6}|-latest)?$/,
    /^claude-3-5-(sonnet|haiku)-(20\d{6}|latest)$/,
  ],
};

/** Facts that belong to a model whatever client it is called through. Absent: not known. */
export interface ModelTraits {
  /** The most tokens that one answer may have, its reasoning included. */
  readonly maxOutputTokens?: number;
  /** Reasons before it answers. */
  readonly reasoning?: boolean;
  /** The shortest prefix, in tokens, that the provider keeps in its cache. */
  readonly cacheMinTokens?: number;
  /** Takes marks of where a prefix ends that the cache is to keep (OpenAI). */
  readonly cacheBreakpoints?: boolean;
  /** The levels of effort that the provider's own parameter takes, where the model thinks as much as it finds right (Anthropic). */
  readonly efforts?: readonly string[];
  /** Takes recordings. */
  readonly audio?: boolean;
}

const EFFORTS: readonly string[] = ["low", "medium", "high", "max"];
const EFFORTS_SINCE_OPUS_4_7: readonly string[] = ["low", "medium", "high", "xhigh", "max"];

const traits = (pattern: RegExp, found: ModelTraits): readonly [RegExp, ModelTraits] => [pattern, found];

/**
 * In order; what an earlier line says counts. From the vendors' pages of models, and of prompt caching:
 * https://platform.openai.com/docs/models, https://docs.anthropic.com/en/docs/about-claude/models/overview,
 * https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching, https://ai.google.dev/gemini-api/docs/models,
 * https://platform.claude.com/docs/en/build-with-claude/effort; breakpoints from the types of OpenAI's SDK 6.49.
 */
export const TRAIT_RULES: readonly (readonly [RegExp, ModelTraits])[] = [
  traits(/^gpt-audio/, { maxOutputTokens: 16_384, reasoning: false }),
  traits(/^gpt-5.*chat/, { maxOutputTokens: 16_384, reasoning: false }),
  traits(/^gpt-(5\.([6-9]|\d\d)|[6-9])/, {
    maxOutputTokens: 128_000,
    reasoning: true,
    cacheMinTokens: 1024,
    cacheBreakpoints: true,
  }),
  traits(/^gpt-[5-9]/, { maxOutputTokens: 128_000, reasoning: true, cacheMinTokens: 1024 }),
  traits(/^gpt-4\.1/, { maxOutputTokens: 32_768, reasoning: false, cacheMinTokens: 1024 }),
  traits(/^gpt-4o-2024-05-13/, { maxOutputTokens: 4096, reasoning: false }),
  traits(/^(gpt-4o|gpt-4\.5|chatgpt-4o)/, { maxOutputTokens: 16_384, reasoning: false, cacheMinTokens: 1024 }),
  traits(/^gpt-4-(turbo|\d{4}-)/, { maxOutputTokens: 4096, reasoning: false }),
  traits(/^gpt-4/, { maxOutputTokens: 8192, reasoning: false }),
  traits(/^gpt-3\.5/, { maxOutputTokens: 4096, reasoning: false }),
  traits(/^o1-preview/, { maxOutputTokens: 32_768, reasoning: true, cacheMinTokens: 1024 }),
  traits(/^o1-mini/, { maxOutputTokens: 65_536, reasoning: true, cacheMinTokens: 1024 }),
  traits(/^o[134]/, { maxOutputTokens: 100_000, reasoning: true, cacheMinTokens: 1024 }),
  traits(/^claude-3-(haiku|sonnet|opus)/, { maxOutputTokens: 4096, reasoning: false }),
  traits(/^claude-3[-.]5/, { maxOutputTokens: 8192, reasoning: false }),
  traits(/^claude-3[-.]7/, { maxOutputTokens: 64_000, reasoning: true, cacheMinTokens: 1024 }),
  traits(/^claude-(opus|fable|mythos)-5/, {
    maxOutputTokens: 128_000,
    reasoning: true,
    cacheMinTokens: 512,
    efforts: EFFORTS_SINCE_OPUS_4_7,
  }),
  traits(/^claude-sonnet-5/, {
    maxOutputTokens: 128_000,
    reasoning: true,
    cacheMinTokens: 1024,
    efforts: EFFORTS_SINCE_OPUS_4_7,
  }),
  traits(/^claude-opus-4[-.]8/, {
    maxOutputTokens: 128_000,
    reasoning: true,
    cacheMinTokens: 1024,
    efforts: EFFORTS_SINCE_OPUS_4_7,
  }),
  traits(/^claude-opus-4[-.]7/, {
    maxOutputTokens: 128_000,
    reasoning: true,
    cacheMinTokens: 2048,
    efforts: EFFORTS_SINCE_OPUS_4_7,
  }),
  traits(/^claude-opus-4[-.]6/, {
    maxOutputTokens: 128_000,
    reasoning: true,
    cacheMinTokens: 4096,
    efforts: EFFORTS,
  }),
  traits(/^claude-opus-4[-.]5/, { maxOutputTokens: 64_000, reasoning: true, cacheMinTokens: 4096 }),
  traits(/^claude-(opus-4|4-opus)/, { maxOutputTokens: 32_000, reasoning: true, cacheMinTokens: 1024 }),
  traits(/^claude-sonnet-4[-.]6/, {
    maxOutputTokens: 64_000,
    reasoning: true,
    cacheMinTokens: 1024,
    efforts: EFFORTS,
  }),
  traits(/^claude-(sonnet-4|4-sonnet)/, { maxOutputTokens: 64_000, reasoning: true, cacheMinTokens: 1024 }),
  traits(/^claude-haiku-4/, { maxOutputTokens: 64_000, reasoning: true, cacheMinTokens: 4096 }),
  traits(/^gemini-(1\.5|2\.0)/, { maxOutputTokens: 8192, reasoning: false }),
  traits(/^gemini-[2-9].*pro/, { maxOutputTokens: 65_536, reasoning: true, cacheMinTokens: 4096 }),
  traits(/^gemini-[2-9]/, { maxOutputTokens: 65_536, reasoning: true, cacheMinTokens: 1024 }),
];

/** Names of models that take recordings, in every vendor's line of them. */
export const AUDIO_NAMES: RegExp = /audio|realtime|omni|voxtral|^gemini-/;

/** The vendors' lines of which no model takes recordings unless its name is one of {@link AUDIO_NAMES}. */
export const NAMES_WITHOUT_AUDIO: RegExp = /^(gpt|chatgpt|codex|claude|o\d)/;
