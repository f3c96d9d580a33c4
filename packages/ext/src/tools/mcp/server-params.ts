import { ValueError, isObject } from "@tesserae/core";

/** A server that runs as a child process and speaks over its standard input and output. */
export interface StdioServerParams {
  readonly type: "StdioServerParams";
  /** The program. It runs on this machine, with the rights of this process: start only servers whose origin you know. */
  readonly command: string;
  readonly args: readonly string[];
  /** In addition to a few harmless variables (`PATH`, `HOME`, …): nothing else of this process's environment is passed on. */
  readonly env?: { readonly [name: string]: string } | undefined;
  /** The folder it runs in. Default: that of this process. */
  readonly cwd?: string | undefined;
  /** Always UTF-8, as the protocol says; kept because AutoGen's files have it. */
  readonly encoding: string;
  /** Kept for AutoGen's files. Bytes that are no UTF-8 are replaced. */
  readonly encodingErrorHandler: "strict" | "ignore" | "replace";
  /** How long an answer may take, in seconds, counted anew with each report of progress. */
  readonly readTimeoutSeconds: number;
}

/** A server that speaks over HTTP with server-sent events, as the protocol did before March 2025. */
export interface SseServerParams {
  readonly type: "SseServerParams";
  readonly url: string;
  readonly headers?: { readonly [name: string]: string } | undefined;
  /** How long connecting may take, in seconds. */
  readonly timeout: number;
  /** How long an answer may take, in seconds, counted anew with each report of progress. */
  readonly sseReadTimeout: number;
}

/** A server that speaks over streamable HTTP. */
export interface StreamableHttpServerParams {
  readonly type: "StreamableHttpServerParams";
  readonly url: string;
  readonly headers?: { readonly [name: string]: string } | undefined;
  /** How long connecting may take, in seconds. */
  readonly timeout: number;
  /** How long an answer may take, in seconds, counted anew with each report of progress. */
  readonly sseReadTimeout: number;
  /** Whether the server is told when the session is closed. */
  readonly terminateOnClose: boolean;
}

/** How a server of the Model Context Protocol is reached. */
export type McpServerParams = StdioServerParams | SseServerParams | StreamableHttpServerParams;

/** What {@link StdioServerParams} takes: the command, and what differs from the defaults. */
export type StdioServerParamsInit = Pick<StdioServerParams, "command"> & Partial<Omit<StdioServerParams, "type">>;
/** What {@link SseServerParams} takes: the address, and what differs from the defaults. */
export type SseServerParamsInit = Pick<SseServerParams, "url"> & Partial<Omit<SseServerParams, "type">>;
/** What {@link StreamableHttpServerParams} takes: the address, and what differs from the defaults. */
export type StreamableHttpServerParamsInit = Pick<StreamableHttpServerParams, "url"> &
  Partial<Omit<StreamableHttpServerParams, "type">>;

/**
 * A server to start: no arguments, 5 seconds for an answer. Its command is run as it stands: never build it, or its
 * arguments, of what somebody else wrote.
 *
 * @throws ValueError
 */
export function StdioServerParams(init: StdioServerParamsInit): StdioServerParams {
  const { command, args = [], env, cwd, encoding = "utf-8", encodingErrorHandler = "strict" } = init;
  const { readTimeoutSeconds = 5 } = init;
  if (typeof command !== "string" || command === "") throw new ValueError("/command must be the name of a program.");
  if (!Array.isArray(args) || !args.every((each) => typeof each === "string")) {
    throw new ValueError("/args must be a list of texts.");
  }
  if (!/^utf-?8$/i.test(encoding)) {
    throw new ValueError(`/encoding must be utf-8, the only one of the protocol, not ${JSON.stringify(encoding)}.`);
  }
  if (!["strict", "ignore", "replace"].includes(encodingErrorHandler)) {
    throw new ValueError("/encoding_error_handler must be strict, ignore or replace.");
  }
  return {
    type: "StdioServerParams",
    command,
    args: args.slice(),
    ...(env === undefined ? {} : { env: texts(env, "/env") }),
    ...(cwd === undefined ? {} : { cwd }),
    encoding,
    encodingErrorHandler,
    readTimeoutSeconds: seconds(readTimeoutSeconds, "/read_timeout_seconds"),
  };
}

/**
 * A server with server-sent events: 5 seconds to connect, 300 for an answer.
 *
 * @throws ValueError
 */
export function SseServerParams(init: SseServerParamsInit): SseServerParams {
  const { timeout = 5, sseReadTimeout = 300 } = init;
  return { type: "SseServerParams", ...addressOf(init), ...timeoutsOf(timeout, sseReadTimeout) };
}

/**
 * A server with streamable HTTP: 30 seconds to connect, 300 for an answer.
 *
 * @throws ValueError
 */
export function StreamableHttpServerParams(init: StreamableHttpServerParamsInit): StreamableHttpServerParams {
  const { timeout = 30, sseReadTimeout = 300, terminateOnClose = true } = init;
  const type = "StreamableHttpServerParams";
  return { type, ...addressOf(init), ...timeoutsOf(timeout, sseReadTimeout), terminateOnClose };
}

/** The same parameters, checked and with their defaults. */
export function checkedServerParams(params: McpServerParams): McpServerParams {
  switch (isObject(params) ? params.type : undefined) {
    case "StdioServerParams":
      return StdioServerParams(params as StdioServerParams);
    case "SseServerParams":
      return SseServerParams(params as SseServerParams);
    case "StreamableHttpServerParams":
      return StreamableHttpServerParams(params as StreamableHttpServerParams);
    default:
      throw new ValueError(
        "The parameters of an MCP server must be made with StdioServerParams(), StreamableHttpServerParams() or SseServerParams().",
      );
  }
}

/** The server in a word, for messages. Without arguments and query, which may hold keys. */
export function serverLabel(params: McpServerParams): string {
  if (params.type === "StdioServerParams") return `the MCP server '${params.command}'`;
  const { origin, pathname } = new URL(params.url);
  return `the MCP server at ${origin}${pathname}`;
}

function addressOf({ url, headers }: { readonly url: string; readonly headers?: SseServerParams["headers"] }): {
  readonly url: string;
  readonly headers?: { readonly [name: string]: string };
} {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new ValueError(`/url must be an address that begins with http:// or https://, not ${JSON.stringify(url)}.`);
  }
  return headers === undefined ? { url } : { url, headers: texts(headers, "/headers") };
}

function timeoutsOf(
  timeout: number,
  sseReadTimeout: number,
): { readonly timeout: number; readonly sseReadTimeout: number } {
  return { timeout: seconds(timeout, "/timeout"), sseReadTimeout: seconds(sseReadTimeout, "/sse_read_timeout") };
}

function texts(value: { readonly [name: string]: string }, place: string): { readonly [name: string]: string } {
  if (!isObject(value) || !Object.values(value).every((each) => typeof each === "string")) {
    throw new ValueError(`${place} must be an object of texts.`);
  }
  return { ...value };
}

/** Timers of Node's end at 2^31 - 1 milliseconds. */
const MOST_SECONDS = 2_147_483;

function seconds(value: number, place: string): number {
  if (typeof value === "number" && value > 0 && value <= MOST_SECONDS) return value;
  throw new ValueError(`${place} must be a number of seconds above 0 and at most ${MOST_SECONDS}.`);
}
