/** A memory in Redis, which several processes may share. */
import { AssistantAgent } from "@tesserae/agentchat";
import { hashingEmbedding, RedisMemory } from "@tesserae/ext/memory/redis";
import { startExampleRedis } from "./support/redis-server.ts";
import { scriptedModel } from "./support/scripted-model.ts";

const redis = await startExampleRedis();
const modelClient = scriptedModel("It is 24 °C in New York.");

//#region redis
const memory = new RedisMemory({
  config: {
    redisUrl: redis.url, // such as redis://localhost:6379
    indexName: "preferences",
    prefix: "preferences",
    topK: 2,
    distanceThreshold: 0.75,
  },
  embeddingFunction: hashingEmbedding, // compares words; a model compares what they mean
});
await memory.add({ content: "The weather is told in metric units.", mimeType: "text/plain" });
await memory.add({ content: "Meals must be vegan.", mimeType: "text/plain" });

const agent = new AssistantAgent({ name: "assistant", modelClient, memory: [memory] });
const { messages } = await agent.run("How is the weather in New York?");
for (const message of messages) {
  if (message.type === "MemoryQueryEvent") console.log(message.content.map(({ content }) => content));
}
//#endregion

//#region sequential
const newest = await memory.query("", { sequential: true, topK: 1 });
console.log(newest.results.map(({ content }) => content));
await memory.close();
//#endregion

await redis.close();
