/** An agent on the Assistants API, with its code interpreter: a file goes there, a question is asked, all is deleted. */
import { messageText } from "@tesserae/agentchat";
import { OpenAIAssistantAgent } from "@tesserae/ext/agents/openai";
import { writeFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAssistantsService } from "./support/assistants-service.ts";

const server = await startAssistantsService("The mean of the column price is 20.");
const folder = await mkdtemp(join(tmpdir(), "tesserae-example-"));
const file = join(folder, "data.csv");
await writeFile(file, "price\n10\n20\n30\n");

//#region agent
const analyst = new OpenAIAssistantAgent({
  name: "analyst",
  description: "Analyses data",
  model: "gpt-4o", // at Azure: the deployment, and azureEndpoint and apiVersion in client
  instructions: "Work with the files that you are given. Answer in one sentence.",
  tools: ["code_interpreter"],
  client: { baseUrl: server.url, apiKey: "none is needed here" },
});
//#endregion

//#region ask
await analyst.onUploadForCodeInterpreter(file);
const { messages, usage } = await analyst.run("What is the mean price in data.csv?");
console.log(messages.map(messageText).at(-1), usage.promptTokens);

await analyst.deleteUploadedFiles();
await analyst.deleteAssistant();
await analyst.close();
//#endregion

for (const { method, path } of server.requests) console.log(method, path);
await server.close();
await rm(folder, { recursive: true });
