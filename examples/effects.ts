/** An effect of your own, and a tool that says what may be repeated. */
import { AssistantAgent, RoundRobinGroupChat, messageText } from "@tesserae/agentchat";
import { MemoryJournalStore, currentRun, effect, readRun, recordTo, tool } from "@tesserae/core";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

//#region traits
const stock = tool({
  name: "stock",
  description: "How many tiles of a kind are left.",
  parameters: z.object({ kind: z.string() }),
  repeat: "safe", // reading twice does no harm
  execute: ({ kind }) => `12 ${kind} tiles`,
});

const order = tool({
  name: "order",
  description: "Orders tiles.",
  parameters: z.object({ kind: z.string(), count: z.number().int() }),
  // repeat is "never" unless it is said: an order that had begun is not placed again
  execute: async ({ kind, count }, { idempotencyKey }) =>
    `ordered ${count} ${kind} tiles${idempotencyKey === undefined ? "" : ", with a key for the shop"}`,
});
//#endregion

//#region own
/** The exchange rate, read once in a run and answered from the journal afterwards. */
async function exchangeRate(currency: string): Promise<number> {
  const read = async (): Promise<number> => 1.08; // from a service
  const run = currentRun();
  if (run === undefined) return read();
  return effect(run, { kind: "rate", name: currency, repeat: "safe", request: () => ({ currency }) }, read);
}
//#endregion

const price = tool({
  name: "price",
  description: "The price of tiles in dollars.",
  parameters: z.object({ euros: z.number() }),
  composite: true, // its steps are kept one by one
  execute: async ({ euros }) => (euros * (await exchangeRate("USD"))).toFixed(2),
});

const modelClient = scriptedModel(
  asks(["stock", { kind: "blue" }]),
  asks(["price", { euros: 100 }]),
  asks(["order", { kind: "blue", count: 40 }]),
);
const buyer = new AssistantAgent({ name: "buyer", modelClient, tools: [stock, order, price] });
const team = new RoundRobinGroupChat({ participants: [buyer], maxTurns: 3 });

//#region read
const store = new MemoryJournalStore();
const journal = recordTo(store);
const { messages } = await team.run("40 blue tiles, please.", { journal });

const { effects } = await readRun(store, journal.runId ?? "");
for (const { address, status } of effects) console.log(`${status} ${address}`);
//#endregion
for (const message of messages.slice(-1)) console.log(messageText(message));
