/** A look at every model call and tool call of the process, without touching the agents. */
import { tracingChannel } from "node:diagnostics_channel";
import { AssistantAgent } from "@tesserae/agentchat";
import { tool } from "@tesserae/core";
import type { ChannelName, ChannelPayloads } from "@tesserae/wire/channels";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

const weather = tool({
  name: "weather",
  description: "The present weather of a city.",
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => `${city}: sunny`,
});
const modelClient = scriptedModel(asks(["weather", { city: "Lisbon" }]), "Sunny.");

//#region subscribe
/** Calls `look` with each payload when its work is over; returns what ends that. */
function watch<Name extends ChannelName>(name: Name, look: (payload: ChannelPayloads[Name]) => void): () => void {
  const channel = tracingChannel<unknown, ChannelPayloads[Name]>(name);
  const onEnd = (payload: unknown): void => look(payload as ChannelPayloads[Name]);
  channel.asyncEnd.subscribe(onEnd);
  return () => {
    channel.asyncEnd.unsubscribe(onEnd);
  };
}

const stops = [
  watch("tesserae:model", ({ agent, purpose, model, usage, error }) => {
    console.log(`model ${model}, ${purpose} of ${agent}: ${usage?.outputTokens ?? 0} tokens${error ? " failed" : ""}`);
  }),
  watch("tesserae:tool", ({ name, arguments: args, result }) => {
    console.log(`tool ${name}(${JSON.stringify(args)}): ${result}`);
  }),
  watch("tesserae:run", ({ name, mode, turns }) => console.log(`run of ${name}, ${mode}, ${turns ?? 0} turns`)),
];
//#endregion

const agent = new AssistantAgent({ name: "assistant", modelClient, tools: [weather], reflectOnToolUse: true });
await agent.run("What is the weather in Lisbon?");
for (const stop of stops) stop();
await agent.close();
