/** The model families of AutoGen, by the name of its constants. Any other string is a legal family too. */
export const ModelFamily = {
  GPT_5: "gpt-5",
  GPT_41: "gpt-41",
  GPT_45: "gpt-45",
  GPT_4O: "gpt-4o",
  O1: "o1",
  O3: "o3",
  O4: "o4",
  GPT_4: "gpt-4",
  GPT_35: "gpt-35",
  R1: "r1",
  GEMINI_1_5_FLASH: "gemini-1.5-flash",
  GEMINI_1_5_PRO: "gemini-1.5-pro",
  GEMINI_2_0_FLASH: "gemini-2.0-flash",
  GEMINI_2_5_PRO: "gemini-2.5-pro",
  GEMINI_2_5_FLASH: "gemini-2.5-flash",
  CLAUDE_3_HAIKU: "claude-3-haiku",
  CLAUDE_3_SONNET: "claude-3-sonnet",
  CLAUDE_3_OPUS: "claude-3-opus",
  CLAUDE_3_5_HAIKU: "claude-3-5-haiku",
  CLAUDE_3_5_SONNET: "claude-3-5-sonnet",
  CLAUDE_3_7_SONNET: "claude-3-7-sonnet",
  CLAUDE_4_OPUS: "claude-4-opus",
  CLAUDE_4_SONNET: "claude-4-sonnet",
  LLAMA_3_3_8B: "llama-3.3-8b",
  LLAMA_3_3_70B: "llama-3.3-70b",
  LLAMA_4_SCOUT: "llama-4-scout",
  LLAMA_4_MAVERICK: "llama-4-maverick",
  CODESTRAL: "codestral",
  OPEN_CODESTRAL_MAMBA: "open-codestral-mamba",
  MISTRAL: "mistral",
  MINISTRAL: "ministral",
  PIXTRAL: "pixtral",
  UNKNOWN: "unknown",
  /** AutoGen's spelling of {@link ModelFamily.CODESTRAL}. */
  CODESRAL: "codestral",
  /** AutoGen's spelling of {@link ModelFamily.OPEN_CODESTRAL_MAMBA}. */
  OPEN_CODESRAL_MAMBA: "open-codestral-mamba",
} as const;

const OPENAI: readonly string[] = ["gpt-5", "gpt-41", "gpt-45", "gpt-4o", "o1", "o3", "o4", "gpt-4", "gpt-35"];
const MISTRAL: readonly string[] = ["codestral", "open-codestral-mamba", "mistral", "ministral", "pixtral"];
const FAMILIES: readonly string[] = /* @__PURE__ */ Object.values(ModelFamily);

/** True for the families of Anthropic's Claude. */
export function isClaudeFamily(family: string): boolean {
  return family.startsWith("claude-") && FAMILIES.includes(family);
}

/** True for the families of Google's Gemini. */
export function isGeminiFamily(family: string): boolean {
  return family.startsWith("gemini-") && FAMILIES.includes(family);
}

/** True for the families of OpenAI's models; `r1` is not one of them. */
export function isOpenAIFamily(family: string): boolean {
  return OPENAI.includes(family);
}

/** True for the families of Meta's Llama. */
export function isLlamaFamily(family: string): boolean {
  return family.startsWith("llama-") && FAMILIES.includes(family);
}

/** True for the families of Mistral's models. */
export function isMistralFamily(family: string): boolean {
  return MISTRAL.includes(family);
}
