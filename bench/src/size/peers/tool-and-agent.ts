import { ToolLoopAgent, tool } from "ai";
import { z } from "zod";

const parameters = z.object({ city: z.string(), days: z.number().int().optional() });

const weather = tool({
  description: "The weather of a city.",
  inputSchema: parameters,
  execute: async ({ city, days }) => `${city}: sunny for ${days ?? 1} days`,
});

/** One tool whose arguments are inferred, and one agent that has it. */
export const agent = new ToolLoopAgent({ model: "openai/gpt-5", tools: { weather } });
