/** An actor that answers over HTTP while its model speaks; a caller who goes away ends the call of the model. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import {
  AgentId,
  RoutedAgent,
  SingleThreadedAgentRuntime,
  UserMessage,
  defineMessage,
  rpc,
  streamModel,
  type ChatCompletionClient,
  type HandlerDefinition,
  type MessageContext,
} from "@tesserae/core";
import { z } from "zod";
import { scriptedModel } from "./support/scripted-model.ts";

const Question = defineMessage("Question", z.object({ text: z.string() }));

//#region agent
/** Takes the pieces of an answer: one for each conversation that somebody waits for. */
type Listeners = Map<string, (piece: string) => void>;

class Answerer extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    rpc(Question, (self: Answerer, question, context) => self.answer(question.text, context)),
  ];
  readonly #modelClient: ChatCompletionClient;
  readonly #listeners: Listeners;

  constructor(modelClient: ChatCompletionClient, listeners: Listeners) {
    super("Answers questions.");
    this.#modelClient = modelClient;
    this.#listeners = listeners;
  }

  async answer(content: string, { run, signal }: MessageContext): Promise<string> {
    const messages = [UserMessage({ content, source: "user" })];
    // The key of the agent is the conversation.
    const show = (piece: string): void => this.#listeners.get(this.id.key)?.(piece);
    const result = await streamModel(run, this.#modelClient, messages, { purpose: "reply", signal }, show);
    return result.finishReason;
  }
}
//#endregion

//#region server
const listeners: Listeners = new Map();
const runtime = new SingleThreadedAgentRuntime();
await Answerer.register(
  runtime,
  "answerer",
  () => new Answerer(scriptedModel("Azulejos are tiles of glazed clay."), listeners),
);
runtime.start();

const server = createServer((request, response) => {
  const key = crypto.randomUUID();
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  listeners.set(key, (piece) => response.write(piece));
  const reply = async (): Promise<void> => {
    const question = Question({ text: await text(request) });
    await runtime.sendMessage(question, new AgentId("answerer", key), { signal: gone.signal });
  };
  reply()
    .then(
      () => response.end(),
      (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
    )
    .finally(() => listeners.delete(key));
});
//#endregion

server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;

const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: "What are azulejos?" });
console.log(response.status, await response.text());
server.close();
await runtime.stopWhenIdle();
await runtime.close();
