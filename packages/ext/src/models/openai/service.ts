import { ValueError } from "@tesserae/core";
import { describeUrl } from "../../transport/transport-error.ts";
import { ModelClientError } from "../model-client-error.ts";
import { presetById, presetByUrl } from "../presets/find-preset.ts";
import type { ModelPreset } from "../presets/preset.ts";
import { type Environment, processEnvironment, readVariable } from "../shared/environment.ts";
import { checkUrlSecrets, joinUrl, maskUrl, trimPath } from "../shared/secret-url.ts";
import { userAgent } from "../shared/user-agent.ts";
import type { OpenAIService } from "./base-openai-chat-completion-client.ts";
import type { OpenAIOptions } from "./options.ts";

/** Where models go whose name begins so when no base URL is given. */
const BY_PREFIX: readonly (readonly [prefix: string, baseUrl: string, keyVariable: string])[] = [
  ["gemini-", "https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY"],
  // Anthropic's endpoint for OpenAI's protocol.
  ["claude-", "https://api.anthropic.com/v1", "ANTHROPIC_API_KEY"],
  ["Llama-", "https://api.llama.com/compat/v1", "LLAMA_API_KEY"],
];

/**
 * Where a client sends its requests, and with which key. An option goes before the environment. Without a base URL the
 * model's name tells the address, else `OPENAI_BASE_URL` does, else it is OpenAI's. The key is looked for in the
 * variable of the provider whose address it is, so that no key goes to another; for an unknown address that is
 * `OPENAI_API_KEY`, and none is needed there. `path` is what stands behind the base URL.
 */
export function openAIService(options: OpenAIOptions, path = "/chat/completions"): OpenAIService {
  const environment = options.environment ?? processEnvironment();
  const byPrefix = options.baseUrl ? undefined : BY_PREFIX.find(([prefix]) => options.model.startsWith(prefix));
  const standard = presetById("openai")?.baseUrl ?? "";
  const given = options.baseUrl || (byPrefix?.[1] ?? readVariable(environment, "OPENAI_BASE_URL") ?? standard);
  const baseUrl = checkedUrl("baseUrl", given);
  const preset = presetByUrl(baseUrl);
  const variables = byPrefix === undefined ? (preset?.keyVariables ?? ["OPENAI_API_KEY"]) : [byPrefix[2]];
  const key =
    options.apiKey ?? variables.map((name) => readVariable(environment, name)).find((value) => value !== undefined);
  const known = preset ?? byPrefix;
  const needed = known !== undefined && preset?.keyOptional !== true;
  const label = preset?.label ?? (byPrefix === undefined ? new URL(baseUrl).host : "Llama API");
  const keyVariable = variables[0];
  const headers = requestHeaders(options, key, environment);
  const missing = needed && key === undefined && !hasAuthorization(headers);
  return {
    provider: options.provider ?? preset?.id ?? "custom",
    label,
    url: joinUrl(baseUrl, path),
    keyVariable,
    headers: () => {
      if (missing) throw missingKey(label, baseUrl, keyVariable);
      return headers;
    },
    streamUsage: preset?.id === "openai" || new URL(baseUrl).hostname.endsWith(".azure.com"),
    returnsReasoning: preset?.returnsReasoning === true,
    price: priceQuery(options.provider, preset, baseUrl),
  };
}

/** The error for a call without a key: it names the variable and the address. */
export function missingKey(label: string, baseUrl: string, keyVariable: string | undefined): ModelClientError {
  const message = `There is no API key for ${describeUrl(baseUrl)}`;
  return new ModelClientError({ kind: "authentication", retryable: false, message }, { provider: label, keyVariable });
}

/** An address without a slash at its end. @throws ValueError for what is no `http:` or `https:` URL. */
export function checkedUrl(name: string, url: string): string {
  checkUrlSecrets(name, url);
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== "http:" && parsed?.protocol !== "https:") {
    throw new ValueError(
      `${name} is "${maskUrl(url)}": it must be an http or https URL, such as https://api.openai.com/v1.`,
    );
  }
  return trimPath(url);
}

/** The caller's headers with the library's name before theirs; the caller's objects stay as they are. */
export function baseHeaders({
  defaultHeaders,
  extraHeaders,
}: Pick<OpenAIOptions, "defaultHeaders" | "extraHeaders">): Record<string, string> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  for (const [name, value] of Object.entries({ ...defaultHeaders, ...extraHeaders }))
    headers[name.toLowerCase()] = value;
  headers["user-agent"] = userAgent(headers["user-agent"]);
  return headers;
}

function requestHeaders(
  options: OpenAIOptions,
  key: string | undefined,
  environment: Environment,
): Readonly<Record<string, string>> {
  const organization = options.organization ?? readVariable(environment, "OPENAI_ORG_ID");
  const project = options.project ?? readVariable(environment, "OPENAI_PROJECT_ID");
  return {
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...(organization === undefined ? {} : { "openai-organization": organization }),
    ...(project === undefined ? {} : { "openai-project": project }),
    ...baseHeaders(options),
  };
}

function hasAuthorization(headers: Readonly<Record<string, string>>): boolean {
  return headers["authorization"] !== undefined || headers["api-key"] !== undefined;
}

function priceQuery(
  provider: string | undefined,
  preset: ModelPreset | undefined,
  baseUrl: string,
): OpenAIService["price"] {
  const named = provider === undefined ? preset : presetById(provider);
  const priceProvider = named?.priceProvider ?? provider;
  return priceProvider === undefined ? { baseUrl } : { provider: priceProvider };
}
