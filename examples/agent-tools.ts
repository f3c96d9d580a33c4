/** An agent as a tool of another, and a team as one: the editor asks a poet, then a proof-reading desk. */
import { AgentTool, AssistantAgent, RoundRobinGroupChat, TeamTool, messageText } from "@tesserae/agentchat";
import { asks, scriptedModel } from "./support/scripted-model.ts";

const poet = new AssistantAgent({
  name: "poet",
  description: "Writes short poems.",
  modelClient: scriptedModel("Small tiles in a row."),
});
const desk = new RoundRobinGroupChat({
  participants: [
    new AssistantAgent({ name: "speller", modelClient: scriptedModel("No mistakes.") }),
    new AssistantAgent({ name: "typesetter", modelClient: scriptedModel("Set: SMALL TILES IN A ROW.") }),
  ],
  maxTurns: 2,
});

//#region tools
const editor = new AssistantAgent({
  name: "editor",
  modelClient: scriptedModel(
    asks(["poet", { task: "A line about tiles." }]),
    asks(["proof_reading", { task: "Small tiles in a row." }]),
    "Ready to print.",
  ),
  tools: [
    new AgentTool({ agent: poet }),
    new TeamTool({
      team: desk,
      name: "proof_reading",
      description: "Reads proofs and sets type.",
      returnValueAsLastMessage: true,
    }),
  ],
  maxToolIterations: 3,
});

const { messages } = await editor.run("Print a line about tiles.");
for (const message of messages) console.log(`${message.source}: ${messageText(message)}`);
//#endregion
