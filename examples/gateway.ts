/** A gateway in front of a provider: the second of two equal calls is answered without it, and costs nothing. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssistantAgent } from "@tesserae/agentchat";
import { tesseraOpenAIClient } from "@tesserae/ext/models/tessera";
import { settingsFrom, startGateway } from "@tesserae/tessera";
import { tesseraOpenAIConfig } from "@tesserae/tessera/client";
import { startServer } from "@tesserae/tessen/serve";
import { formatDollars } from "@tesserae/wire/cost";
import OpenAI, { APIError } from "openai";

const usage = { inputTokens: 1000, outputTokens: 100 };
const provider = await startServer({ script: { rules: [{ answer: { text: "Lisbon.", usage } }] } });
const folder = await mkdtemp(join(tmpdir(), "tesserae-gateway-"));

//#region start
const settings = settingsFrom({
  listen: { data: "127.0.0.1:0" }, // any free port
  store: { path: join(folder, "tessera.db") },
  upstreams: [{ id: "openai", kind: "openai", baseURL: `${provider.url}/v1`, allowPrivate: true }],
  workloads: { poems: { caps: [{ window: "day", usd: 0.001 }] } },
});
const gateway = await startGateway(settings, { warn: () => {} }); // default: warnings of the process
const apiKey = gateway.createKey({ label: "example" });
//#endregion

//#region client
const where = tesseraOpenAIConfig({ apiKey, baseURL: `${gateway.url}/v1/openai`, workload: "capitals" });
const client = new OpenAI({ ...where, apiKey: "the provider's key" });
//#endregion

//#region ask
const question = { model: "gpt-4o", messages: [{ role: "user" as const, content: "The capital of Portugal?" }] };
for (const name of ["first", "second"]) {
  const { data, response } = await client.chat.completions.create(question).withResponse();
  const header = (ending: string): string => response.headers.get(`x-tessera-${ending}`) ?? "";
  console.log(`${name}: ${data.choices[0]?.message.content} ${header("cache")}, ${header("cost-actual-usd")} dollars`);
}
//#endregion

//#region agent
const modelClient = tesseraOpenAIClient({
  model: "gpt-4o",
  openaiApiKey: "the provider's key",
  tesseraApiKey: apiKey,
  baseURL: `${gateway.url}/v1/openai`,
  onTessera: ({ cache, actualUsd }) => console.log(`guide: ${cache}, ${actualUsd} dollars`),
});
const agent = new AssistantAgent({ name: "guide", modelClient: modelClient.forAgent("guide") });
await agent.run("The capital of Portugal?");
await modelClient.close();
//#endregion

//#region cap
try {
  await client.chat.completions.create(question, { headers: { "x-tessera-workload": "poems" } });
} catch (error) {
  if (error instanceof APIError) console.log(error.status, error.code);
}
//#endregion

//#region ledger
await gateway.ledger.flush();
for (const { name, requests, hits, original, actual, savings } of gateway.ledger.totals({ by: "workload" })) {
  const [listed, paid, saved] = [original, actual, savings].map((sum) => formatDollars(sum));
  console.log(`${name}: ${requests} requests, ${hits} hits, ${listed} at list price, ${paid} paid, ${saved} saved`);
}
const { exitCode, rows } = await gateway.ledger.verify();
console.log(exitCode, rows);
//#endregion

await gateway.close();
await provider.close();
await rm(folder, { recursive: true });
