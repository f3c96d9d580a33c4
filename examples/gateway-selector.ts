/** A team behind the gateway: a small model sorts and selects, a large one of another provider thinks. */
import {
  AssistantAgent,
  MaxMessageTermination,
  SelectorGroupChat,
  TextMentionTermination,
  messageText,
} from "@tesserae/agentchat";
import { tesseraAnthropicClient, tesseraOpenAIClient } from "@tesserae/ext/models/tessera";
import { startExampleGateway } from "./support/example-gateway.ts";

const usage = { inputTokens: 1000, outputTokens: 50 };
const gateway = await startExampleGateway([
  { match: { model: "claude-*" }, answer: { text: "The invoice counts March twice: credit 40 euros.", usage } },
  // The selector's question lists the participants; what it answers is a name.
  {
    match: { text: "Choose who speaks next" },
    answers: [
      { text: "triage", usage },
      { text: "reasoner", usage },
      { text: "triage", usage },
    ],
  },
  {
    answers: [
      { text: "#7733 is about a bill. The reasoner should look at it.", usage },
      { text: "40 euros are credited. RESOLVED", usage },
    ],
  },
]);
const { tesseraApiKey, openaiURL, anthropicURL } = gateway;
const openaiApiKey = "the key of OpenAI";
const anthropicApiKey = "the key of Anthropic";

//#region team
const small = tesseraOpenAIClient({ model: "gpt-4o-mini", openaiApiKey, tesseraApiKey, baseURL: openaiURL });
const large = tesseraAnthropicClient({
  model: "claude-sonnet-4-6",
  anthropicApiKey,
  tesseraApiKey,
  baseURL: anthropicURL,
  workload: "reasoner",
});

const team = new SelectorGroupChat({
  participants: [
    new AssistantAgent({ name: "triage", description: "Sorts tickets.", modelClient: small.forAgent("triage") }),
    new AssistantAgent({ name: "reasoner", description: "Solves hard cases.", modelClient: large }),
  ],
  modelClient: small.forAgent("selector"),
  allowRepeatedSpeaker: true,
  terminationCondition: new TextMentionTermination("RESOLVED").or(new MaxMessageTermination(8)),
});
const { messages } = await team.run("Ticket #7733: my bill is too high.");
//#endregion
for (const message of messages) console.log(`${message.source}: ${messageText(message)}`);
for (const line of await gateway.report()) console.log(line);
await team.close();
await small.close();
await large.close();
await gateway.close();
