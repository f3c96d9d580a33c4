/** What today's models take beside text: files, images, recordings, marks for caches, effort, tools of the provider. */
import { AssistantAgent, MultiModalMessage } from "@tesserae/agentchat";
import {
  audioPart,
  filePart,
  imageFromUrl,
  isTesseraeError,
  providerTool,
  SystemMessage,
  UserMessage,
  type ChatCompletionClient,
  type CreateOptions,
  type LLMMessage,
} from "@tesserae/core";
import { model } from "@tesserae/ext/models";
import { startServer } from "@tesserae/tessen/serve";

// One server in the place of both providers: it speaks the protocol of each.
const server = await startServer({ script: { rules: [{ match: {}, answer: { text: "The bill is of 120 euros." } }] } });
const apiKey = "none is needed here";
const claude = model("anthropic/claude-sonnet-4-6", { apiKey, baseUrl: server.url });
const gpt = model("openai/gpt-5.6", { apiKey, baseUrl: `${server.url}/v1` });

/** Asks, and shows what was sent, or why nothing was. */
async function ask(client: ChatCompletionClient, messages: readonly LLMMessage[], call: CreateOptions = {}) {
  const before = server.requests.length;
  try {
    await client.create(messages, call);
  } catch (error) {
    if (!isTesseraeError(error)) throw error;
    console.log(`${client.model}: ${error.code}: ${error.message}`);
    return;
  }
  const body = server.requests[before]?.body;
  console.log(`${client.model}: ${JSON.stringify(body)}`);
}

//#region file
const pdf = filePart({ mediaType: "application/pdf", name: "bill.pdf", bytes: new TextEncoder().encode("%PDF-") });
const photo = imageFromUrl("https://example.org/bill.jpg", { detail: "low" });
const question = [UserMessage({ content: [pdf, photo, "What is to be paid?"], source: "user" })];
//#endregion
console.log("Files and images");
for (const client of [claude, gpt]) await ask(client, question);

//#region audio
const note = audioPart({ bytes: new TextEncoder().encode("RIFF"), mediaType: "audio/wav" });
const hearing = [UserMessage({ content: [note, "What is said?"], source: "user" })];
//#endregion
console.log("Recordings");
const ears = { vision: false, functionCalling: true, jsonOutput: false, structuredOutput: false, audio: true };
const listener = model("openai/gpt-audio", {
  apiKey,
  baseUrl: `${server.url}/v1`,
  modelInfo: { ...ears, family: "gpt-4o" },
});
for (const client of [claude, gpt, listener]) await ask(client, hearing);

//#region cache
const marked = [
  SystemMessage({ content: "The rules of the house, many pages of them.", cache: "1h" }),
  UserMessage({ content: [{ ...pdf, cache: "5m" }, "What is to be paid?"], source: "user" }),
];
//#endregion
console.log("Marks for the cache");
for (const client of [claude, gpt]) await ask(client, marked);

const short = [UserMessage({ content: "What is to be paid?", source: "user" })];
console.log("Effort");
//#region effort
for (const client of [claude, gpt]) await ask(client, short, { reasoningEffort: "high" });
//#endregion
await ask(model("anthropic/claude-haiku-4-5", { apiKey, baseUrl: server.url }), short, { reasoningEffort: "medium" });
await ask(model("openai/gpt-4o", { apiKey, baseUrl: `${server.url}/v1` }), short, { reasoningEffort: "low" });

console.log("Tools that the provider runs");
//#region provider-tool
const search = providerTool({ type: "web_search", user_location: { type: "approximate", country: "NL" } });
const searcher = model("openai/gpt-4o-search-preview-2025-03-11", {
  apiKey,
  baseUrl: `${server.url}/v1`,
});
for (const client of [claude, searcher, gpt]) await ask(client, short, { tools: [search] });
//#endregion
await ask(gpt, short, { tools: [providerTool({ type: "code_execution" })] });

console.log("An agent");
//#region agent
const clerk = new AssistantAgent({ name: "clerk", modelClient: claude, tools: [search] });
const { messages } = await clerk.run(MultiModalMessage({ source: "user", content: [pdf, "What is to be paid?"] }));
//#endregion
console.log(messages.map((message) => message.type));

await Promise.all([claude, gpt, listener, searcher, server].map((one) => one.close()));
