import type { RunStream } from "@tesserae/agentchat";
import { ChunkSource, type UIMessageStreamOptions } from "./ui-message-stream.ts";

/** By these a client knows the protocol, and proxies do not hold the events back. */
const HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache",
  "x-vercel-ai-ui-message-stream": "v1",
  "x-accel-buffering": "no",
};

/** Options of {@link toUIMessageStreamResponse}. */
export interface UIMessageStreamResponseOptions extends UIMessageStreamOptions {
  /** Default: 200. */
  readonly status?: number | undefined;
  /** Beside those of the protocol. */
  readonly headers?: { readonly [name: string]: string } | undefined;
}

/**
 * A run as the answer to a request of `useChat`: for handlers that return a `Response`, as those of Next.js, Hono, Bun and
 * Deno do. The run begins when the client reads, and is aborted when the client goes away.
 */
export function toUIMessageStreamResponse(stream: RunStream, options: UIMessageStreamResponseOptions = {}): Response {
  const source = new ChunkSource(stream, options);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const events = await nextEvents(source);
      controller.enqueue(encoder.encode(events ?? DONE));
      if (events === undefined) controller.close();
    },
    async cancel() {
      await source.leave();
    },
  });
  return new Response(body, { status: options.status ?? 200, headers: { ...HEADERS, ...options.headers } });
}

/** What is needed of Node's `ServerResponse`. */
export interface NodeResponse {
  writeHead(status: number, headers: { readonly [name: string]: string }): unknown;
  write(text: string): boolean;
  end(text?: string): unknown;
  once(event: "drain" | "close", listener: () => void): unknown;
  off(event: "drain" | "close", listener: () => void): unknown;
}

/**
 * {@link toUIMessageStreamResponse} for handlers that write to Node's `ServerResponse`, as those of Express and
 * `node:http` do. Resolves when everything is written; when the client goes away, once the run has ended.
 */
export async function pipeUIMessageStream(
  stream: RunStream,
  response: NodeResponse,
  options: UIMessageStreamResponseOptions = {},
): Promise<void> {
  const source = new ChunkSource(stream, options);
  let leaving: Promise<void> | undefined;
  const leave = (): void => {
    leaving = source.leave();
  };
  response.once("close", leave);
  response.writeHead(options.status ?? 200, { ...HEADERS, ...options.headers });
  for (let events = await nextEvents(source); events !== undefined; events = await nextEvents(source)) {
    if (leaving === undefined && !response.write(events)) await drained(response);
  }
  response.off("close", leave);
  if (leaving === undefined) response.end(DONE);
  else await leaving;
}

const DONE = "data: [DONE]\n\n";

/** The next chunks as server-sent events. */
async function nextEvents(source: ChunkSource): Promise<string | undefined> {
  const chunks = await source.batch();
  return chunks?.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("");
}

function drained(response: NodeResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      response.off("drain", go);
      response.off("close", go);
      resolve();
    };
    response.once("drain", go);
    response.once("close", go);
  });
}
