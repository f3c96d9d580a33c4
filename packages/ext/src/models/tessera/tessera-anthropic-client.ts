import type { ComponentDefinition, RequestUsage } from "@tesserae/core";
import type { Transport } from "../../transport/types.ts";
import { AnthropicChatCompletionClient } from "../anthropic/anthropic-chat-completion-client.ts";
import { AgentClients, type TesseraClient } from "./agent-clients.ts";
import { connect } from "./make-transport.ts";
import { providerOptions, type TesseraAnthropicOptions } from "./options.ts";

/**
 * A client for Anthropic's models whose requests go through the gateway. Results, errors and prices are those of
 * `AnthropicChatCompletionClient`.
 *
 * @throws TypeError (`ERR_INVALID_ARGUMENT`) for a key of the gateway that is none; what the client itself throws.
 *
 * @example
 * const client = tesseraAnthropicClient({ model: "claude-sonnet-4-6", anthropicApiKey: "sk-…", tesseraApiKey: "tk_…" });
 */
export function tesseraAnthropicClient(options: TesseraAnthropicOptions): TesseraClient {
  return new TesseraAnthropicClient(options);
}

class TesseraAnthropicClient extends AnthropicChatCompletionClient implements TesseraClient {
  /** Dumped as the client that it is: components name providers, not the way to them. */
  static override readonly component: ComponentDefinition<AnthropicChatCompletionClient> =
    AnthropicChatCompletionClient.component;

  readonly #agents: AgentClients<TesseraAnthropicClient>;
  /** Closed with this client. */
  readonly #owned: Transport | undefined;

  constructor(options: TesseraAnthropicOptions, shared?: Transport) {
    const { baseUrl, transport, inner } = connect("anthropic", options, shared);
    const { anthropicApiKey: apiKey, ...others } = providerOptions(options);
    super({ ...others, apiKey, baseUrl, transport });
    this.#owned = shared === undefined && options.transport === undefined ? inner : undefined;
    this.#agents = new AgentClients((workload) => new TesseraAnthropicClient({ ...options, workload }, inner));
  }

  forAgent(name: string): TesseraClient {
    return this.#agents.get(name);
  }

  override actualUsage(): RequestUsage {
    return this.#agents.sum(super.actualUsage());
  }

  override totalUsage(): RequestUsage {
    return this.#agents.sum(super.totalUsage());
  }

  override async close(): Promise<void> {
    await this.#agents.close();
    await super.close();
    await this.#owned?.close();
  }
}
