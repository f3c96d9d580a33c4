/** A pipeline as a swarm: planner → researcher → writer → planner, each handing on what is to be done next. */
import { AssistantAgent, Handoff, Swarm, TextMentionTermination, messageText } from "@tesserae/agentchat";
import { tool } from "@tesserae/core";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

const archive = tool({
  name: "archive",
  description: "Searches the archive.",
  parameters: z.object({ query: z.string() }),
  execute: ({ query }) => `${query}: made in Seville since 1500`,
});

//#region pipeline
const planner = new AssistantAgent({
  name: "planner",
  modelClient: scriptedModel(asks(["transfer_to_researcher", {}]), "Good. TERMINATE"),
  systemMessage: "Have facts looked up, then a text written, and say TERMINATE when it is good.",
  handoffs: [new Handoff({ target: "researcher", message: "Find out where azulejos come from." })],
});
const researcher = new AssistantAgent({
  name: "researcher",
  modelClient: scriptedModel(asks(["archive", { query: "azulejos" }]), asks(["transfer_to_writer", {}])),
  tools: [archive],
  handoffs: [new Handoff({ target: "writer", message: "The facts are there. Write a sentence." })],
});
const writer = new AssistantAgent({
  name: "writer",
  modelClient: scriptedModel("Azulejos came from Seville.", asks(["back_to_planner", {}])),
  handoffs: [new Handoff({ target: "planner", name: "back_to_planner", message: "The text is written." })],
});

const team = new Swarm({
  participants: [planner, researcher, writer],
  terminationCondition: new TextMentionTermination("TERMINATE", { sources: ["planner"] }),
});
const { messages, stopReason } = await team.run("A sentence about azulejos.");
//#endregion

for (const message of messages) {
  if (message.type === "HandoffMessage") console.log(`${message.source} → ${message.target}: ${message.content}`);
  else if (!message.type.endsWith("Event")) console.log(`${message.source}: ${messageText(message)}`);
}
console.log(stopReason);
await team.close();
