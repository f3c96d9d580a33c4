/** An agent with a tool. With a key it asks a real model; without one it runs offline, with answers written down. */
import { AssistantAgent } from "@tesserae/agentchat";
import { Console } from "@tesserae/agentchat/ui";
import { tool } from "@tesserae/core";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

const offline = scriptedModel(asks(["weather", { city: "Lisbon" }]), "In Lisbon it is 24 degrees and sunny.");

//#region agent
const weather = tool({
  name: "weather",
  description: "The present weather of a city.",
  parameters: z.object({ city: z.string() }),
  execute: async ({ city }) => `${city}: 24 degrees, sunny`,
});

const agent = new AssistantAgent({
  name: "assistant",
  modelClient: process.env["OPENAI_API_KEY"] === undefined ? offline : "openai/gpt-5-mini",
  tools: [weather],
  reflectOnToolUse: true,
});

await Console(agent.runStream("What is the weather in Lisbon?"));
//#endregion
