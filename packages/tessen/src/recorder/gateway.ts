import type { AllowedHeaders } from "./headers.ts";

/** What a gateway of ours says in its headers. */
export interface GatewayFacts {
  readonly name: string;
  readonly cache?: string;
  readonly cost_usd?: number;
}

/** The answers that a gateway gave without asking the provider. */
const ANSWERED: ReadonlySet<string> = new Set(["hit", "semantic-hit", "coalesced"]);

/** Reads the headers `x-tessera-*`; `undefined` where the answer came through no gateway of ours. */
export function gatewayOf(headers: AllowedHeaders | undefined): GatewayFacts | undefined {
  const cache = headers?.["x-tessera-cache"];
  const actual = headers?.["x-tessera-cost-actual-usd"];
  if (cache === undefined && actual === undefined && headers?.["x-tessera-request-id"] === undefined) return undefined;
  const cost = actual === undefined || !/^\d+(\.\d+)?$/.test(actual) ? undefined : Number(actual);
  return {
    name: "tessera",
    ...(cache === undefined ? {} : { cache }),
    ...(cost === undefined ? {} : { cost_usd: cost }),
  };
}

/** True when the gateway answered in place of the provider. */
export function isGatewayHit(gateway: GatewayFacts | undefined): boolean {
  return gateway?.cache !== undefined && ANSWERED.has(gateway.cache);
}
