import { ValueError } from "../errors/kinds.ts";
import type { Json } from "../json.ts";

/**
 * Reads the JSON in a text that a model wrote: every fenced block (three backticks, with no language or `json`), or the
 * whole text when there is no block.
 *
 * @throws ValueError when a block names another language, or when what should be JSON is not.
 */
export function extractJsonFromStr(text: string): Json[] {
  const blocks = [...text.matchAll(/```(?:\s*([\w+-]+))?\n([\s\S]*?)```/g)];
  if (blocks.length === 0) return [parse(text, "the text")];
  return blocks.map(([, language, content = ""], index) => {
    if (language !== undefined && language.toLowerCase() !== "json") {
      throw new ValueError(`Expected JSON object, but found language: ${language}`);
    }
    return parse(content, `block ${index + 1}`);
  });
}

function parse(text: string, what: string): Json {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ValueError(`Expected ${what} to be JSON: ${reason}`, { cause });
  }
}
