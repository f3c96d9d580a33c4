import { once } from "node:events";
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { AssistantAgent, type RunStream } from "@tesserae/agentchat";
import { ScriptedClient } from "@tesserae/agentchat/testing";
import { afterEach, describe, expect, test } from "vitest";
import { taskFromUIMessages } from "./task-from-ui-messages.ts";
import { chatBySdk } from "./testing/read-by-sdk.ts";
import { pipeUIMessageStream, toUIMessageStreamResponse } from "./ui-message-stream-response.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
});

async function serve(handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Promise<string> {
  const server = createServer((incoming, response) => void handle(incoming, response));
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/api/chat`;
}

/** An agent that says how often it was asked, and what. */
function counter(): AssistantAgent {
  const modelClient = new ScriptedClient((_options, { messages }) => {
    const asked = messages.filter(({ type }) => type === "UserMessage").map(({ content }) => content);
    return `${asked.length}: ${JSON.stringify(asked.at(-1))}`;
  });
  return new AssistantAgent({ name: "counter", modelClient, modelClientStream: true });
}

/** What `useChat` sends. */
interface ChatRequest {
  readonly messages: Parameters<typeof taskFromUIMessages>[0];
}

/** Sends a response of the platform's kind as Node does: what a framework does for its handlers. */
async function sendResponse(from: Response, to: ServerResponse): Promise<void> {
  to.writeHead(from.status, Object.fromEntries(from.headers));
  const reader = from.body?.getReader();
  to.once("close", () => void reader?.cancel());
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done || value === undefined) break;
    to.write(value);
  }
  to.end();
}

/** Both ways of answering. */
const WAYS: readonly (readonly [
  name: string,
  answer: (stream: RunStream, response: ServerResponse) => Promise<void>,
])[] = [
  ["a Response", (stream, response) => sendResponse(toUIMessageStreamResponse(stream), response)],
  ["a response of Node", (stream, response) => pipeUIMessageStream(stream, response)],
];

describe.each(WAYS)("a chat of the AI SDK that is answered by %s", (_name, answer) => {
  test("has the conversation, turn by turn", async () => {
    const agent = counter();
    const api = await serve(async (incoming, response) => {
      // What the client of the SDK sends.
      const { messages } = (await json(incoming)) as ChatRequest;
      await answer(agent.runStream(taskFromUIMessages(messages)), response);
    });
    const { status, error, messages } = await chatBySdk(api, "Hello?", "And now?");
    expect([status, error]).toEqual(["ready", undefined]);
    expect(
      messages.map(({ role, parts }) => [role, ...parts.flatMap((part) => (part.type === "text" ? [part.text] : []))]),
    ).toEqual([
      ["user", "Hello?"],
      ["assistant", '1: "Hello?"'],
      ["user", "And now?"],
      ["assistant", '2: "And now?"'],
    ]);
    expect(messages[1]?.metadata?.status).toBe("finished");
  });

  test("is told of a run that fails", async () => {
    const api = await serve(async (_incoming, response) => {
      const agent = new AssistantAgent({ name: "a", modelClient: new ScriptedClient([new RangeError("secret")]) });
      await answer(agent.runStream("Go"), response);
    });
    expect(await chatBySdk(api, "Hello?")).toMatchObject({ status: "error", error: "The run failed." });
  });

  test("aborts the run when the client goes away", async () => {
    let abort: (value: string) => void = () => undefined;
    const aborted = new Promise<string>((resolve) => {
      abort = resolve;
    });
    const api = await serve(async (_incoming, response) => {
      const modelClient = new ScriptedClient(
        ({ signal }) =>
          new Promise((_resolve, reject) => {
            signal?.addEventListener("abort", () => {
              abort("aborted");
              reject(signal.reason);
            });
          }),
      );
      await answer(new AssistantAgent({ name: "a", modelClient }).runStream("Go"), response);
    });
    const client = request(api, { method: "POST" }).end();
    client.on("error", () => undefined);
    const [response] = (await once(client, "response")) as [IncomingMessage];
    await once(response, "data");
    client.destroy();
    expect(await aborted).toBe("aborted");
  });

  test("has the headers of the protocol", async () => {
    const api = await serve((_incoming, response) => answer(counter().runStream("Go"), response));
    const response = await fetch(api, { method: "POST" });
    expect(response.headers.get("x-vercel-ai-ui-message-stream")).toBe("v1");
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const text = await response.text();
    expect(text.endsWith("\n\ndata: [DONE]\n\n")).toBe(true);
    expect(text.startsWith('data: {"type":"start"}\n\n')).toBe(true);
  });
});

test("status and headers of one's own are beside those of the protocol", () => {
  const response = toUIMessageStreamResponse(counter().runStream("Go"), { status: 203, headers: { "x-own": "1" } });
  expect(response.status).toBe(203);
  expect(response.headers.get("x-own")).toBe("1");
  expect(response.headers.get("x-vercel-ai-ui-message-stream")).toBe("v1");
});
