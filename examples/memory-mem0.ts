/** A memory in Mem0's cloud, which a server on this machine stands in for. */
import { AssistantAgent } from "@tesserae/agentchat";
import { Mem0Memory } from "@tesserae/ext/memory/mem0";
import { json, startTestServer } from "@tesserae/ext/testing";
import { scriptedModel } from "./support/scripted-model.ts";

const cloud = await startTestServer(({ path }) =>
  path.endsWith("/search/")
    ? json({ results: [{ memory: "Likes the color blue", score: 0.7, categories: ["preferences"] }] })
    : json({ status: "PENDING" }),
);
const modelClient = scriptedModel("You like blue.");

//#region mem0
const memory = new Mem0Memory({
  userId: "ann",
  limit: 3,
  apiKey: "m0-example", // or MEM0_API_KEY
  baseUrl: cloud.url, // Mem0's cloud, if you leave it out
});
await memory.add({ content: "My favourite color is blue.", mimeType: "text/plain" });

const agent = new AssistantAgent({ name: "assistant", modelClient, memory: [memory] });
const { messages } = await agent.run("Which color do I like?");
for (const message of messages) {
  if (message.type !== "MemoryQueryEvent") continue;
  for (const { content, metadata } of message.content) console.log(content, metadata?.["categories"]);
}
await memory.close();
//#endregion

for (const { method, path } of cloud.requests) console.log(method, path);
await cloud.close();
