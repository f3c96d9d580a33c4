import { isObject, ValueError } from "@tesserae/core";
import { azureService } from "../../../models/openai/azure-service.ts";
import type { AzureOpenAIOptions } from "../../../models/openai/azure-options.ts";
import type { OpenAIService } from "../../../models/openai/base-openai-chat-completion-client.ts";
import type { OpenAIOptions } from "../../../models/openai/options.ts";
import { openAIService } from "../../../models/openai/service.ts";
import { checkSecret } from "../../../models/openai/settings.ts";
import { withBaseUrl } from "../../../models/shared/base-url-option.ts";
import { ModelEndpoint } from "../../../models/shared/model-endpoint.ts";
import { checkHeaders } from "../../../models/shared/secret-headers.ts";
import { secondsToMilliseconds } from "../../../models/shared/seconds.ts";
import { isVendorClient, vendorConnection, type VendorOpenAIClient } from "./vendor-client.ts";

/** Where an agent of OpenAI's sends its requests, and as whom; `azureEndpoint` and `apiVersion` mean Azure OpenAI. */
export interface OpenAIClientOptions
  extends
    Pick<
      OpenAIOptions,
      | "apiKey"
      | "organization"
      | "project"
      | "baseUrl"
      | "baseURL"
      | "timeout"
      | "maxRetries"
      | "defaultHeaders"
      | "provider"
      | "fetch"
      | "transport"
      | "retry"
      | "environment"
    >,
    Partial<Pick<AzureOpenAIOptions, "azureEndpoint" | "apiVersion" | "azureAdToken" | "azureAdTokenProvider">> {}

/** What an agent of OpenAI's is given as its client: options of ours, or a client of the vendor's package `openai`. */
export type OpenAIClient = OpenAIClientOptions | VendorOpenAIClient;

/** A way to OpenAI, or to a server that speaks its interfaces. */
export interface OpenAIConnection {
  /** Its `url` is what paths stand behind. */
  readonly service: OpenAIService;
  readonly endpoint: ModelEndpoint;
}

/**
 * The connection of an agent. Without a client the environment says where to go, as for `OpenAIChatCompletionClient`.
 *
 * @throws ValueError for a chat completion client, and for options that cannot be used.
 */
export function openAIConnection(client: OpenAIClient = {}, model: string, agent: string): OpenAIConnection {
  checkClient(client, agent);
  if (isVendorClient(client)) return vendorConnection(client);
  checkSecret("client.apiKey", client.apiKey);
  checkHeaders("client.defaultHeaders", client.defaultHeaders);
  const { azureEndpoint, apiVersion, maxRetries, retry, fetch, transport } = client;
  const service =
    azureEndpoint === undefined
      ? openAIService(withBaseUrl<OpenAIOptions>({ ...client, model }), "")
      : azureService({ ...client, model, azureEndpoint, apiVersion: apiVersion ?? "" }, "");
  const endpoint = new ModelEndpoint({
    label: service.label,
    keyVariable: service.keyVariable,
    timeoutMs: secondsToMilliseconds("client.timeout", client.timeout),
    retry: maxRetries === undefined ? retry : { ...retry, maxRetries },
    fetch,
    transport,
  });
  return { service, endpoint };
}

/** A program may be written without types. */
function checkClient(client: unknown, agent: string): void {
  if (isObject(client) && !("modelInfo" in client)) return;
  throw new ValueError(
    `Incorrect client passed to ${agent}: it takes options such as { apiKey, baseUrl }, or an OpenAI client of the ` +
      "package openai, not a chat completion client.",
  );
}
