import {
  InMemoryStore,
  type CacheStore,
  type ChatCompletionClient,
  type ComponentDefinition,
  type DumpContext,
  type JsonObject,
  type LoadContext,
} from "@tesserae/core";
import type { ChatCompletionCache } from "./chat-completion-cache.ts";
import type { ChatCompletionCacheOptions } from "./options.ts";

type CacheConfig = {
  readonly client: JsonObject;
  readonly store?: JsonObject | null;
  readonly ttl_seconds?: number | null;
  readonly namespace?: string | null;
};

/** How the client is written; `make` is its constructor. Python's config has `client` and `store`. */
export function cacheComponent(
  make: (options: ChatCompletionCacheOptions) => ChatCompletionCache,
): ComponentDefinition<ChatCompletionCache> {
  return {
    provider: "autogen_ext.models.cache.ChatCompletionCache",
    componentType: "chat_completion_cache",
    label: "ChatCompletionCache",
    description: "A model client that asks another one only for what it has not asked before.",
    schema: {
      type: "object",
      properties: {
        client: { "x-component": ["model", "replay_chat_completion_client", "chat_completion_cache"] },
        store: { anyOf: [{ "x-component": ["cache_store"] }, { type: "null" }] },
        ttl_seconds: { anyOf: [{ type: "number", exclusiveMinimum: 0 }, { type: "null" }] },
        namespace: { anyOf: [{ type: "string" }, { type: "null" }] },
      },
      required: ["client"],
    },
    toConfig: ({ client, store, ttlSeconds, namespace }: ChatCompletionCache, dump: DumpContext) => ({
      client: dump.component(client),
      // One in memory is the default, and what it holds is no part of the file.
      ...(store instanceof InMemoryStore ? {} : { store: dump.component(store) }),
      ...(ttlSeconds === undefined ? {} : { ttl_seconds: ttlSeconds }),
      ...(namespace === undefined ? {} : { namespace }),
    }),
    fromConfig: async ({ client, store, ttl_seconds: ttlSeconds, namespace }: CacheConfig, load: LoadContext) =>
      make({
        client: await load.component<ChatCompletionClient>(client, "/client"),
        ...(store === undefined || store === null ? {} : { store: await load.component<CacheStore>(store, "/store") }),
        ttlSeconds: ttlSeconds ?? undefined,
        namespace: namespace ?? undefined,
      }),
  };
}
