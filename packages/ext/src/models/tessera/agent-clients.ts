import type { ChatCompletionClient, RequestUsage } from "@tesserae/core";
import { UsageCounter } from "../shared/request-usage.ts";

/** A client through the gateway. */
export interface TesseraClient extends ChatCompletionClient {
  /**
   * The client of one agent: the same connections, a workload of its own, and its own usage, which counts for this client
   * too. The same name gives the same client. Closing this client closes it.
   */
  forAgent(name: string): TesseraClient;
}

/** The clients of the agents that share one. */
export class AgentClients<Client extends ChatCompletionClient> {
  readonly #clients = new Map<string, Client>();
  readonly #make: (name: string) => Client;

  constructor(make: (name: string) => Client) {
    this.#make = make;
  }

  get(name: string): Client {
    const known = this.#clients.get(name);
    if (known !== undefined) return known;
    const made = this.#make(name);
    this.#clients.set(name, made);
    return made;
  }

  /** The usage of the client that is shared, with that of all its agents. */
  sum(own: RequestUsage): RequestUsage {
    const counter = new UsageCounter();
    counter.add(own);
    for (const client of this.#clients.values()) counter.add(client.totalUsage());
    return counter.total;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }
}
