import type { CodeBlock } from "@tesserae/core";

/**
 * The fenced code blocks of a text in one of the languages (upper and lower case alike, the whole tag). Blocks without
 * a language or in another one are left out. The language keeps its spelling, the code its last newline.
 */
export function extractCodeBlocks(text: string, languages: readonly string[]): readonly CodeBlock[] {
  const names = languages.map((language) => language.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)).join("|");
  const fence = new RegExp(`\`\`\`(?:[ \\t]*)(${names})[ \\t]*\\r?\\n([\\s\\S]*?)\`\`\``, "gi");
  return Array.from(text.matchAll(fence), ([, language = "", code = ""]) => ({ code, language }));
}
