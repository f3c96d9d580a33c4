import { createServer, type Server } from "node:http";
import { isRawObject, WireError } from "@tesserae/wire";
import { findAnswer } from "./find-answer.ts";
import { parsePlannedFault } from "./fault.ts";
import { TrafficHandler, type AnsweredRequest } from "./http/traffic-handler.ts";
import { openSources, type SourceOptions } from "./open-sources.ts";
import type { TrafficRequest } from "./traffic-request.ts";

/** What {@link startServer} may be told. At least one of `script`, `recordings` and `log` is needed. */
export interface ServerOptions extends SourceOptions {
  /** Default `127.0.0.1`: only this machine. */
  readonly host?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** How long each event of a stream takes, in milliseconds. Default 0: the whole stream is sent at once. */
  readonly paceMs?: number;
  /** Faults and the calls that they hit: `429@2`, `reset@2-4`, `slow:100` (every call). The first that fits counts. */
  readonly faults?: readonly string[];
  /** Called with each request before it is answered. A promise makes the answer wait. */
  readonly onRequest?: (request: TrafficRequest) => void | Promise<void>;
  /** Called after each answer, with how it went. */
  readonly onAnswer?: (answered: AnsweredRequest) => void;
  /** How many requests `requests` keeps, the newest. Default 10,000. */
  readonly keepRequests?: number;
}

/** A running server of recorded or scripted traffic. */
export interface TrafficServer {
  /**
   * `http://127.0.0.1:PORT`: what Anthropic's clients take as their base URL; those of OpenAI take it with `/v1` behind.
   */
  readonly url: string;
  /** The requests that came, in order. */
  readonly requests: readonly TrafficRequest[];
  /** Breaks all connections and frees the port. May be called twice. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts an HTTP server that speaks the protocols of OpenAI (chat completions and responses) and Anthropic (messages)
 * and answers from a script, from recordings or from a log of tessen. A header `x-tessen-fault` asks for a fault in one
 * request. The same requests get the same bytes. Throws `ERR_INVALID_ARGUMENT` for bad options and scripts.
 *
 * @example
 * const server = await startServer({ script: { answers: [{ text: "Hello." }] } });
 * const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "any" });
 */
export async function startServer(options: ServerOptions): Promise<TrafficServer> {
  checkShape(options);
  const { host = "127.0.0.1", port = 0, paceMs = 0, keepRequests = 10_000 } = options;
  wholeNumber("port", port, 65_535);
  wholeNumber("keepRequests", keepRequests, Number.MAX_SAFE_INTEGER);
  if (!(paceMs >= 0 && paceMs < 2 ** 31)) throw invalid(`paceMs must be a number from 0, not ${paceMs}.`);
  const faults = (options.faults ?? []).map(parsePlannedFault);
  const sources = openSources(options);
  if (sources.length === 0) throw invalid("There is nothing to answer from: give a script, recordings or a log.");
  const models = [...new Set(sources.flatMap((source) => source.models))];
  const handler = new TrafficHandler({
    find: (request) => findAnswer(request, { sources, models: models.length === 0 ? ["scripted"] : models }),
    faults,
    paceMs,
    keepRequests,
    onRequest: options.onRequest,
    onAnswer: options.onAnswer,
  });
  const server = createServer((message, response) => void handler.answer(message, response));
  // The clients decide when a connection ends.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  await listen(server, port, host);
  const close = (): Promise<void> => closed(server);
  return { url: urlOf(server, host), requests: handler.requests, close, [Symbol.asyncDispose]: close };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: Error): void =>
      reject(invalid(`The server cannot listen on ${host}, port ${port}: ${error.message}`));
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      resolve();
    });
  });
}

async function closed(server: Server): Promise<void> {
  const ended = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await ended;
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  // Where it listens on all addresses, this machine's own is one of them.
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

/** What the types promise, for programs that have none. */
function checkShape(options: unknown): void {
  if (!isRawObject(options)) throw invalid("startServer() takes an object with a script, recordings or a log.");
  const { faults, recordings, log } = options;
  if (faults !== undefined && !(Array.isArray(faults) && faults.every(isText))) {
    throw invalid('faults must be a list of texts, such as ["429@2"].');
  }
  if (recordings !== undefined && !isText(recordings))
    throw invalid("recordings must be the path of a folder or file.");
  if (log !== undefined && !(isRawObject(log) && isText(log["agent"]))) {
    throw invalid("log must be an object with the name of an agent: { agent, logDir }.");
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function wholeNumber(name: string, value: number, most: number): void {
  if (!Number.isSafeInteger(value) || value < 0 || value > most)
    throw invalid(`${name} must be a whole number from 0 to ${most}, not ${value}.`);
}

function invalid(message: string): WireError {
  return new WireError("ERR_INVALID_ARGUMENT", message);
}
