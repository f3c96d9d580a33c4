import type { JsonObject } from "@tesserae/core";
import type { Transport } from "../../transport/types.ts";
import { HttpTransport } from "../../transport/http-transport.ts";
import { requestJson, type JsonRequest } from "../shared/json-http.ts";

/** What a call is about. */
export interface Mem0Call {
  readonly userId: string;
  readonly signal?: AbortSignal | undefined;
}

/** What is said to Mem0. */
export interface Mem0Message {
  readonly role: "user";
  readonly content: string;
}

/**
 * The part of Mem0 that a memory uses: its cloud, or a Mem0 of your own behind these three methods.
 *
 * What `search` gives may be a list, or an object with a list under `results`.
 */
export interface Mem0Client {
  add(messages: readonly Mem0Message[], call: Mem0Call & { readonly metadata: JsonObject }): Promise<unknown>;
  search(query: string, call: Mem0Call & { readonly limit: number }): Promise<unknown>;
  deleteAll(call: Mem0Call): Promise<unknown>;
  close?(): Promise<void>;
}

/** Where Mem0's cloud is, and who asks. */
export interface Mem0CloudOptions {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly transport?: Transport | undefined;
}

/** Mem0's cloud, by the HTTP API that its own clients use: https://docs.mem0.ai/api-reference */
export function mem0Cloud({ apiKey, baseUrl, transport: given }: Mem0CloudOptions): Mem0Client {
  const transport = given ?? new HttpTransport();
  const ask = (
    method: JsonRequest["method"],
    path: string,
    body?: JsonObject,
    signal?: AbortSignal,
  ): Promise<unknown> =>
    requestJson(transport, "Mem0", {
      method,
      url: `${baseUrl.replace(/\/+$/, "")}${path}`,
      headers: { authorization: `Token ${apiKey}` },
      body,
      signal,
    });
  return {
    add: (messages, { metadata, signal, userId }) =>
      ask(
        "POST",
        "/v3/memories/add/",
        { messages: messages.map(({ role, content }) => ({ role, content })), user_id: userId, metadata },
        signal,
      ),
    search: (query, { limit, signal, userId }) =>
      ask("POST", "/v3/memories/search/", { query, filters: { user_id: userId }, top_k: limit }, signal),
    deleteAll: ({ signal, userId }) =>
      ask("DELETE", `/v1/memories/?user_id=${encodeURIComponent(userId)}`, undefined, signal),
    close: () => (given === undefined ? transport.close() : Promise.resolve()),
  };
}
