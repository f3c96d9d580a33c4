/** A loop in a graph, and a last agent who does not see the drafts: a filter shows it the task and the last review only. */
import { AssistantAgent, DiGraphBuilder, GraphFlow, MessageFilterAgent, messageText } from "@tesserae/agentchat";
import { scriptedModel } from "./support/scripted-model.ts";

const generator = new AssistantAgent({
  name: "generator",
  modelClient: scriptedModel("Tiles in the sun.", "Tiles that keep the sun until night."),
});
const reviewer = new AssistantAgent({
  name: "reviewer",
  modelClient: scriptedModel("REVISE: what do they do?", "APPROVE: they keep it."),
});
const summaries = scriptedModel("A slogan was made; it says what tiles do with the sun.");
const summarizer = new AssistantAgent({ name: "summarizer", modelClient: summaries, systemMessage: null });

//#region graph
const filtered = new MessageFilterAgent({
  name: "summarizer",
  wrappedAgent: summarizer,
  filter: {
    perSource: [
      { source: "user", position: "first", count: 1 },
      { source: "reviewer", position: "last", count: 1 },
    ],
  },
});

const builder = new DiGraphBuilder();
builder.addNode(generator).addNode(reviewer).addNode(filtered);
builder
  .setEntryPoint(generator)
  .addEdge(generator, reviewer)
  .addEdge(reviewer, generator, { condition: "REVISE" })
  .addEdge(reviewer, filtered, { condition: "APPROVE" });
const team = new GraphFlow({ participants: builder.getParticipants(), graph: builder.build(), maxTurns: 10 });
const { messages } = await team.run("A slogan for tiles.");
//#endregion

for (const message of messages) console.log(`${message.source}: ${messageText(message)}`);
console.log(summaries.createCalls[0]?.messages.map(({ content }) => content));
await team.close();
