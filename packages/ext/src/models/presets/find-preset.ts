import type { ModelPreset } from "./preset.ts";
import { MODEL_PRESETS } from "./table.ts";

/** The preset of an id or alias, in any case. */
export function presetById(id: string): ModelPreset | undefined {
  const wanted = id.toLowerCase();
  return MODEL_PRESETS.find((preset) => preset.id === wanted || preset.aliases?.includes(wanted) === true);
}

/** The preset whose address a base URL is: so that a key is looked for in, and sent to, the right place. */
export function presetByUrl(baseUrl: string): ModelPreset | undefined {
  const wanted = hostOf(baseUrl);
  return MODEL_PRESETS.find((preset) => hostOf(preset.baseUrl) === wanted);
}

/** Host with port; for `localhost` under any of its names. */
function hostOf(url: string): string {
  const { hostname, port } = new URL(url);
  const name = hostname === "127.0.0.1" || hostname === "[::1]" ? "localhost" : hostname;
  return port === "" ? name : `${name}:${port}`;
}
