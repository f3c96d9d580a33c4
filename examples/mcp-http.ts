/** The tools of one server of the Model Context Protocol over HTTP, in today's way and in that of before March 2025. */
import "./mcp-library/published-event-source.ts";
import { AssistantAgent, messageText } from "@tesserae/agentchat";
import { McpWorkbench, SseServerParams, StreamableHttpServerParams, mcpServerTools } from "@tesserae/ext/tools/mcp";
import { serveLibrary } from "./mcp-library/http-server.ts";
import { asks, scriptedModel } from "./support/scripted-model.ts";

const library = await serveLibrary();

//#region streamable
const streamable = new McpWorkbench({
  serverParams: StreamableHttpServerParams({ url: `${library.url}/mcp`, headers: { "x-reader": "17" } }),
});
const borrower = new AssistantAgent({
  name: "borrower",
  modelClient: scriptedModel(asks(["borrow", { title: "Mosaics of Ravenna" }])),
  workbench: streamable,
});
//#endregion

//#region events
const [find] = await mcpServerTools(SseServerParams({ url: `${library.url}/sse` }));
if (find === undefined) throw new Error("The library has lost its tools.");
const librarian = new AssistantAgent({
  name: "librarian",
  modelClient: scriptedModel(asks(["find", { title: "Mosaics of Ravenna" }])),
  tools: [find],
});
//#endregion

for (const agent of [borrower, librarian]) {
  const { messages } = await agent.run("Mosaics of Ravenna, please.");
  console.log(`${agent.name}: ${messages.map(messageText).at(-1)}`);
}

await streamable.stop();
await library.close();
