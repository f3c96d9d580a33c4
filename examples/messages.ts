/** Messages: plain data, made by factories, and a kind of your own. */
import {
  BaseChatAgent,
  RoundRobinGroupChat,
  TextMessage,
  defineMessage,
  type ChatMessage,
  type MessageDefinition,
  type Response,
  type TurnOptions,
} from "@tesserae/agentchat";
import { z } from "zod";

//#region factory
const question = TextMessage({ content: "How many tiles are left?", source: "user" });
console.log(question.type, question.content, question.metadata);
//#endregion

//#region define
const StockReport = defineMessage("StockReport", z.object({ tile: z.string(), left: z.number().int() }), {
  toText: ({ tile, left }) => `${left} tiles of kind ${tile} are left`,
});

class Storekeeper extends BaseChatAgent {
  override get producedMessageTypes(): readonly MessageDefinition[] {
    return [StockReport];
  }

  override async onMessages(_messages: readonly ChatMessage[], { context }: TurnOptions = {}): Promise<Response> {
    return {
      type: "Response",
      chatMessage: StockReport.create({ source: this.name, tile: "blue", left: 12 }, context),
    };
  }

  override async onReset(): Promise<void> {}
}
//#endregion

const storekeeper = new Storekeeper({ name: "storekeeper", description: "Knows the stock." });
const team = new RoundRobinGroupChat({ participants: [storekeeper], maxTurns: 1 });
const { messages } = await team.run(question);
for (const message of messages)
  console.log(`${message.type}: ${team.messages.definition(message.type)?.toText(message)}`);

//#region json
const report = messages.at(-1);
if (report !== undefined) {
  const json = team.messages.toJson(report);
  console.log(Object.keys(json).join(", "));
}
//#endregion
await team.close();
