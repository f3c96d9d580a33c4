/** A team that Python AutoGen 0.7.5 wrote, at work here: only its function needs a counterpart, by name. */
import { readFile } from "node:fs/promises";
import type { RoundRobinGroupChat } from "@tesserae/agentchat";
import { messageText } from "@tesserae/agentchat";
import { tool } from "@tesserae/core";
import { defaultRegistry } from "@tesserae/ext/components";
import { z } from "zod";

//#region load
const tilePrice = tool({
  name: "tile_price",
  description: "The price of a tile in euros.",
  parameters: z.object({ kind: z.enum(["blue", "white"]) }),
  execute: ({ kind }) => ({ blue: 2.5, white: 1.75 })[kind],
});

const file = new URL("files/python-team.json", import.meta.url);
const team = await defaultRegistry().load<RoundRobinGroupChat>(JSON.parse(await readFile(file, "utf8")), {
  expected: "team",
  resolve: { tool: { tile_price: tilePrice } },
});

const { messages, stopReason } = await team.run("What does a blue tile cost?");
for (const message of messages) console.log(`${message.source}: ${messageText(message)}`);
console.log(stopReason);
//#endregion
await team.close();
