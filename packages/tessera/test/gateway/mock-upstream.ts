import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A request as the upstream got it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** Answers a request; may write whatever it likes, when it likes. */
export type MockHandler = (request: SeenRequest, response: ServerResponse, socket: Socket) => void;

/** A real server that stands where a provider would. */
export interface MockUpstream {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  handler: MockHandler;
  /** Connections open now. */
  readonly connections: number;
  /** Resolves when the condition holds; looked at when a request or connection comes or goes. */
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1. */
export async function startMockUpstream(handler: MockHandler): Promise<MockUpstream> {
  const requests: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  const changed = (): void => {
    for (const look of waiting) look();
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", rawHeaders, headers } = request;
      const seen = { method, url, rawHeaders, headers, body: Buffer.concat(chunks) };
      requests.push(seen);
      mock.handler(seen, response, request.socket);
      changed();
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      changed();
    });
    changed();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  const { port } = server.address() as AddressInfo;
  const mock: MockUpstream = {
    url: `http://127.0.0.1:${port}`,
    requests,
    handler,
    get connections() {
      return sockets.size;
    },
    until: (condition) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!condition()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close,
    [Symbol.asyncDispose]: close,
  };
  return mock;
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** Begins a stream of events. */
export function beginStream(response: ServerResponse, headers: Record<string, string> = {}): void {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", ...headers });
}

/** A chat completion. */
export const CHAT = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: "gpt-4o-2024-08-06",
  choices: [
    { index: 0, message: { role: "assistant", content: "Hello there" }, logprobs: null, finish_reason: "stop" },
  ],
  usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
} as const;

/** A message of Anthropic's. */
export const MESSAGE = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-4-6",
  content: [{ type: "text", text: "Hello there" }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 9, output_tokens: 3 },
} as const;

/** The events of a streamed chat with so many parts of text, the usage and the end. */
export function chatEvents(parts: number, withUsage: boolean): string[] {
  const chunk = (delta: object, finish: string | null): string => {
    const choices = [{ index: 0, delta, finish_reason: finish }];
    const usage = withUsage ? { usage: null } : {};
    const event = {
      id: "chatcmpl-1",
      object: "chat.completion.chunk",
      created: 1,
      model: "gpt-4o-2024-08-06",
      choices,
      ...usage,
    };
    return `data: ${JSON.stringify(event)}\n\n`;
  };
  const events = [chunk({ role: "assistant", content: "" }, null)];
  for (let part = 0; part < parts; part++) events.push(chunk({ content: ` wörd${part} 😀` }, null));
  events.push(chunk({}, "stop"));
  if (withUsage) {
    const usage = { prompt_tokens: 9, completion_tokens: parts, total_tokens: 9 + parts };
    const last = {
      id: "chatcmpl-1",
      object: "chat.completion.chunk",
      created: 1,
      model: "gpt-4o-2024-08-06",
      choices: [],
      usage,
    };
    events.push(`data: ${JSON.stringify(last)}\n\n`);
  }
  events.push("data: [DONE]\n\n");
  return events;
}

/** The events of a streamed message of Anthropic's. */
export function messageEvents(parts: number): string[] {
  const event = (data: { readonly type: string }): string => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
  const usage = { input_tokens: 9, output_tokens: 1 };
  const message = { ...MESSAGE, content: [], stop_reason: null, usage };
  return [
    event({ type: "message_start", message } as { type: string }),
    event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } } as { type: string }),
    ...Array.from({ length: parts }, (_, index) =>
      event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: ` wörd${index}` } } as {
        type: string;
      }),
    ),
    event({ type: "content_block_stop", index: 0 } as { type: string }),
    event({
      type: "message_delta",
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: { output_tokens: parts },
    } as { type: string }),
    event({ type: "message_stop" }),
  ];
}
