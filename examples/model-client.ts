/** A model client on its own: by name, an answer, a stream, a typed answer, what it cost, what goes wrong. */
import { createTyped, isTesseraeError, UserMessage } from "@tesserae/core";
import { model } from "@tesserae/ext/models";
import { startTestServer } from "@tesserae/ext/testing";
import { formatDollars } from "@tesserae/wire/cost";
import { z } from "zod";
import { answers, fails, streams } from "./support/scripted-answer.ts";

const server = await startTestServer();
const baseUrl = server.url;
const apiKey = "none is needed here";

//#region create
const client = model("openai/gpt-5-mini", { apiKey, baseUrl });
const question = [UserMessage({ content: "The capital of Portugal?", source: "user" })];
//#endregion

server.next(answers("Lisbon."));
//#region answer
const answer = await client.create(question);
const cost = client.cost(answer.usage);
console.log(answer.content, answer.usage.promptTokens, cost === undefined ? "?" : formatDollars(cost));
//#endregion

server.next(streams("Lisbon it is."));
//#region stream
for await (const item of client.createStream(question)) {
  if (typeof item === "string") console.log(`[${item}]`);
  else console.log(item.finishReason);
}
//#endregion

server.next(answers('{"city":"Lisbon","inhabitants":545000}'));
//#region typed
const { value } = await createTyped(client, question, z.object({ city: z.string(), inhabitants: z.number() }));
console.log(value.city, value.inhabitants);
//#endregion

server.next(fails(401, "Incorrect API key provided"));
//#region refused
try {
  await client.create(question);
} catch (error) {
  if (isTesseraeError(error, "ERR_MODEL_AUTHENTICATION")) console.log(error.code);
}
//#endregion

server.next(fails(429, "slow down", { "retry-after-ms": "1" }));
server.next(answers("Lisbon, at the second try."));
console.log((await client.create(question)).content);
await client.close();
await server.close();
