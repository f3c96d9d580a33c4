import { isClaudeFamily, isGeminiFamily, isMistralFamily, ModelFamily } from "@tesserae/core";

/** How messages are written for a family of models behind OpenAI's protocol. */
export type Dialect = "base" | "gemini" | "claude" | "mistral";

const FAMILIES: readonly string[] = Object.values(ModelFamily);

/** The family whose rules are used: the model's own where it is known, else the longest known one that its name begins with. */
export function familyOf(model: string, family: string): string {
  if (family !== "unknown" && FAMILIES.includes(family)) return family;
  let found = "unknown";
  for (const known of FAMILIES) {
    if (known !== "unknown" && model.startsWith(known) && (found === "unknown" || known.length > found.length))
      found = known;
  }
  return found;
}

/** The rules for a family; OpenAI, Llama, R1 and unknown ones have the base set. */
export function dialectOf(family: string): Dialect {
  if (isGeminiFamily(family)) return "gemini";
  if (isClaudeFamily(family)) return "claude";
  return isMistralFamily(family) ? "mistral" : "base";
}
