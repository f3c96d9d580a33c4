/** The tools of a server of the Model Context Protocol for an agent: a library, started as a child process. */
import "./mcp-library/published-event-source.ts";
import { join } from "node:path";
import { AssistantAgent, messageText } from "@tesserae/agentchat";
import { McpWorkbench, StdioServerParams } from "@tesserae/ext/tools/mcp";
import { asks, scriptedModel } from "./support/scripted-model.ts";

const modelClient = scriptedModel(
  asks(["find_book", { title: "Mosaics of Ravenna" }]),
  asks(["borrow", { title: "Mosaics of Ravenna" }]),
  "It stood at A 3, and is yours now.",
);

//#region workbench
const serverParams = StdioServerParams({
  command: process.execPath,
  args: [join(import.meta.dirname, "mcp-library", "server.ts")],
  readTimeoutSeconds: 30,
});
const library = new McpWorkbench({
  serverParams,
  toolOverrides: { find: { name: "find_book" }, borrow: { requiresApproval: true } },
});
const reader = new AssistantAgent({ name: "reader", modelClient, workbench: library, maxToolIterations: 3 });

await library.start();
try {
  const { messages } = await reader.run("Borrow Mosaics of Ravenna for me.", {
    approve: ({ name, arguments: args }) => name === "borrow" && args["title"] === "Mosaics of Ravenna",
  });
  for (const message of messages) console.log(`${message.source}: ${messageText(message)}`);
  console.log(library.toolTraits("find_book").repeat, library.toolTraits("borrow").repeat);
} finally {
  await library.stop();
}
//#endregion

//#region beyond
const { contents } = await library.readResource("library://rules"); // starts it again
console.log(library.initializeResult?.serverInfo, contents);
await library.stop();
//#endregion
