// A program that knows nothing of tessen: both SDKs, in both builds, and helpers that call later.
import { createRequire } from "node:module";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";

const require = createRequire(import.meta.url);
const url = process.env.SERVER_URL;
const messages = [{ role: "user", content: "Say hello." }];
const results = [];

async function useOpenAI(Client) {
  const client = new Client({ apiKey: "sk-test", baseURL: `${url}/v1` });
  results.push(await client.chat.completions.create({ model: "gpt-4o", messages }));
  results.push(await client.chat.completions.stream({ model: "gpt-4o", messages }).finalChatCompletion());
}

async function useAnthropic(Client) {
  const client = new Client({ apiKey: "sk-test", baseURL: url });
  results.push(await client.messages.create({ model: "claude-haiku-4-5", max_tokens: 9, messages }));
  results.push(await client.messages.stream({ model: "claude-haiku-4-5", max_tokens: 9, messages }).finalMessage());
}

await useOpenAI(OpenAI);
await useOpenAI(require("openai"));
await useAnthropic(Anthropic);
await useAnthropic(require("@anthropic-ai/sdk"));
process.stdout.write(JSON.stringify(results));
