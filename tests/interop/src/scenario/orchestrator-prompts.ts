import { isObject, type Json } from "@tesserae/core";
import {
  DEFAULT_FINAL_ANSWER_PROMPT,
  factsPrompt,
  factsUpdatePrompt,
  planPrompt,
  planUpdatePrompt,
  progressPrompt,
  taskLedger,
} from "../../../../packages/agentchat/src/teams/magentic-one/prompts.ts";

/** Each prompt with marks in the place of what is filled in, and how it is put down, as in `orchestrator_prompts.py`. */
const PROMPTS: readonly (readonly [marked: string, neutral: string])[] = [
  [factsPrompt("<1>"), "[facts] task=<1>"],
  [planPrompt("<1>"), "[plan] team=<1>"],
  [taskLedger("<1>", "<2>", "<3>", "<4>"), "[ledger] task=<1> | team=<2> | facts=<3> | plan=<4>"],
  [progressPrompt("<1>", "<2>", ["<3>"]), "[progress] task=<1> | team=<2> | names=<3>"],
  [factsUpdatePrompt("<1>", "<2>"), "[facts again] task=<1> | facts=<2>"],
  [planUpdatePrompt("<1>"), "[plan again] team=<1>"],
  [DEFAULT_FINAL_ANSWER_PROMPT, "[answer]"],
];

const PATTERNS = PROMPTS.map(([marked, neutral]) => {
  const source = marked.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`).replaceAll(/<\d>/g, "([^]*?)");
  return { pattern: new RegExp(`^${source}$`), neutral };
});

/** The trace with the orchestrator's prompts put down as what is filled into them. */
export function withNeutralPrompts(json: Json): Json {
  if (typeof json === "string") return neutralPrompt(json);
  if (Array.isArray(json)) return json.map(withNeutralPrompts);
  if (!isObject(json)) return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, withNeutralPrompts(value)]));
}

function neutralPrompt(text: string): string {
  for (const { pattern, neutral } of PATTERNS) {
    const filled = pattern.exec(text);
    if (filled !== null) return neutral.replaceAll(/<(\d)>/g, (_, mark: string) => filled[Number(mark)] ?? "");
  }
  return text;
}
