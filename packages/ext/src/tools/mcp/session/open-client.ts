import type { Client, RequestOptions } from "@modelcontextprotocol/client";
import type { McpInitializeResult } from "../mcp-types.ts";
import { serverLabel, type McpServerParams } from "../server-params.ts";
import { answerWith, capabilitiesOf } from "./answer-server.ts";
import type { McpCallbacks } from "./callbacks.ts";
import { connectionTo, type Connection } from "./connection.ts";
import { loadMcpSdk, type McpSdk } from "./load-package.ts";
import { connectionError, isOfOtherVersion } from "./session-errors.ts";

/** A client that a server answers. */
export interface OpenClient {
  readonly sdk: McpSdk;
  readonly client: Client;
  readonly connection: Connection;
  readonly initializeResult: McpInitializeResult;
  /** What every request is sent with. */
  readonly requestOptions: RequestOptions;
}

/** A program that `npx` must fetch first takes its time. */
const LEAST_START_SECONDS = 60;
/** A server that never ends its list is cut off; the default of 64 is little for one with small pages. */
const MOST_PAGES = 1_000;

/**
 * Opens a connection: starts the server or reaches it, and exchanges what each can do.
 *
 * @throws RuntimeError `ERR_MCP_CONNECTION` with the end of what the server wrote to standard error; `ERR_PACKAGE_MISSING`.
 */
export async function openClient(
  params: McpServerParams,
  callbacks: McpCallbacks,
  signal: AbortSignal,
): Promise<OpenClient> {
  const sdk = await loadMcpSdk();
  const { client, connection } = await connected(params, callbacks, signal, sdk, "legacy").catch((error: unknown) => {
    // A server that speaks the protocol of 2026 alone says so. To ask every server first would start each twice.
    if (!isOfOtherVersion(error instanceof Error ? error.cause : undefined, sdk)) throw error;
    return connected(params, callbacks, signal, sdk, "auto");
  });
  return {
    sdk,
    client,
    connection,
    initializeResult: {
      protocolVersion: client.getNegotiatedProtocolVersion() ?? "",
      serverInfo: client.getServerVersion() ?? { name: "", version: "" },
      capabilities: client.getServerCapabilities() ?? {},
      instructions: client.getInstructions(),
    },
    requestOptions: {
      timeout: (params.type === "StdioServerParams" ? params.readTimeoutSeconds : params.sseReadTimeout) * 1000,
      // A server reports progress only to who asks for it.
      onprogress: () => undefined,
      resetTimeoutOnProgress: true,
    },
  };
}

async function connected(
  params: McpServerParams,
  callbacks: McpCallbacks,
  signal: AbortSignal,
  sdk: McpSdk,
  mode: "legacy" | "auto",
): Promise<Pick<OpenClient, "client" | "connection">> {
  const connection = await connectionTo(params, sdk);
  const { transport } = connection;
  const client = new sdk.Client(
    { name: "tesserae", version: "0.1.0" },
    { capabilities: capabilitiesOf(callbacks), listMaxPages: MOST_PAGES, versionNegotiation: { mode } },
  );
  answerWith(client, callbacks, sdk);
  if (params.type === "SseServerParams") endWithStream(client, sdk);
  const isStdio = params.type === "StdioServerParams";
  const startSeconds = isStdio ? Math.max(params.readTimeoutSeconds, LEAST_START_SECONDS) : params.timeout;
  try {
    await client.connect(transport, { signal, timeout: startSeconds * 1000 });
  } catch (error) {
    await transport.close().catch(() => undefined);
    const what = `${serverLabel(params)} could not be ${isStdio ? "started" : "reached"}`;
    throw connectionError(what, error, await connection.lastWords());
  }
  return { client, connection };
}

/** The older protocol's session is one stream. The package opens a new one when it breaks, on which nobody answers. */
function endWithStream(client: Client, sdk: McpSdk): void {
  // oxlint-disable-next-line prefer-add-event-listener -- the client tells in no other way
  client.onerror = (error) => {
    if (sdk.SseError.isInstance(error)) void client.close();
  };
}
