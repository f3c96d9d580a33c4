import type { ChatCompletionClient, ComponentDefinition, DumpContext, JsonObject, LoadContext } from "@tesserae/core";
import { NAMED_CONDITIONS } from "./failure.ts";
import type { FallbackChatCompletionClient } from "./fallback-chat-completion-client.ts";
import type { FallbackCondition, FallbackOptions } from "./options.ts";

type FallbackConfig = {
  readonly clients: readonly JsonObject[];
  readonly on?: readonly FallbackCondition[] | null;
  readonly cooldown_seconds?: number | null;
  readonly attempts_per_client?: number | null;
};

/** How the client is written; `make` is its constructor. */
export function fallbackComponent(
  make: (options: FallbackOptions) => FallbackChatCompletionClient,
): ComponentDefinition<FallbackChatCompletionClient> {
  return {
    provider: "tesserae.ext.models.fallback.FallbackChatCompletionClient",
    componentType: "model",
    label: "FallbackChatCompletionClient",
    description: "Asks one model client after another until one answers.",
    schema: {
      type: "object",
      properties: {
        clients: {
          type: "array",
          minItems: 1,
          items: { "x-component": ["model", "replay_chat_completion_client", "chat_completion_cache"] },
        },
        on: nullable({
          type: "array",
          items: { anyOf: [{ type: "integer", minimum: 400, maximum: 599 }, { enum: [...NAMED_CONDITIONS] }] },
        }),
        cooldown_seconds: nullable({ type: "number", minimum: 0 }),
        attempts_per_client: nullable({ type: "integer", minimum: 1 }),
      },
      required: ["clients"],
    },
    toConfig: (client: FallbackChatCompletionClient, dump: DumpContext) => ({
      clients: client.clients.map((inner) => dump.component(inner)),
      on: [...client.on],
      cooldown_seconds: client.cooldownSeconds,
      attempts_per_client: client.attemptsPerClient,
    }),
    fromConfig: async (config: FallbackConfig, load: LoadContext) => {
      const clients: ChatCompletionClient[] = [];
      for (const [index, client] of config.clients.entries()) {
        clients.push(await load.component<ChatCompletionClient>(client, `/clients/${index}`));
      }
      return make({
        clients,
        on: config.on ?? undefined,
        cooldownSeconds: config.cooldown_seconds ?? undefined,
        attemptsPerClient: config.attempts_per_client ?? undefined,
      });
    },
  };
}

function nullable(schema: JsonObject): JsonObject {
  return { anyOf: [schema, { type: "null" }] };
}
