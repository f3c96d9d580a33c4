import { addressOf } from "../models/model.ts";
import { MODEL_PRESETS } from "../models/presets/table.ts";
import { type Environment, processEnvironment } from "../models/shared/environment.ts";
import type { GatewayRoute } from "./gateway-transport.ts";

/** A route, and what a gateway must know of the provider. */
export interface PresetRoute extends GatewayRoute {
  readonly protocol: "openai" | "anthropic";
  /** Whose prices hold, as the catalogue names it. */
  readonly pricesOf: string;
}

/**
 * A route for every provider that models are named by, at the address that the environment names (`OPENAI_BASE_URL`,
 * `OLLAMA_HOST`, …), else at the provider's own.
 */
export function presetRoutes(environment: Environment = processEnvironment()): readonly PresetRoute[] {
  return MODEL_PRESETS.map((preset) => ({
    id: preset.id,
    baseUrl: addressOf(preset, environment),
    protocol: preset.protocol === "anthropic" ? "anthropic" : "openai",
    pricesOf: preset.priceProvider ?? preset.id,
  }));
}
