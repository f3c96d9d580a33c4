/** A team as a tool: an editor orders a text, and gets what the last of the team says. */
import {
  AssistantAgent,
  RoundRobinGroupChat,
  SourceMatchTermination,
  TeamTool,
  messageText,
} from "@tesserae/agentchat";
import { asks, scriptedModel } from "./support/scripted-model.ts";

//#region team
const writer = new AssistantAgent({
  name: "writer",
  modelClient: scriptedModel("Azulejos are glazed tiles. They cover Lisbon, and came from Seville."),
  systemMessage: "Write a short text.",
});
const reviewer = new AssistantAgent({
  name: "reviewer",
  modelClient: scriptedModel("True. Say that they are painted."),
  systemMessage: "Say what is wrong with the text, or missing.",
});
const summarizer = new AssistantAgent({
  name: "summarizer",
  modelClient: scriptedModel("Azulejos: glazed, painted tiles of Lisbon, from Seville."),
  systemMessage: "Sum text and review up, in one sentence.",
});
const desk = new RoundRobinGroupChat({
  participants: [writer, reviewer, summarizer],
  terminationCondition: new SourceMatchTermination(["summarizer"]),
});
//#endregion

//#region tool
const writing = new TeamTool({
  team: desk,
  name: "writing_desk",
  description: "Writes a sentence about a subject, and reviews it.",
  returnValueAsLastMessage: true,
});
const modelClient = scriptedModel(asks(["writing_desk", { task: "Azulejos." }]), "Printed.");
const editor = new AssistantAgent({ name: "editor", modelClient, tools: [writing], reflectOnToolUse: true });

for await (const item of editor.runStream("A sentence about azulejos, please.")) {
  if (item.type !== "TaskResult") console.log(`${item.type}, ${item.source}: ${messageText(item)}`);
}
//#endregion
await desk.close();
