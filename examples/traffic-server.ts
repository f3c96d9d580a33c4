/** A provider that says what it was told to say, and fails when it was told to fail: the server of `tessen serve`. */
import { startServer } from "@tesserae/tessen/serve";
import OpenAI from "openai";

//#region start
const server = await startServer({
  script: {
    rules: [
      { match: { tool: "weather" }, answer: { text: "It rains in Lisbon." } },
      { match: { text: "Lisbon" }, answer: { toolCalls: [{ name: "weather", arguments: { city: "Lisbon" } }] } },
    ],
    answers: [{ text: "I know the weather only." }],
  },
  faults: ["429:0.01@1"], // the first call is to wait 10 ms and ask again
});
const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "any" });
//#endregion

//#region ask
const question = { role: "user" as const, content: "The weather in Lisbon?" };
const first = await client.chat.completions.create({ model: "gpt-5-mini", messages: [question] });
const call = first.choices[0]?.message;
console.log(call?.tool_calls?.map((each) => (each.type === "function" ? each.function : each)));

const result = { role: "tool" as const, tool_call_id: call?.tool_calls?.[0]?.id ?? "", content: "rain, 14 degrees" };
const messages = [question, { role: "assistant" as const, tool_calls: call?.tool_calls ?? [] }, result];
const stream = await client.chat.completions.create({ model: "gpt-5-mini", messages, stream: true });
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? "");
console.log();
//#endregion

//#region requests
console.log(server.requests.map(({ call, path, stream }) => `${call} ${path}${stream ? " (stream)" : ""}`));
//#endregion

//#region nothing
try {
  await client.chat.completions.create({ model: "gpt-5-mini", messages: [{ role: "user", content: "A poem?" }] });
  await client.chat.completions.create({ model: "gpt-5-mini", messages: [{ role: "user", content: "A joke?" }] });
} catch (error) {
  if (error instanceof OpenAI.NotFoundError) console.log(error.message);
}
//#endregion
await server.close();
