import { isObject } from "@tesserae/core";
import type { OpenAIChatTool } from "@tesserae/wire/openai-chat";

/** Counts the tokens of a text. */
export type CountText = (text: string) => number;

/**
 * The tokens of tools by the formula that AutoGen took from OpenAI's cookbook. What the formula does not foresee
 * (a union without types, a list of types, numbers as choices) counts as its JSON text.
 */
export function countToolTokens(tools: readonly OpenAIChatTool[], count: CountText): number {
  if (tools.length === 0) return 0;
  return tools.reduce((sum, tool) => sum + tokensOfTool(tool, count), 12);
}

function tokensOfTool({ function: { name, description = "", parameters } }: OpenAIChatTool, count: CountText): number {
  let tokens = count(name) + count(description) - 2;
  const properties = parameters?.["properties"];
  if (!isObject(properties)) return tokens;
  const names = Object.keys(properties);
  for (const property of names) tokens += count(property) + tokensOfProperty(properties[property], count);
  return tokens + (names.length === 0 ? 9 : 11);
}

function tokensOfProperty(schema: unknown, count: CountText): number {
  if (!isObject(schema)) return count(textOf(schema));
  let tokens = 0;
  for (const [field, value] of Object.entries(schema)) tokens += tokensOfField(field, value, count);
  return tokens;
}

function tokensOfField(field: string, value: unknown, count: CountText): number {
  switch (field) {
    case "type":
    case "description":
    case "title":
      return 2 + count(textOf(value));
    case "default":
      return 2 + count(JSON.stringify(value) ?? "");
    case "anyOf":
      return listed(value, (branch) => count(textOf(isObject(branch) ? (branch["type"] ?? branch) : branch)));
    case "enum":
      return listed(value, (choice) => count(textOf(choice)));
    default:
      return 0;
  }
}

function listed(value: unknown, tokensOf: (item: unknown) => number): number {
  if (!Array.isArray(value)) return 0;
  return value.reduce<number>((sum, item) => sum + 3 + tokensOf(item), -3);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
