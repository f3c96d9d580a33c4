/** With LangGraph.js: a team as a node of a graph, and a graph as a tool of an agent. */
import { Annotation, END, START, StateGraph } from "@langchain/langgraph";
import { AssistantAgent, RoundRobinGroupChat, TextMentionTermination, messageText } from "@tesserae/agentchat";
import { tool } from "@tesserae/core";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

//#region node
const team = new RoundRobinGroupChat({
  participants: [
    new AssistantAgent({
      name: "writer",
      modelClient: scriptedModel("Tiles of glazed clay.", "Tiles of glazed clay, again."),
    }),
    new AssistantAgent({ name: "critic", modelClient: scriptedModel("Fine. APPROVE", "Fine. APPROVE") }),
  ],
  terminationCondition: new TextMentionTermination("APPROVE", { sources: ["critic"] }),
});

const State = Annotation.Root({ question: Annotation<string>, draft: Annotation<string>, answer: Annotation<string> });

const graph = new StateGraph(State)
  .addNode("write", async ({ question }, { signal }) => {
    // Each question is a conversation of its own; a graph that is stopped stops the team.
    await team.reset();
    const { messages } = await team.run(question, { signal });
    const draft = messages.findLast(({ source }) => source === "writer");
    return { draft: draft === undefined ? "" : messageText(draft) };
  })
  .addNode("sign", ({ draft }) => ({ answer: `${draft} (The editors)` }))
  .addEdge(START, "write")
  .addEdge("write", "sign")
  .addEdge("sign", END)
  .compile();
//#endregion
console.log((await graph.invoke({ question: "What are azulejos?" })).answer);

//#region tool
const editors = tool({
  name: "editors",
  description: "Has an article written.",
  parameters: z.object({ question: z.string() }),
  execute: async ({ question }, { signal }) => (await graph.invoke({ question }, { ...(signal && { signal }) })).answer,
});
//#endregion

const clerk = new AssistantAgent({
  name: "clerk",
  modelClient: scriptedModel(asks(["editors", { question: "What are azulejos?" }]), "Here it is."),
  tools: [editors],
  reflectOnToolUse: true,
});
const { messages } = await clerk.run("An article about azulejos, please.");
for (const message of messages) console.log(`${message.source}: ${messageText(message)}`);
await team.close();
