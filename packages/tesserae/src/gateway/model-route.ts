import type { GatewayRoute, Transport } from "@tesserae/ext/gateway";

/** A place that models are asked at, and what a gateway must know of it. */
export interface ModelRoute extends GatewayRoute {
  readonly protocol: "openai" | "anthropic";
  /** Whose prices hold, as the catalogue names it. */
  readonly pricesOf: string;
  /** Where the gateway sends the requests, when clients write down another address. Default: `baseUrl`. */
  readonly upstreamUrl?: string | undefined;
}

/** Gives what model clients send by, where it is not the network itself. */
export type Connect = (routes: readonly ModelRoute[]) => Promise<Transport | undefined>;
