/** Two agents and one browser, behind a server of the Model Context Protocol: the one opens a page, the other reads it. */
import "./mcp-library/published-event-source.ts";
import { join } from "node:path";
import { AssistantAgent, RoundRobinGroupChat, messageText } from "@tesserae/agentchat";
import { StdioServerParams, createMcpServerSession, mcpServerTools } from "@tesserae/ext/tools/mcp";
import { localSite } from "./support/local-site.ts";
import { asks, scriptedModel } from "./support/scripted-model.ts";

const site = await localSite({ "/": "<title>Opening hours</title><p>Open from ten to six, closed on Mondays.</p>" });

//#region session
const params = StdioServerParams({
  command: process.execPath,
  args: ["--conditions=source", join(import.meta.dirname, "mcp-browser", "server.ts")],
  readTimeoutSeconds: 60,
});
const session = createMcpServerSession(params);
const [navigate, read] = await mcpServerTools(params, session);
if (navigate === undefined || read === undefined) throw new Error("The server has lost its tools.");

const opener = new AssistantAgent({
  name: "opener",
  modelClient: scriptedModel(asks(["browser_navigate", { url: site.url }])),
  tools: [navigate],
});
const reader = new AssistantAgent({
  name: "reader",
  modelClient: scriptedModel(asks(["browser_read", {}]), "Not on Mondays."),
  tools: [read],
  reflectOnToolUse: true,
});
const team = new RoundRobinGroupChat({ participants: [opener, reader], maxTurns: 2 });
//#endregion

try {
  const { messages } = await team.run("When is the museum open?");
  for (const message of messages) {
    console.log(`${message.source}: ${messageText(message)}`.replaceAll(site.host, "museum.example"));
  }
} finally {
  await session.close();
  site.close();
}
