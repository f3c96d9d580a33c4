import type { Transport } from "@modelcontextprotocol/client";
import type { Stream } from "node:stream";
import type { McpServerParams, StdioServerParams } from "../server-params.ts";
import { loadMcpStdio, type McpSdk } from "./load-package.ts";
import { streamableHttpTransport } from "./streamable-http-transport.ts";

/** A way to a server, not yet open. */
export interface Connection {
  readonly transport: Transport;
  /** The end of what the server wrote to standard error, once it has ended; empty for one that is not a child process. */
  lastWords(): Promise<string>;
  /** Tells the server, as far as the protocol has words for it, that the session ends. */
  sayGoodbye(): Promise<void>;
}

/** How long a server may take to hear that the session ends, in milliseconds: it may be gone. */
const GOODBYE_LENGTH = 5_000;

/** Makes the way to a server. */
export async function connectionTo(params: McpServerParams, sdk: McpSdk): Promise<Connection> {
  if (params.type === "StdioServerParams") return toChildProcess(params);
  const requestInit = params.headers === undefined ? {} : { requestInit: { headers: { ...params.headers } } };
  const silent = (): Promise<string> => Promise.resolve("");
  const nothing = (): Promise<void> => Promise.resolve();
  if (params.type === "SseServerParams") {
    const transport = new sdk.SSEClientTransport(new URL(params.url), requestInit);
    return { transport, lastWords: silent, sayGoodbye: nothing };
  }
  const { transport, sent } = streamableHttpTransport(new URL(params.url), requestInit, sdk);
  const end = (): Promise<void> => (params.terminateOnClose ? transport.terminateSession() : nothing());
  const sayGoodbye = (): Promise<void> => atMost(GOODBYE_LENGTH, sent().then(end));
  return { transport, lastWords: silent, sayGoodbye };
}

async function toChildProcess({ command, args, env, cwd }: StdioServerParams): Promise<Connection> {
  const { StdioClientTransport } = await loadMcpStdio();
  const transport = new StdioClientTransport({
    command: programOf(command),
    args: args.slice(),
    ...(env === undefined ? {} : { env: { ...env } }),
    ...(cwd === undefined ? {} : { cwd }),
    stderr: "pipe",
  });
  return { transport, lastWords: tailOf(transport.stderr), sayGoodbye: () => Promise.resolve() };
}

/** Elsewhere than on Windows, where `npx` is a file `npx.cmd`, files for Windows name the same programs. */
function programOf(command: string): string {
  if (process.platform === "win32" || !/^[^/]+\.cmd$/.test(command)) return command;
  const program = command.slice(0, -".cmd".length);
  process.emitWarning(`'${command}' is a program of Windows: '${program}' is started instead.`, {
    code: "TESSERAE_MCP_COMMAND",
  });
  return program;
}

const TAIL_LENGTH = 4_000;

/** Keeps the end of a stream that must be read lest the server stop at a full pipe. */
function tailOf(stream: Stream | null): () => Promise<string> {
  let tail = "";
  const ended = new Promise<void>((resolve) => stream?.once("end", resolve));
  const decoder = new TextDecoder();
  stream?.on("data", (chunk: Uint8Array) => {
    tail = (tail + decoder.decode(chunk, { stream: true })).slice(-TAIL_LENGTH);
  });
  return async () => {
    // A process that the server left behind may hold the pipe open.
    await atMost(1_000, ended);
    return tail.trim();
  };
}

/** Waits for a promise, whatever becomes of it, but not for ever. */
async function atMost(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([promise.catch(() => undefined), late]);
  clearTimeout(timer);
}
