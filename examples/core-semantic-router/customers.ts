/** Who asks what, and what the model of the example takes it for. */
import type { ChatCompletionClient } from "@tesserae/core";
import { scriptedModel } from "../support/scripted-model.ts";

export const QUESTIONS: Readonly<Record<string, string>> = {
  anna: "I paid twice.",
  ben: "Where are my tiles?",
  carl: "I am angry.",
};

const INTENTS: Readonly<Record<string, string>> = { anna: "finance", ben: "delivery", carl: "the manager" };

/** The model of the router of one customer. */
export function modelFor(customer: string): ChatCompletionClient {
  return scriptedModel(INTENTS[customer] ?? "");
}
