import { tesseraConfig, type Provider } from "@tesserae/tessera/client";
import { HttpTransport } from "../../transport/http-transport.ts";
import type { FetchFunction, Transport } from "../../transport/types.ts";
import type { TesseraOptions } from "./options.ts";
import { TesseraTransport } from "./tessera-transport.ts";

/** Where the clients of each provider think that they send their requests. */
const PROVIDER_URLS: Readonly<Record<Provider, string>> = {
  openai: "https://api.openai.com/v1",
  anthropic: "https://api.anthropic.com",
};

/** What a client is connected with. */
export interface Connected {
  readonly baseUrl: string;
  readonly transport: TesseraTransport;
  /** The connections below; shared with the clients of agents. */
  readonly inner: Transport;
}

/**
 * Leads to the gateway.
 *
 * @param shared connections that belong to another client
 * @throws TypeError (`ERR_INVALID_ARGUMENT`) for a key of the gateway that is none.
 */
export function connect(
  provider: Provider,
  options: TesseraOptions & { readonly fetch?: FetchFunction | undefined; readonly transport?: Transport | undefined },
  shared: Transport | undefined,
): Connected {
  const { tesseraApiKey, onTessera, fallbackDirect = false, providerBaseURL, fetch } = options;
  const { baseURL, defaultHeaders } = tesseraConfig(provider, { ...options, apiKey: tesseraApiKey });
  const inner = shared ?? options.transport ?? new HttpTransport(fetch === undefined ? {} : { fetch });
  const baseUrl = withoutSlash(providerBaseURL ?? PROVIDER_URLS[provider]);
  const transport = new TesseraTransport({
    inner,
    providerUrl: baseUrl,
    gatewayUrl: withoutSlash(baseURL),
    headers: defaultHeaders,
    onTessera,
    fallbackDirect,
  });
  return { baseUrl, transport, inner };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
