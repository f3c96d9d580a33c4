/** A tool loop that is steered: what holds for one model call, and when the loop ends. */
import { AssistantAgent, hasToolCall, messageText, stepCountIs } from "@tesserae/agentchat";
import { tool } from "@tesserae/core";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

const stock = tool({
  name: "stock",
  description: "How many of an article are there.",
  parameters: z.object({ article: z.string() }),
  execute: ({ article }) => `${article}: 12`,
});
const finish = tool({
  name: "finish",
  description: "Ends the work.",
  parameters: z.object({ words: z.string() }),
  execute: ({ words }) => words,
});
const modelClient = scriptedModel(
  asks(["stock", { article: "grout" }], ["stock", { article: "tiles" }]),
  asks(["finish", { words: "Enough of both." }]),
);

//#region loop
const planner = new AssistantAgent({
  name: "planner",
  modelClient,
  tools: [stock, finish],
  stopWhen: [hasToolCall("finish"), stepCountIs(5)],
  prepareStep: ({ stepNumber, steps, tools }) => {
    const calls = steps.flatMap(({ toolCalls }) => toolCalls);
    console.log(`step ${stepNumber}: ${calls.length} calls so far, ${tools.length} tools`);
    return stepNumber === 0 ? { activeTools: ["stock"], toolChoice: "required" } : undefined;
  },
});
const { messages } = await planner.run("Is there enough for the bath?");
//#endregion
const last = messages.at(-1);
console.log(last === undefined ? "" : messageText(last));
