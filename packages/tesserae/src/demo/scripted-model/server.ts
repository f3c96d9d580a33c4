import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { RuntimeError } from "@tesserae/core";
import {
  encodeError,
  encodeOpenAIChatBody,
  encodeOpenAIChatStream,
  type ScriptedResponse,
} from "@tesserae/wire/scripted";
import { NO_USAGE } from "@tesserae/wire/usage";
import { scriptedAnswer, type ScriptedAnswer } from "./answer.ts";
import { readConversation, type Conversation } from "./conversation.ts";

/** A model behind HTTP whose answers are a program. */
export interface ScriptedModelServer {
  /** What a client takes as its base URL: `http://127.0.0.1:PORT/v1`. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

/** What {@link startScriptedModel} may be told. */
export interface ScriptedModelOptions {
  /** Called with the body of each chat completion before it is answered. A promise makes the answer wait. */
  readonly onRequest?: (body: string) => void | Promise<void>;
}

const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Serves the scripted model of the demo on a free port of 127.0.0.1, in OpenAI's protocol: `POST /v1/chat/completions`,
 * streamed or not. It counts tokens by an estimate of its own: four bytes of the request or of the answer each.
 */
export async function startScriptedModel(options: ScriptedModelOptions = {}): Promise<ScriptedModelServer> {
  const http = process.getBuiltinModule("node:http");
  const server = http.createServer((request, response) => {
    answer(request, response, options).catch(() => response.destroy());
  });
  await listen(server);
  const address = server.address();
  if (address === null || typeof address === "string") throw new RuntimeError("The scripted model has no port.");
  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: ScriptedModelOptions,
): Promise<void> {
  if (request.method !== "POST" || request.url !== "/v1/chat/completions") {
    return fail(response, "not_found", "The scripted model answers POST /v1/chat/completions only.");
  }
  const body = await readBody(request);
  if (body === undefined) return fail(response, "too_large", `A request may have ${MOST_BYTES} bytes.`);
  await options.onRequest?.(body);
  const parsed = parseJson(body);
  const conversation = readConversation(parsed);
  if (conversation === undefined) return fail(response, "invalid_request", "The body is no chat completion request.");
  const said = scriptedAnswer(conversation);
  if (said === undefined) {
    const text =
      "The scripted model knows the conversation of `tesserae demo` only. For other tasks set a key, such as OPENAI_API_KEY, or start Ollama.";
    return fail(response, "invalid_request", text);
  }
  const script = toScript(said, conversation, body);
  if (Reflect.get(Object(parsed), "stream") !== true) {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(encodeOpenAIChatBody(script)));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of encodeOpenAIChatStream(script)) response.write(event);
  response.end();
}

function toScript({ text, call }: ScriptedAnswer, { model, messages }: Conversation, body: string): ScriptedResponse {
  const calls =
    call === undefined
      ? []
      : [{ id: `call_${messages.length}`, name: call.name, arguments: JSON.stringify(call.arguments) }];
  const said = `${text ?? ""}${calls.map((each) => each.name + each.arguments).join("")}`;
  const usage = { ...NO_USAGE, inputTokens: tokens(body), outputTokens: tokens(said) };
  return {
    model,
    ...(text === undefined ? {} : { text }),
    toolCalls: calls.map((each, index) => ({ ...each, index })),
    usage,
  };
}

/** Four bytes a token: what English text and JSON come to with the usual tokenizers. */
function tokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}

function fail(response: ServerResponse, kind: "not_found" | "invalid_request" | "too_large", message: string): void {
  const { status, body } = encodeError("openai-chat", { kind, message });
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) return undefined;
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
