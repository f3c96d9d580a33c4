/** A tool that is slow and says a lot: the same call is made once, and what the model reads of it is cut. */
import { AssistantAgent, messageText } from "@tesserae/agentchat";
import { InMemoryStore, cachedTool, limitToolResult, tool } from "@tesserae/core";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

const page = tool({
  name: "page",
  description: "The text of a page of the encyclopaedia.",
  parameters: z.object({ title: z.string() }),
  execute: ({ title }) => {
    console.log(`(looks "${title}" up)`);
    return `${title}: tiles of glazed clay, found in every street of Lisbon.`;
  },
});

//#region wrap
const store = new InMemoryStore({ maxEntries: 1000 }); // or one that lasts
const quick = cachedTool(page, { store, ttlSeconds: 3600 });
const short = limitToolResult(quick, { maxChars: 24 });
//#endregion

const twice = ["page", { title: "Azulejo" }] as const;
const agent = new AssistantAgent({
  name: "reader",
  modelClient: scriptedModel(asks(twice), asks(twice)),
  tools: [short],
});
for (const task of ["What is an azulejo?", "Again, please."]) {
  const { messages } = await agent.run(task);
  const last = messages.at(-1);
  if (last !== undefined) console.log(messageText(last));
}
await agent.close();
