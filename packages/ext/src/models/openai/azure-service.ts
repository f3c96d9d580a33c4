import { ValueError } from "@tesserae/core";
import { processEnvironment, readVariable } from "../shared/environment.ts";
import { joinUrl } from "../shared/secret-url.ts";
import type { AzureOpenAIOptions, AzureTokenProviderLike, AzureTokenSource } from "./azure-options.ts";
import type { OpenAIService } from "./base-openai-chat-completion-client.ts";
import { baseHeaders, checkedUrl, missingKey } from "./service.ts";
import { checkSecret } from "./settings.ts";

const LABEL = "Azure OpenAI";
const KEY_VARIABLE = "AZURE_OPENAI_API_KEY";
const TOKEN_VARIABLE = "AZURE_OPENAI_AD_TOKEN";

/**
 * Where an Azure client sends its requests; `path` stands behind `/openai`. The token provider is asked for each request; it
 * renews what expires.
 */
export function azureService(options: AzureOpenAIOptions, path: string = chatPath(options)): OpenAIService {
  for (const name of ["azureEndpoint", "apiVersion"] as const) {
    if (!options[name]) throw new ValueError(`A client for Azure OpenAI needs the option ${name}.`);
  }
  checkSecret("azureAdToken", options.azureAdToken);
  const environment = options.environment ?? processEnvironment();
  const endpoint = checkedUrl("azureEndpoint", options.azureEndpoint);
  const version = encodeURIComponent(options.apiVersion);
  const source = options.azureAdTokenProvider ?? undefined;
  const base = baseHeaders(options);
  const secret = staticSecret(options, environment);
  return {
    provider: options.provider ?? "azure",
    label: LABEL,
    url: joinUrl(endpoint, `/openai${path}?api-version=${version}`),
    keyVariable: KEY_VARIABLE,
    headers: () => {
      if (source !== undefined) return withToken(source, base);
      if (secret === undefined && base["authorization"] === undefined && base["api-key"] === undefined) {
        throw missingKey(LABEL, endpoint, KEY_VARIABLE);
      }
      return { ...secret, ...base };
    },
    streamUsage: true,
    returnsReasoning: false,
    // Azure asks what OpenAI asks; its own list has few models.
    price: { provider: options.provider ?? "openai" },
  };
}

function chatPath({ azureDeployment, model }: AzureOpenAIOptions): string {
  return `/deployments/${encodeURIComponent(azureDeployment ?? model)}/chat/completions`;
}

function staticSecret(
  options: AzureOpenAIOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> | undefined {
  if (options.azureAdToken) return { authorization: `Bearer ${options.azureAdToken}` };
  const key = options.apiKey ?? readVariable(environment, KEY_VARIABLE);
  if (key !== undefined) return { "api-key": key };
  const token = readVariable(environment, TOKEN_VARIABLE);
  return token === undefined ? undefined : { authorization: `Bearer ${token}` };
}

async function withToken(
  source: AzureTokenSource | AzureTokenProviderLike,
  base: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const token = await (typeof source === "function" ? source() : source.getToken());
  if (typeof token !== "string" || token === "")
    throw new ValueError("azureAdTokenProvider gave no token: it must give text.");
  return { ...base, authorization: `Bearer ${token}` };
}
