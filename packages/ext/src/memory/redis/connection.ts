import { CancelledError, raceSignal, RuntimeError, throwIfAborted } from "@tesserae/core";
import { maskUrl } from "../../models/shared/secret-url.ts";
import { orSayWhatIsMissing } from "../../shared/or-say-what-is-missing.ts";

/** A part of a command. */
type Argument = string | Uint8Array;

/** A connection to Redis. */
export interface RedisConnection {
  /**
   * The answer, its texts as they are.
   *
   * @throws RuntimeError `ERR_MEMORY_STORE` with the server's words; CancelledError for an aborted signal.
   */
  send(args: readonly Argument[], signal?: AbortSignal): Promise<unknown>;
  /** The same, for answers with bytes that are no text: every text comes as bytes. */
  sendForBytes(args: readonly Argument[], signal?: AbortSignal): Promise<unknown>;
  close(): Promise<void>;
}

/** How long a first connection is tried for, and how often. */
const CONNECT_MS = 5000;
const RETRIES = 3;
const PAUSE_MS = 100;

/** Connects by the package `@redis/client`, which is loaded here. */
export async function connectToRedis(url: string): Promise<RedisConnection> {
  const { createClient, RESP_TYPES } = await orSayWhatIsMissing("@redis/client", () => import("@redis/client"));
  const client = createClient({
    url,
    // In the newer protocol the search module answers in another shape.
    RESP: 2,
    socket: {
      connectTimeout: CONNECT_MS,
      reconnectStrategy: (retries) => (retries < RETRIES ? PAUSE_MS : new Error("the connection could not be made")),
    },
  });
  // Whoever sends a command is told; without a listener the process would end.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (cause) {
    if (client.isOpen) client.destroy();
    throw failed(`Redis at ${maskUrl(url)} was not reached`, cause);
  }
  const send = async (args: readonly Argument[], typeMapping: object, signal?: AbortSignal): Promise<unknown> => {
    throwIfAborted(signal);
    const buffers = args.map((arg) => (typeof arg === "string" ? arg : Buffer.from(arg)));
    try {
      // A command that was sent cannot be taken back, but nobody needs to wait for it.
      return await raceSignal(client.sendCommand(buffers, { typeMapping }), signal);
    } catch (cause) {
      if (cause instanceof CancelledError) throw cause;
      throw failed(`Redis refused ${String(args[0])}`, cause);
    }
  };
  return {
    send: (args, signal) => send(args, {}, signal),
    sendForBytes: (args, signal) => send(args, { [RESP_TYPES.BLOB_STRING]: Buffer }, signal),
    close: async () => {
      if (client.isOpen) await client.close();
    },
  };
}

function failed(what: string, cause: unknown): RuntimeError {
  const why = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new RuntimeError(`${what}: ${why}`, { code: "ERR_MEMORY_STORE", cause });
}
