import type { ComponentDefinition, RequestUsage } from "@tesserae/core";
import type { Transport } from "../../transport/types.ts";
import { OpenAIChatCompletionClient } from "../openai/openai-chat-completion-client.ts";
import { AgentClients, type TesseraClient } from "./agent-clients.ts";
import { connect } from "./make-transport.ts";
import { providerOptions, type TesseraOpenAIOptions } from "./options.ts";

/**
 * A client for OpenAI's models whose requests go through the gateway. Results, errors and prices are those of
 * `OpenAIChatCompletionClient`.
 *
 * @throws TypeError (`ERR_INVALID_ARGUMENT`) for a key of the gateway that is none; what the client itself throws.
 *
 * @example
 * const client = tesseraOpenAIClient({ model: "gpt-4o", openaiApiKey: "sk-…", tesseraApiKey: "tk_…" });
 */
export function tesseraOpenAIClient(options: TesseraOpenAIOptions): TesseraClient {
  return new TesseraOpenAIClient(options);
}

class TesseraOpenAIClient extends OpenAIChatCompletionClient implements TesseraClient {
  /** Dumped as the client that it is: components name providers, not the way to them. */
  static override readonly component: ComponentDefinition<OpenAIChatCompletionClient> =
    OpenAIChatCompletionClient.component;

  readonly #agents: AgentClients<TesseraOpenAIClient>;
  /** Closed with this client. */
  readonly #owned: Transport | undefined;

  constructor(options: TesseraOpenAIOptions, shared?: Transport) {
    const { baseUrl, transport, inner } = connect("openai", options, shared);
    const { openaiApiKey: apiKey, ...others } = providerOptions(options);
    super({ ...others, apiKey, baseUrl, transport });
    this.#owned = shared === undefined && options.transport === undefined ? inner : undefined;
    this.#agents = new AgentClients((workload) => new TesseraOpenAIClient({ ...options, workload }, inner));
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
