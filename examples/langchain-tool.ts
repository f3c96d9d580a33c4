/** A tool of LangChain.js for an agent: the average age of the passengers of a ship. */
import { DynamicStructuredTool } from "@langchain/core/tools";
import { AssistantAgent, messageText } from "@tesserae/agentchat";
import { LangChainToolAdapter } from "@tesserae/ext/tools/langchain";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

//#region tool
const passengers = [
  { name: "Ada", age: 36, cabin: "first" },
  { name: "Bo", age: 24, cabin: "third" },
  { name: "Cleo", age: 51, cabin: "first" },
];

const averageAge = new DynamicStructuredTool({
  name: "average_age",
  description: "The average age of the passengers, of all cabins or of one.",
  schema: z.object({ cabin: z.enum(["first", "second", "third"]).optional() }),
  func: async ({ cabin }) => {
    const ages = passengers.filter((each) => cabin === undefined || each.cabin === cabin).map(({ age }) => age);
    return ages.reduce((sum, age) => sum + age, 0) / ages.length;
  },
});
//#endregion

const modelClient = scriptedModel(
  asks(["average_age", {}], ["average_age", { cabin: "first" }]),
  "37, and 43.5 in first.",
);

//#region agent
const analyst = new AssistantAgent({
  name: "analyst",
  modelClient,
  tools: [new LangChainToolAdapter(averageAge, { repeat: "safe" })],
  reflectOnToolUse: true,
});
//#endregion

const { messages } = await analyst.run("What is the average age of the passengers?");
for (const message of messages) console.log(`${message.source}: ${messageText(message)}`);
