/** Documents in a memory: an agent that answers from a manual. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssistantAgent } from "@tesserae/agentchat";
import { memoryContentToText } from "@tesserae/core";
import {
  ChromaDBVectorMemory,
  hashingEmbedding,
  PersistentChromaDBVectorMemoryConfig,
} from "@tesserae/ext/memory/chromadb";
import { addDocument } from "@tesserae/ext/memory/documents";
import { scriptedModel } from "./support/scripted-model.ts";

const folder = await mkdtemp(join(tmpdir(), "tesserae-example-"));
const modelClient = scriptedModel("The warranty lasts two years.");
const manual = `The kettle boils one litre in three minutes. Switch it off before you lift it.
The warranty lasts two years from the day of purchase. Keep the bill.
Lime is removed with vinegar. Never put the kettle into water.`;

//#region rag
const memory = new ChromaDBVectorMemory({
  config: PersistentChromaDBVectorMemoryConfig({ persistencePath: folder, k: 5, scoreThreshold: 0.3 }),
  embeddingFunction: hashingEmbedding,
  chromaCommand: false,
});
const chunks = await addDocument(memory, manual, {
  source: "kettle.txt",
  chunkSize: 80,
  overlap: 20,
  atSentences: true,
});
console.log(`${chunks} chunks`);

const agent = new AssistantAgent({
  name: "service",
  modelClient,
  memory: [memory],
  systemMessage: "Answer only from the memory that you are shown. Say so when it does not tell.",
});
const { messages } = await agent.run("How long does the warranty last?");
for (const message of messages) {
  if (message.type === "MemoryQueryEvent") {
    for (const memo of message.content) {
      console.log(memo.metadata?.["source"], memo.metadata?.["chunk_index"], memoryContentToText(memo).trim());
    }
  } else if (message.type === "TextMessage") console.log(`${message.source}: ${message.content}`);
}
await memory.close();
//#endregion

await rm(folder, { recursive: true });
