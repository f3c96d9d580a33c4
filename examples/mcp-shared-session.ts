/** Two tools of one server over one connection: what the one does, the other sees. */
import "./mcp-library/published-event-source.ts";
import { join } from "node:path";
import { AssistantAgent, messageText } from "@tesserae/agentchat";
import { StdioServerParams, createMcpServerSession, mcpServerTools } from "@tesserae/ext/tools/mcp";
import { asks, scriptedModel } from "./support/scripted-model.ts";

const params = StdioServerParams({
  command: process.execPath,
  args: [join(import.meta.dirname, "mcp-library", "server.ts")],
  readTimeoutSeconds: 30,
});

//#region session
const session = createMcpServerSession(params);
const [find, borrow] = await mcpServerTools(params, session);
if (find === undefined || borrow === undefined) throw new Error("The library has lost its tools.");

const borrower = new AssistantAgent({
  name: "borrower",
  modelClient: scriptedModel(asks(["borrow", { title: "The Alhambra in Tiles" }])),
  tools: [borrow],
});
const librarian = new AssistantAgent({
  name: "librarian",
  modelClient: scriptedModel(asks(["find", { title: "The Alhambra in Tiles" }])),
  tools: [find],
});
//#endregion

for (const agent of [borrower, librarian]) {
  const { messages } = await agent.run("The Alhambra in Tiles, please.");
  console.log(`${agent.name}: ${messages.map(messageText).at(-1)}`);
}

await session.close();

//#region alone
// Without a session each call starts a server of its own, which knows of no loan.
const [alone] = await mcpServerTools(params);
console.log(alone?.returnValueAsString(await alone.runJson({ title: "The Alhambra in Tiles" })));
//#endregion
