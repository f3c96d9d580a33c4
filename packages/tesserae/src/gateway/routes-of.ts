import { createHash } from "node:crypto";
import type { ModelRoute } from "./model-route.ts";

/** The ways to the models that a component's JSON names: those of all known providers, and its own base URLs. */
export async function routesOf(component: unknown): Promise<readonly ModelRoute[]> {
  const { presetRoutes } = await import("@tesserae/ext/gateway");
  const presets = presetRoutes();
  const own = new Map<string, ModelRoute>();
  collect(component, (baseUrl, provider) => {
    if (presets.some((route) => route.baseUrl === baseUrl)) return;
    const protocol = provider.includes("anthropic") ? "anthropic" : "openai";
    const id = idOf(baseUrl);
    // Nobody knows what a server of the user's own costs.
    own.set(baseUrl, { id, baseUrl, protocol, pricesOf: id });
  });
  return [...presets, ...own.values()];
}

/** Every base URL of a model client, with the client's provider string. */
function collect(json: unknown, found: (baseUrl: string, provider: string) => void): void {
  if (typeof json !== "object" || json === null) return;
  const { provider, config } = json as { readonly provider?: unknown; readonly config?: unknown };
  const baseUrl: unknown = typeof config === "object" && config !== null ? Reflect.get(config, "base_url") : undefined;
  if (typeof provider === "string" && typeof baseUrl === "string" && URL.canParse(baseUrl))
    found(baseUrl.replace(/\/+$/, ""), provider);
  for (const value of Object.values(json)) collect(value, found);
}

/** The same for the same address, in every run: a part of the key under which answers are cached. */
function idOf(baseUrl: string): string {
  const host = new URL(baseUrl).hostname.replaceAll(/[^a-z0-9-]/g, "-");
  return `${host}-${createHash("sha256").update(baseUrl).digest("hex").slice(0, 8)}`;
}
