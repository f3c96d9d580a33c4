/** A memory that finds what is near, in a collection of Chroma. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssistantAgent } from "@tesserae/agentchat";
import {
  ChromaDBVectorMemory,
  hashingEmbedding,
  PersistentChromaDBVectorMemoryConfig,
} from "@tesserae/ext/memory/chromadb";
import { scriptedModel } from "./support/scripted-model.ts";

const folder = await mkdtemp(join(tmpdir(), "tesserae-example-"));
const modelClient = scriptedModel("It is 24 °C in New York.");

//#region chroma
const memory = new ChromaDBVectorMemory({
  config: PersistentChromaDBVectorMemoryConfig({
    collectionName: "preferences",
    persistencePath: folder,
    k: 2,
    scoreThreshold: 0.25,
  }),
  embeddingFunction: hashingEmbedding, // compares words; a model compares what they mean
  chromaCommand: false, // a SQLite file; without this line a server of Chroma, where it is installed
});
await memory.add({
  content: "The weather is told in metric units.",
  mimeType: "text/plain",
  metadata: { category: "units" },
});
await memory.add({ content: "Meals must be vegan.", mimeType: "text/plain", metadata: { category: "diet" } });

const agent = new AssistantAgent({ name: "assistant", modelClient, memory: [memory] });
const { messages } = await agent.run("How is the weather in New York?");
for (const message of messages) {
  if (message.type !== "MemoryQueryEvent") continue;
  for (const { content, metadata } of message.content) console.log(content, metadata?.["category"]);
}
//#endregion

//#region query
const { results } = await memory.query("vegan meals", { k: 1, where: { category: "diet" } });
console.log(results.map(({ content }) => content));
await memory.close();
//#endregion

await rm(folder, { recursive: true });
