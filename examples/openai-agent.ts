/** An agent on OpenAI's Responses API: a tool that is run here, an answer as it comes, and what OpenAI keeps. */
import { messageText } from "@tesserae/agentchat";
import { tool } from "@tesserae/core";
import { OpenAIAgent } from "@tesserae/ext/agents/openai";
import { startServer } from "@tesserae/tessen/serve";
import { z } from "zod";

// In OpenAI's place: a server that says what it was told to say.
const server = await startServer({
  script: {
    answers: [
      { toolCalls: [{ name: "weather", arguments: { city: "Lisbon" } }] },
      { text: "It rains in Lisbon." },
      { text: "Take an umbrella." },
    ],
  },
});

const weather = tool({
  name: "weather",
  description: "The present weather of a city.",
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => `${city}: rain, 14 degrees`,
});

//#region agent
const scout = new OpenAIAgent({
  name: "scout",
  description: "Knows the weather",
  model: "gpt-4.1",
  instructions: "Be brief.",
  // What OpenAI runs, by name or as { type: "mcp", … }, and what is run here.
  tools: ["web_search_preview", weather],
  modelClientStream: true,
  // Left out, the environment says where to go; new OpenAI() of the package openai is a client, too.
  client: { baseUrl: `${server.url}/v1`, apiKey: "none is needed here" },
});
//#endregion

//#region ask
for await (const item of scout.runStream("How is the weather in Lisbon?")) {
  if (item.type === "ToolCallExecutionEvent") console.log(item.content[0]?.content);
  if (item.type === "ModelClientStreamingChunkEvent") console.log(`[${item.content}]`);
}
const { messages } = await scout.run("And what shall I take along?");
console.log(messages.map(messageText).at(-1));
//#endregion

//#region state
const state = await scout.saveState();
console.log(Object.keys(state).join(", "));
//#endregion
await scout.close();
await server.close();
