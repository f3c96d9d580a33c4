import { MODEL_PRESETS } from "../models/presets/table.ts";
import type { GatewayRoute } from "./gateway-transport.ts";

/** A route for every provider that models are named by. */
export function presetRoutes(): readonly (GatewayRoute & {
  readonly protocol: "openai" | "anthropic";
  readonly pricesOf: string;
})[] {
  return MODEL_PRESETS.map(({ id, baseUrl, protocol, priceProvider }) => ({
    id,
    baseUrl,
    protocol: protocol === "anthropic" ? "anthropic" : "openai",
    pricesOf: priceProvider ?? id,
  }));
}
