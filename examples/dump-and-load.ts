/** A team as JSON, and back. */
import {
  AssistantAgent,
  MaxMessageTermination,
  RoundRobinGroupChat,
  TextMentionTermination,
} from "@tesserae/agentchat";
import { dumpComponent, isTesseraeError, tool } from "@tesserae/core";
import { defaultRegistry } from "@tesserae/ext/components";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

const count = tool({
  name: "count",
  description: "Counts the letters of a word.",
  parameters: z.object({ word: z.string() }),
  execute: ({ word }) => word.length,
});
const modelClient = scriptedModel(asks(["count", { word: "tessera" }]), "7. DONE");

//#region dump
const team = new RoundRobinGroupChat({
  participants: [new AssistantAgent({ name: "counter", modelClient, tools: [count] })],
  terminationCondition: new TextMentionTermination("DONE").or(new MaxMessageTermination(5)),
});
const text = JSON.stringify(dumpComponent(team), null, 2);
//#endregion
console.log(text.split("\n").slice(0, 6).join("\n"));

//#region load
const loaded = await defaultRegistry().load<RoundRobinGroupChat>(JSON.parse(text), {
  expected: "team",
  resolve: { tool: { count } },
});
console.log((await loaded.run("How many letters has tessera?")).stopReason);
console.log(JSON.stringify(dumpComponent(loaded), null, 2) === text);
//#endregion

//#region validate
const broken = { ...JSON.parse(text), config: { participants: [], max_turns: "three" } };
const { errors } = await defaultRegistry().validate(broken);
for (const { pointer, message } of errors) console.log(`${pointer}: ${message}`);
//#endregion

try {
  await defaultRegistry().load(JSON.parse(text));
} catch (error) {
  console.log(isTesseraeError(error) ? error.code : error);
}
await team.close();
await loaded.close();
