/** A swarm on one client behind the gateway: the same brief again costs nothing, for nothing is asked upstream. */
import { AssistantAgent, NoHandoffTermination, Swarm, messageText } from "@tesserae/agentchat";
import { tesseraOpenAIClient } from "@tesserae/ext/models/tessera";
import { startExampleGateway } from "./support/example-gateway.ts";

const usage = { inputTokens: 2000, outputTokens: 400 };
const gateway = await startExampleGateway([
  {
    answers: [
      { toolCalls: [{ name: "transfer_to_writer", id: "call_1" }], usage },
      { text: "A brief of 300 words on azulejos …", usage },
    ],
  },
]);
const { tesseraApiKey, openaiURL } = gateway;

//#region swarm
const modelClient = tesseraOpenAIClient({
  model: "gpt-4o",
  openaiApiKey: "the key of OpenAI",
  tesseraApiKey,
  baseURL: openaiURL,
  workload: "brief",
});

async function brief(): Promise<string> {
  const team = new Swarm({
    participants: [
      new AssistantAgent({ name: "researcher", modelClient, handoffs: ["writer"] }),
      new AssistantAgent({ name: "writer", modelClient, handoffs: ["researcher"] }),
    ],
    terminationCondition: new NoHandoffTermination(),
  });
  const { messages } = await team.run("A brief of 300 words on azulejos.");
  await team.close();
  const last = messages.at(-1);
  return last === undefined ? "" : messageText(last);
}

const first = await brief();
const upstream = gateway.asked().length;
const second = await brief();
//#endregion
console.log(first === second, upstream, gateway.asked().length);
for (const line of await gateway.report()) console.log(line);
await modelClient.close();
await gateway.close();
