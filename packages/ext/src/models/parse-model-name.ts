import { ValueError } from "@tesserae/core";
import { presetById } from "./presets/find-preset.ts";
import type { ModelPreset } from "./presets/preset.ts";
import { nearestPreset } from "./presets/nearest-preset.ts";
import { MODEL_PRESETS } from "./presets/table.ts";

/** A model's name, taken apart. */
export interface ParsedModelName {
  readonly preset: ModelPreset;
  /** The name as the provider knows it; it may hold slashes of its own. */
  readonly model: string;
}

/**
 * Takes apart `provider/model`, such as `openai/gpt-5` or `openrouter/meta-llama/llama-3.3-70b-instruct`. A name alone
 * is enough where only one provider has such models: `gpt-5`, `claude-sonnet-4-6`, `gemini-2.5-flash`.
 *
 * @throws ValueError that lists the providers, with the nearest one, for an unknown provider and for a name alone that
 * several may have.
 */
export function parseModelName(name: string): ParsedModelName {
  if (typeof name !== "string" || name.trim() === "") {
    throw new ValueError('The name of a model must be text such as "openai/gpt-5".');
  }
  const slash = name.indexOf("/");
  if (slash === -1) return { preset: ownerOf(name), model: name };
  const provider = name.slice(0, slash);
  const model = name.slice(slash + 1);
  const preset = presetById(provider);
  if (preset === undefined) throw unknownProvider(name, provider);
  if (model === "") throw new ValueError(`"${name}" names no model: write ${preset.id}/ and the name of a model.`);
  return { preset, model };
}

function ownerOf(name: string): ModelPreset {
  const [owner, other] = MODEL_PRESETS.filter((preset) => preset.ownNames?.test(name) === true);
  if (owner !== undefined && other === undefined) return owner;
  throw new ValueError(
    `"${name}" does not tell who offers the model: write "provider/${name}". The providers are ${listed()}.`,
  );
}

function unknownProvider(name: string, provider: string): ValueError {
  const near = nearestPreset(provider);
  const hint = near === undefined ? "" : ` Did you mean "${near.id}/${name.slice(provider.length + 1)}"?`;
  return new ValueError(
    `The provider "${provider}" of "${name}" is not known.${hint} The providers are ${listed()}. ` +
      "Through OpenRouter such names are written openrouter/VENDOR/MODEL; any other server needs a client with its baseUrl.",
  );
}

function listed(): string {
  return MODEL_PRESETS.map(({ id }) => id).join(", ");
}
