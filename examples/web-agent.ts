/** Request and response: an agent for each request, whose state lies in a file between them. The server keeps nothing. */
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { AssistantAgent, messageText, TextMessage } from "@tesserae/agentchat";
import { scriptedModel } from "./support/scripted-model.ts";

const directory = await mkdtemp(join(tmpdir(), "agents-"));
const modelClient = scriptedModel("Hello, Ada.", "Hello, Bo.", "You are Ada.");

//#region answer
/** One line of a user, and the answer to it. */
async function answer(id: string, line: string, signal: AbortSignal): Promise<string> {
  const agent = new AssistantAgent({ name: "assistant", modelClient });
  const path = join(directory, `${id}.json`);
  const state = await readFile(path, "utf8").catch(() => undefined);
  if (state !== undefined) await agent.loadState(JSON.parse(state));
  const { chatMessage } = await agent.onMessages([TextMessage({ content: line, source: "user" })], { signal });
  await writeFile(path, JSON.stringify(await agent.saveState()));
  return messageText(chatMessage);
}
//#endregion

//#region handle
/** `POST /ID` with a line as its body. A client that goes away aborts the call of the model. */
async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const id = /^\/([\w-]+)$/.exec(request.url ?? "")?.[1];
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    if (id === undefined) response.writeHead(404).end();
    else response.end(await answer(id, await text(request), gone.signal));
  } catch (error) {
    console.error(error);
    response.writeHead(500).end("The agent could not answer.");
  }
}
//#endregion

async function start(): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => void handle(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return { server, url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}` };
}

for (const lines of [["ada: I am Ada.", "bo: I am Bo."], ["ada: Who am I?"]]) {
  const { server, url } = await start();
  for (const said of lines) {
    const [id, line] = said.split(": ");
    const response = await fetch(`${url}/${id}`, { method: "POST", body: line ?? "" });
    console.log(`${said} - ${await response.text()}`);
  }
  server.close();
  console.log("(the server is started anew)");
}
await rm(directory, { recursive: true });
