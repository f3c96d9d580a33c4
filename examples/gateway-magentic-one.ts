/** Magentic-One behind the gateway: each of its agents is a workload of its own, with costs, caches and caps. */
import { AssistantAgent, MagenticOneGroupChat, messageText } from "@tesserae/agentchat";
import { tesseraOpenAIClient } from "@tesserae/ext/models/tessera";
import { startExampleGateway } from "./support/example-gateway.ts";

const usage = { inputTokens: 1000, outputTokens: 100 };
const entry = (answer: boolean | string): object => ({ reason: "", answer });
const round = (done: boolean, speaker: string, instruction: string): { text: string; usage: typeof usage } => ({
  text: JSON.stringify({
    is_request_satisfied: entry(done),
    is_in_loop: entry(false),
    is_progress_being_made: entry(true),
    next_speaker: entry(speaker),
    instruction_or_question: entry(instruction),
  }),
  usage,
});
const gateway = await startExampleGateway([
  {
    match: { model: "gpt-4o-mini" },
    answers: [
      { text: "A tile costs 3 euros.", usage },
      { text: "40 tiles cost 120 euros.", usage },
    ],
  },
  {
    answers: [
      { text: "1. Given: 40 tiles.\n2. To look up: the price of one.", usage },
      { text: "- The searcher finds the price, the coder reckons.", usage },
      round(false, "searcher", "What do tiles cost?"),
      round(false, "coder", "Reckon 40 times 3."),
      round(true, "coder", ""),
      { text: "Forty tiles cost 120 euros.", usage },
    ],
  },
]);
const { tesseraApiKey, openaiURL } = gateway;

//#region team
const common = { openaiApiKey: "the key of OpenAI", tesseraApiKey, baseURL: openaiURL };
const large = tesseraOpenAIClient({ ...common, model: "gpt-4o" });
const small = tesseraOpenAIClient({ ...common, model: "gpt-4o-mini" });

const team = new MagenticOneGroupChat({
  participants: [
    new AssistantAgent({ name: "searcher", description: "Looks things up.", modelClient: small.forAgent("searcher") }),
    new AssistantAgent({ name: "coder", description: "Reckons.", modelClient: small.forAgent("coder") }),
  ],
  modelClient: large.forAgent("orchestrator"),
});
const { messages } = await team.run("What do 40 tiles cost?");
//#endregion
const last = messages.at(-1);
if (last !== undefined) console.log(messageText(last));
for (const line of await gateway.report()) console.log(line);
await team.close();
await large.close();
await small.close();
await gateway.close();
