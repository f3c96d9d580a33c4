/** The model of the examples that serve: it answers by what was said last, as often as it is asked. */
import type { ChatCompletionClient, CreateResult, LLMMessage } from "@tesserae/core";
import { ScriptedClient } from "@tesserae/core/testing";

/** What is said to something: the first rule whose pattern is in it. */
export type Rule = readonly [pattern: RegExp, answer: string | CreateResult];

/** A model that follows rules. */
export function ruleModel(...rules: readonly Rule[]): ChatCompletionClient {
  return new ScriptedClient((_options, { messages }) => {
    const last = textOf(messages.at(-1));
    return rules.find(([pattern]) => pattern.test(last))?.[1] ?? `I know nothing about "${last}".`;
  });
}

function textOf(message: LLMMessage | undefined): string {
  if (message === undefined) return "";
  return typeof message.content === "string" ? message.content : JSON.stringify(message.content);
}
