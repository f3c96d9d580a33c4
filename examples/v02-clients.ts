/** What `llm_config` of AutoGen 0.2 becomes: a client, several in turn, a cache, and what a run costs. */
import { AssistantAgent, RoundRobinGroupChat } from "@tesserae/agentchat";
import { UserMessage } from "@tesserae/core";
import { costOf } from "@tesserae/ext/models";
import { ChatCompletionCache } from "@tesserae/ext/models/cache";
import { FallbackChatCompletionClient } from "@tesserae/ext/models/fallback";
import { clientFromLlmConfig } from "@tesserae/ext/models/v02";
import { startServer } from "@tesserae/tessen/serve";
import { formatDollars } from "@tesserae/wire/cost";

// One server in the place of all providers: the first model it is asked for is out of order.
const usage = { inputTokens: 1000, outputTokens: 100 };
const server = await startServer({
  script: {
    rules: [
      { match: { model: "gpt-4o" }, answer: { fault: "503", text: "out of order" } },
      { answer: { text: "Lisbon.", usage } },
    ],
  },
});
const url = `${server.url}/v1`;
const question = [UserMessage({ content: "The capital of Portugal?", source: "user" })];

//#region config
const client = clientFromLlmConfig({
  config_list: [
    { model: "gpt-4o", api_key: "sk-test", base_url: url, max_retries: 0 },
    { model: "claude-haiku-4-5", api_type: "anthropic", api_key: "sk-ant-test", base_url: server.url },
  ],
  cache_seed: 41,
  temperature: 0,
});
//#endregion
const first = await client.create(question);
const second = await client.create(question);
console.log(first.content, first.cached, second.content, second.cached);
console.log(server.requests.map(({ path }) => path));
await client.close();

const small = clientFromLlmConfig({ model: "gpt-4o-mini", api_key: "sk-test", base_url: url });
const large = clientFromLlmConfig({ model: "gpt-4o", api_key: "sk-test", base_url: url, max_retries: 0 });
//#region failover
const failover = new FallbackChatCompletionClient({
  clients: [large, small], // or names: ["openai/gpt-4o", "openai/gpt-4o-mini"]
  onSwitch: ({ from, to }) => console.log(`${from} failed, ${to} is asked`),
});
//#endregion

//#region cache
const cached = new ChatCompletionCache({ client: failover, ttlSeconds: 3600 });
//#endregion

//#region cost
const team = new RoundRobinGroupChat({
  participants: [new AssistantAgent({ name: "guide", modelClient: cached })],
  maxTurns: 1,
});
const result = await team.run("The capital of Portugal?");
const dollars = (cost: number | undefined): string => (cost === undefined ? "unknown" : formatDollars(cost));
console.log(dollars(costOf(result, "openai/gpt-4o-mini")), dollars(costOf(result, "anthropic/claude-sonnet-4-6")));
console.log(dollars(costOf(result, { guide: "a model that nobody sells" })));
//#endregion
await team.close();
await cached.close();
await server.close();
