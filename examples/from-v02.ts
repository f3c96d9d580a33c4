/** A history that AutoGen 0.2 kept, gone on with by a team of today. */
import { AssistantAgent, messageText, RoundRobinGroupChat, type ChatMessage } from "@tesserae/agentchat";
import { fromV02Messages, toV02Message } from "@tesserae/agentchat/v02";
import { scriptedModel } from "./support/scripted-model.ts";

//#region history
/** What `agent.chat_messages` held, as JSON. */
const history: readonly unknown[] = [
  { role: "user", name: "user", content: "What is the weather in Lisbon?" },
  {
    role: "assistant",
    name: "helper",
    content: null,
    tool_calls: [{ id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Lisbon"}' } }],
  },
  {
    role: "tool",
    name: "user",
    content: "24 degrees",
    tool_responses: [{ tool_call_id: "call_1", role: "tool", content: "24 degrees" }],
  },
  { role: "assistant", name: "helper", content: "It is 24 degrees in Lisbon." },
];
const messages = fromV02Messages(history);
//#endregion
for (const message of messages) console.log(`${message.type}, ${message.source}: ${messageText(message)}`);

//#region team
const team = new RoundRobinGroupChat({
  participants: [new AssistantAgent({ name: "helper", modelClient: scriptedModel("In Porto it is 21.") })],
  maxTurns: 1,
});
const said = messages.filter(
  (message): message is Extract<typeof message, ChatMessage> =>
    message.type === "TextMessage" || message.type === "MultiModalMessage",
);
const result = await team.run([...said]);
//#endregion
const last = result.messages.at(-1);
if (last !== undefined) console.log(JSON.stringify(toV02Message(last, "assistant")));
await team.close();
