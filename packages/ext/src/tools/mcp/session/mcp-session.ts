import type { Client, RequestOptions } from "@modelcontextprotocol/client";
import { raceSignal, throwIfAborted, type JsonObject, type RuntimeError } from "@tesserae/core";
import type {
  McpCallToolResult,
  McpGetPromptResult,
  McpInitializeResult,
  McpPrompt,
  McpResource,
  McpResourceContents,
  McpResourceTemplate,
  McpTool,
} from "../mcp-types.ts";
import { checkedServerParams, serverLabel, type McpServerParams } from "../server-params.ts";
import type { McpCallbacks } from "./callbacks.ts";
import { connectionError, fateOf, requestError } from "./session-errors.ts";
import { openClient, type OpenClient } from "./open-client.ts";

/** Options of every request of a session. */
export interface McpRequestOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * One connection to a server of the Model Context Protocol. The first request opens it, {@link close} ends it, and what is
 * under way then is rejected. A connection that broke stays so: make a new session.
 *
 * What a session throws: RuntimeError `ERR_MCP_CONNECTION` when the server did not start, was not reached, or is gone;
 * `ERR_MCP_REQUEST` when it answered with an error or not in time; CancelledError on abort, of which the server is told.
 */
export class McpSession {
  readonly serverParams: McpServerParams;
  readonly #callbacks: McpCallbacks;
  readonly #ending = new AbortController();
  readonly #pending = new Set<AbortController>();
  #opening: Promise<OpenClient> | undefined;
  #open: OpenClient | undefined;
  /** The server is not there any more, or never was. */
  #isGone = false;
  /** Why, once somebody has asked. */
  #loss: Promise<RuntimeError> | undefined;
  #closing: Promise<void> | undefined;

  constructor(serverParams: McpServerParams, callbacks: McpCallbacks = {}) {
    this.serverParams = checkedServerParams(serverParams);
    this.#callbacks = callbacks;
  }

  /** What the server said of itself; `undefined` before it did. */
  get initializeResult(): McpInitializeResult | undefined {
    return this.#open?.initializeResult;
  }

  /** False from the moment on when the session was closed, or its connection broke. */
  get isUsable(): boolean {
    return !this.#isGone && this.#closing === undefined;
  }

  /** Opens the connection, unless it is open. What is aborted is the waiting: others may wait for the same. */
  async initialize({ signal }: McpRequestOptions = {}): Promise<McpInitializeResult> {
    throwIfAborted(signal);
    const { initializeResult } = await raceSignal(this.#opened(), signal);
    return initializeResult;
  }

  /** All tools of the server, page by page. */
  listTools(options?: McpRequestOptions): Promise<{ readonly tools: readonly McpTool[] }> {
    return this.#request<{ readonly tools: readonly unknown[] }>("tools/list", options, (client, given) =>
      client.listTools(undefined, given),
    ) as Promise<{ readonly tools: readonly McpTool[] }>;
  }

