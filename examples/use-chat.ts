/** A team behind `useChat` of the AI SDK: the two forms of a handler, and what they send. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { AssistantAgent, RoundRobinGroupChat } from "@tesserae/agentchat";
import { tool } from "@tesserae/core";
import { pipeUIMessageStream, taskFromUIMessages, toUIMessageStreamResponse } from "@tesserae/ext/ui";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

const weather = tool({
  name: "weather",
  description: "The present weather of a city.",
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => `${city}: sunny`,
});

function makeTeam(): RoundRobinGroupChat {
  const scout = new AssistantAgent({
    name: "scout",
    modelClient: scriptedModel(asks(["weather", { city: "Lisbon" }]), "It is sunny."),
    tools: [weather],
    reflectOnToolUse: true,
    modelClientStream: true,
  });
  const writer = new AssistantAgent({ name: "writer", modelClient: scriptedModel("Take a hat.") });
  return new RoundRobinGroupChat({ participants: [scout, writer], maxTurns: 2 });
}

/** What `useChat` posts. */
type ChatRequest = { readonly messages: Parameters<typeof taskFromUIMessages>[0] };

//#region response
/** The handler of a route in Next.js; in Hono: `app.post("/api/chat", (c) => POST(c.req.raw))`. */
async function POST(request: Request): Promise<Response> {
  const { messages } = (await request.json()) as ChatRequest;
  const stream = makeTeam().runStream(taskFromUIMessages(messages), { outputTaskMessages: false });
  return toUIMessageStreamResponse(stream);
}
//#endregion

//#region node
/** The handler of `node:http`; in Express, behind `express.json()`, `request.body` has the messages. */
async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { messages } = (await json(request)) as ChatRequest;
  const stream = makeTeam().runStream(taskFromUIMessages(messages), { outputTaskMessages: false });
  await pipeUIMessageStream(stream, response);
}
//#endregion

const body = JSON.stringify({
  messages: [{ id: "1", role: "user", parts: [{ type: "text", text: "A trip to Lisbon?" }] }],
});
const answer = await POST(new Request("http://localhost/api/chat", { method: "POST", body }));
for (const event of (await answer.text()).split("\n\n")) {
  // Ids are new in every run.
  if (event !== "") console.log(event.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "…"));
}

const server = createServer((request, response) => void handle(request, response)).listen(0, "127.0.0.1");
await once(server, "listening");
const address = server.address();
const port = typeof address === "object" ? address?.port : undefined;
const again = await fetch(`http://127.0.0.1:${port}/api/chat`, { method: "POST", body });
const { length } = (await again.text()).split("\n\n");
console.log(`${length - 1} events from node:http`);
server.close();
