/** A program without the framework: it says itself what is a run, an agent and a tool, and the log knows. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { init, note, span } from "@tesserae/tessen";
import { aggregate, read } from "@tesserae/tessen/events";
import { startServer } from "@tesserae/tessen/serve";
import OpenAI from "openai";

const server = await startServer({
  script: { answers: [{ text: "A raincoat.", usage: { inputTokens: 1000, outputTokens: 100 } }] },
});
const logDir = await mkdtemp(join(tmpdir(), "tesserae-spans-"));
const recording = init({ agentName: "packing", logDir });
const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "any" });

//#region spans
const answer = await span("run", "trip", () =>
  span("agent", "guide", async () => {
    const weather = span("tool", "weather", () => "rain", { args: { city: "Lisbon" } });
    note("the forecast is old", { days: 2 });
    const { choices } = await client.chat.completions.create({
      model: "gpt-4o",
      messages: [{ role: "user", content: `What to pack for ${weather}?` }],
    });
    return choices[0]?.message.content;
  }),
);
console.log(answer);
//#endregion

await recording.shutdown();

//#region report
const report = aggregate(read("packing", { logDir }));
for (const { outcome, turns, calls, cost_usd: cost } of report.runs) console.log(outcome, { turns, calls, cost });
for (const [path, { turns, cost_usd: cost }] of Object.entries(report.by_agent_path))
  console.log(path, { turns, cost });
for (const { name, calls, errors } of report.tools) console.log(name, { calls, errors });
//#endregion

await server.close();
await rm(logDir, { recursive: true });