  /** Calls a tool by the server's name of it. */
  callTool(name: string, args: JsonObject = {}, options?: McpRequestOptions): Promise<McpCallToolResult> {
    return this.#request<object>(`the call of '${name}'`, options, (client, given) =>
      client.callTool({ name, arguments: withoutUndefined(args) }, given),
    ) as Promise<McpCallToolResult>;
  }

  /** All prompts of the server. */
  listPrompts(options?: McpRequestOptions): Promise<{ readonly prompts: readonly McpPrompt[] }> {
    return this.#request("prompts/list", options, (client, given) => client.listPrompts(undefined, given));
  }

  /** A prompt, filled in. */
  getPrompt(
    name: string,
    args?: { readonly [name: string]: string },
    options?: McpRequestOptions,
  ): Promise<McpGetPromptResult> {
    const params = args === undefined ? { name } : { name, arguments: { ...args } };
    return this.#request<object>(`prompt '${name}'`, options, (client, given) =>
      client.getPrompt(params, given),
    ) as Promise<McpGetPromptResult>;
  }

  /** All resources of the server. */
  listResources(options?: McpRequestOptions): Promise<{ readonly resources: readonly McpResource[] }> {
    return this.#request("resources/list", options, (client, given) => client.listResources(undefined, given));
  }

  /** All kinds of resources of the server. */
  listResourceTemplates(
    options?: McpRequestOptions,
  ): Promise<{ readonly resourceTemplates: readonly McpResourceTemplate[] }> {
    return this.#request("resources/templates/list", options, (client, given) =>
      client.listResourceTemplates(undefined, given),
    );
  }

  /** What a resource holds. */
  readResource(
    uri: string,
    options?: McpRequestOptions,
  ): Promise<{ readonly contents: readonly McpResourceContents[] }> {
    return this.#request(`resource '${uri}'`, options, (client, given) => client.readResource({ uri }, given));
  }

  /** Ends the session and, where it was started for it, the server. What is under way is rejected. Never throws. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#ending.abort();
    for (const request of this.#pending) request.abort();
    const open = await this.#opening?.catch(() => undefined);
    if (open === undefined) return;
    if (!this.#isGone) await open.connection.sayGoodbye();
    await open.client.close().catch(() => undefined);
  }

  #opened(): Promise<OpenClient> {
    if (this.#closing !== undefined) return Promise.reject(this.#closedError());
    this.#opening ??= this.#openNow();
    return this.#opening;
  }

  async #openNow(): Promise<OpenClient> {
    const { signal } = this.#ending;
    try {
      this.#open = await openClient(this.serverParams, this.#callbacks, signal);
    } catch (error) {
      if (signal.aborted) throw this.#closedError();
      this.#isGone = true;
      throw error;
    }
    // oxlint-disable-next-line prefer-add-event-listener -- the client tells in no other way
    this.#open.client.onclose = () => void (this.#isGone = true);
    return this.#open;
  }

  async #request<T>(
    what: string,
    options: McpRequestOptions = {},
    send: (client: Client, options: RequestOptions) => Promise<T>,
  ): Promise<T> {
    const { signal } = options;
    throwIfAborted(signal);
    const open = await raceSignal(this.#opened(), signal);
    throwIfAborted(signal);
    if (this.#isGone) throw await this.#lost(undefined);
    const request = new AbortController();
    const abort = (): void => request.abort();
    signal?.addEventListener("abort", abort, { once: true });
    this.#pending.add(request);
    try {
      return await send(open.client, { ...open.requestOptions, signal: request.signal });
    } catch (error) {
      throwIfAborted(signal);
      throw await this.#failure(what, error, open);
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#pending.delete(request);
    }
  }

  async #failure(what: string, error: unknown, { sdk }: OpenClient): Promise<RuntimeError> {
    if (this.#closing !== undefined) return this.#closedError();
    if (this.#isGone) return this.#lost(error);
    const label = serverLabel(this.serverParams);
    const fate = fateOf(error, sdk);
    if (fate === "answered") return requestError(label, what, error, sdk);
    // The older protocol's session is one stream: what cannot be sent to it now will not reach it later.
    const isGone = fate === "gone" || this.serverParams.type === "SseServerParams";
    return isGone ? this.#lost(error) : connectionError(`${label} was not reached for ${what}`, error, "");
  }

  /** The connection is gone: from now on everything is rejected with the reason. */
  #lost(error: unknown): Promise<RuntimeError> {
    this.#isGone = true;
    this.#loss ??= (async () => {
      const lastWords = (await this.#open?.connection.lastWords()) ?? "";
      return connectionError(`the connection to ${serverLabel(this.serverParams)} broke`, error, lastWords);
    })();
    return this.#loss;
  }

  #closedError(): RuntimeError {
    return connectionError(`the session with ${serverLabel(this.serverParams)} was closed`, undefined, "");
  }
}

/**
 * A session with a server. It opens with its first request, or with `initialize()`; close it when the work is done, or let
 * `await using` do it.
 *
 * @throws ValueError for parameters that cannot be used.
 */
export function createMcpServerSession(serverParams: McpServerParams, callbacks: McpCallbacks = {}): McpSession {
  return new McpSession(serverParams, callbacks);
}

/** What is not set is not sent: to many servers null and absent are different things. */
function withoutUndefined(args: JsonObject): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
}
