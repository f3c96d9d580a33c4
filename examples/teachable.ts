/** An agent that can be taught: what one conversation advises, the next one knows. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssistantAgent } from "@tesserae/agentchat";
import { MemoryController } from "@tesserae/ext/experimental/task-centric-memory";
import { Teachability } from "@tesserae/ext/experimental/task-centric-memory/utils";
import { hashingEmbedding } from "@tesserae/ext/memory/chromadb";
import { scriptedModel } from "./support/scripted-model.ts";

const folder = await mkdtemp(join(tmpdir(), "tesserae-example-"));
const teacher = scriptedModel(
  "Distances are told in kilometres.", // the advice in the first message
  "distances between towns", // its topics
  "the distance between towns", // the topics of the second message
  "1", // the advice may help with it
  "None", // the second message has no advice
);
const modelClient = scriptedModel("I will.", "It is 314 km.");

//#region teachable
const controller = new MemoryController({
  client: teacher, // asked for advice, topics and relevance
  config: { generalizeTask: false, memoryBank: { path: folder } },
  embeddingFunction: hashingEmbedding,
});
const tasks = ["Tell me distances in kilometres, please.", "How far is it from Lisbon to Porto?"];
for (const task of tasks) {
  // Another agent each time, which has heard nothing of what was said before.
  const agent = new AssistantAgent({
    name: "guide",
    modelClient,
    memory: [new Teachability(controller)],
  });
  const { messages } = await agent.run(task);
  for (const message of messages) {
    if (message.type === "TextMessage") console.log(`${message.source}: ${message.content}`);
    if (message.type === "MemoryQueryEvent") console.log(message.content.map(({ content }) => content));
  }
}
await controller.close();
//#endregion

await rm(folder, { recursive: true });
