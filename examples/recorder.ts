/** A program that is recorded: two calls of an SDK, one of them retried, and what the log then says of them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { init } from "@tesserae/tessen";
import { aggregate, filterEvents, read } from "@tesserae/tessen/events";
import { startServer } from "@tesserae/tessen/serve";
import OpenAI from "openai";

const usage = { inputTokens: 1000, outputTokens: 100 };
const server = await startServer({
  script: {
    answers: [
      { text: "Lisbon.", usage },
      { text: "Lisbon was found", finishReason: "length", usage },
    ],
  },
  faults: ["503:0.01@1"],
});
const logDir = await mkdtemp(join(tmpdir(), "tesserae-recorder-"));

//#region init
const recording = init({ agentName: "guide", logDir });
const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "any" });
await client.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "The capital?" }] });
await client.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "Its history?" }] });
await recording.shutdown();
//#endregion

//#region read
for (const event of read("guide", { logDir })) {
  const { surface, model, attempts = [], usage: used, cost_usd: cost, quality_signals: tags } = event;
  const tried = attempts.map(({ http_status: status }) => status);
  console.log(surface, model, tried, `${used?.total_tokens} tokens, ${cost} dollars`, tags);
}
//#endregion

//#region analyze
const cut = [...filterEvents(read("guide", { logDir }), { qualitySignal: "truncated_response" })];
console.log(cut.map(({ call_site: site }) => site?.file));
const { total_events: events, total_cost_usd: dollars, retries } = aggregate(read("guide", { logDir }));
console.log(
  `${events} events, ${dollars} dollars, ${retries.attempts} requests of ${retries.calls} call that was retried`,
);
//#endregion

await server.close();
await rm(logDir, { recursive: true });
