/** One agent behind the gateway: a client that is told everything, and the way through the gateway with it. */
import { AssistantAgent, messageText } from "@tesserae/agentchat";
import { OpenAIChatCompletionClient } from "@tesserae/ext/models/openai";
import { tesseraOpenAIConfig } from "@tesserae/tessera/client";
import { startExampleGateway } from "./support/example-gateway.ts";

const usage = { inputTokens: 1000, outputTokens: 100 };
const gateway = await startExampleGateway([{ answer: { text: '{"fact":"Azulejos came in 1498."}', usage } }]);
const { tesseraApiKey, openaiURL } = gateway;

//#region client
const modelClient = new OpenAIChatCompletionClient({
  model: "gpt-4o",
  apiKey: "the key of OpenAI",
  ...tesseraOpenAIConfig({ apiKey: tesseraApiKey, baseURL: openaiURL, workload: "researcher" }),
  timeout: 30,
  responseFormat: { type: "json_object" },
  parallelToolCalls: false,
});
const researcher = new AssistantAgent({ name: "researcher", modelClient });
const { messages } = await researcher.run("A fact about azulejos, as JSON.");
//#endregion
for (const message of messages) console.log(`${message.source}: ${messageText(message)}`);
for (const line of await gateway.report()) console.log(line);
await modelClient.close();
await gateway.close();
