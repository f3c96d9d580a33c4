import { MASKED_SECRET, ValueError } from "@tesserae/core";
import { standardCatalogue } from "../shared/catalogue.ts";
import type { EndpointOptions } from "../shared/model-endpoint.ts";
import type { PricingOptions } from "../shared/model-pricing.ts";
import { resolveModel, type ResolvedModel } from "../shared/resolve-model.ts";
import { checkHeaders } from "../shared/secret-headers.ts";
import { secondsToMilliseconds } from "../shared/seconds.ts";
import type { OpenAIService } from "./base-openai-chat-completion-client.ts";
import { callDefaults } from "./call-parameters.ts";
import { formatType } from "./output-format.ts";
import type { BaseOpenAIOptions } from "./options.ts";
import type { RequestRules } from "./request-body.ts";

/** What a client is made of. */
export interface Settings {
  readonly resolved: ResolvedModel;
  readonly rules: RequestRules;
  readonly endpoint: EndpointOptions;
  readonly pricing: PricingOptions;
}

/** Checks a client's options and puts together what it is made of. */
export function resolveSettings(options: BaseOpenAIOptions, service: OpenAIService): Settings {
  const { model, catalogue = standardCatalogue(), modelInfo, modelCapabilities, maxRetries, retry } = options;
  checkSecret("apiKey", options.apiKey);
  checkHeaders("defaultHeaders", options.defaultHeaders);
  checkHeaders("extraHeaders", options.extraHeaders);
  if (maxRetries !== undefined && !(Number.isInteger(maxRetries) && maxRetries >= 0)) {
    throw new ValueError(`maxRetries is ${maxRetries}: it must be a whole number, 0 or more.`);
  }
  const resolved = resolveModel({ model, catalogue, client: "openai", modelInfo, modelCapabilities });
  const defaults = callDefaults(options);
  if (!resolved.info.jsonOutput && formatType(defaults["response_format"]) === "json_object") {
    throw new ValueError(`The model "${model}" has no JSON mode, which responseFormat asks for.`);
  }
  return {
    resolved,
    rules: {
      model,
      info: resolved.info,
      abilities: resolved.abilities,
      breakpoints:
        resolved.traits.cacheBreakpoints === true && (service.provider === "openai" || service.provider === "azure"),
      provider: service.provider,
      defaults,
      extraBody: options.extraBody ?? undefined,
      addNamePrefixes: options.addNamePrefixes === true,
      includeName: options.includeNameInMessage !== false,
      streamUsage: service.streamUsage,
    },
    endpoint: {
      label: service.label,
      keyVariable: service.keyVariable,
      timeoutMs: secondsToMilliseconds("timeout", options.timeout),
      retry: maxRetries === undefined ? retry : { ...retry, maxRetries },
      fetch: options.fetch,
      transport: options.transport,
    },
    pricing: { model: resolved.resolvedName, catalogue, query: service.price, price: options.price },
  };
}

/** Dumped components have their secrets masked: asterisks are no key. */
export function checkSecret(name: string, value: unknown): void {
  if (value !== MASKED_SECRET) return;
  throw new ValueError(
    `${name} is masked (${MASKED_SECRET}): give the real value, or leave it out to have it read from the environment.`,
  );
}
