/* An agent with a tool, in each of the teams. What the bundle, and the rows of the size suite, are measured of. */
import * as agentchat from "@tesserae/agentchat";
import { tool } from "@tesserae/core";

const weather = tool({
  name: "weather",
  description: "The weather of a city.",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  execute: ({ city }) => `${city}: sunny`,
});

/** Runs every team once. */
export async function run(modelClient, task) {
  const make = (name) => new agentchat.AssistantAgent({ name, modelClient, tools: [weather] });
  const participants = [make("one"), make("two")];
  const terminationCondition = new agentchat.MaxMessageTermination(5);
  await new agentchat.RoundRobinGroupChat({ participants, terminationCondition }).run(task);
  await new agentchat.SelectorGroupChat({ participants, terminationCondition, modelClient }).run(task);
}
