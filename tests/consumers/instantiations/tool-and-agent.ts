import { AssistantAgent } from "@tesserae/agentchat";
import { tool } from "@tesserae/core";
import { z } from "zod";

const parameters = z.object({ city: z.string(), days: z.number().int().optional() });

const weather = tool({
  name: "weather",
  description: "The weather of a city.",
  parameters,
  execute: async ({ city, days }) => `${city}: sunny for ${days ?? 1} days`,
});

/** One tool whose arguments are inferred, and one agent that has it. */
export const agent = new AssistantAgent({ name: "assistant", modelClient: "openai/gpt-5", tools: [weather] });
