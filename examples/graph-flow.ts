/** A graph: two reviewers look at a draft at once, and the writer tries again until both agree. */
import { AssistantAgent, DiGraphBuilder, GraphFlow, messageText } from "@tesserae/agentchat";
import { scriptedModel } from "./support/scripted-model.ts";

const writer = new AssistantAgent({ name: "writer", modelClient: scriptedModel("A first draft.", "A second draft.") });
const grammar = new AssistantAgent({ name: "grammar", modelClient: scriptedModel("Fine.", "Fine.") });
const style = new AssistantAgent({ name: "style", modelClient: scriptedModel("Too stiff.", "Lively.") });
const editor = new AssistantAgent({
  name: "editor",
  modelClient: scriptedModel("AGAIN, less stiff.", "PRINT the second draft."),
});
const printer = new AssistantAgent({ name: "printer", modelClient: scriptedModel("Printed.") });

//#region graph
const builder = new DiGraphBuilder();
for (const agent of [writer, grammar, style, editor, printer]) builder.addNode(agent);
builder
  .setEntryPoint(writer)
  .addEdge(writer, grammar)
  .addEdge(writer, style)
  .addEdge(grammar, editor)
  .addEdge(style, editor)
  .addEdge(editor, writer, { condition: "AGAIN" })
  .addEdge(editor, printer, { condition: "PRINT" });

const team = new GraphFlow({ participants: builder.getParticipants(), graph: builder.build(), maxTurns: 20 });
//#endregion

const { messages, stopReason } = await team.run("A text about tiles.");
for (const message of messages) console.log(`${message.source}: ${messageText(message)}`);
console.log(stopReason);
