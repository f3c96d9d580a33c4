/** What the config functions take. */
export interface ConfigOptions {
  /** A key of the gateway: `tk_…`. */
  readonly apiKey: string;
  /** Used as it is. Default: `TESSERA_BASE_URL`, else `http://127.0.0.1:8484`, and the provider's path below it. */
  readonly baseURL?: string | undefined;
  /** The workload that the requests count for. Default: the gateway tells agents apart by their instructions. */
  readonly workload?: string | undefined;
  readonly featureTag?: string | undefined;
  readonly customerTag?: string | undefined;
  readonly asyncTolerant?: boolean | undefined;
  readonly doNotOptimize?: boolean | undefined;
  /** Mechanics to leave out, such as `-m2,-m4`. */
  readonly mechanics?: string | undefined;
  /** More headers. They go before all others, whatever the case of their names. */
  readonly extraHeaders?: Readonly<Record<string, string>> | undefined;
}

/** Where a client sends its requests, and with which headers: for the constructor of any client, or the options of an SDK. */
export interface ClientConfig {
  baseURL: string;
  defaultHeaders: Record<string, string>;
}

/** The providers, by the path below the gateway. The OpenAI clients add `/chat/completions`, Anthropic's `/v1/messages`. */
const PATHS = { openai: "/v1/openai", anthropic: "/v1/anthropic" } as const;

/** A provider that the config functions know. */
export type Provider = keyof typeof PATHS;

/** Where requests of clients for OpenAI go: for whatever takes a base URL and headers. @throws TypeError without a key. */
export function tesseraOpenAIConfig(options: ConfigOptions): ClientConfig {
  return tesseraConfig("openai", options);
}

/** Where requests of clients for Anthropic go. @throws TypeError without a key. */
export function tesseraAnthropicConfig(options: ConfigOptions): ClientConfig {
  return tesseraConfig("anthropic", options);
}

/**
 * Where requests of clients for a provider go.
 *
 * @throws TypeError (`ERR_INVALID_ARGUMENT`) for a provider that is not known and for a key that is none.
 */
export function tesseraConfig(provider: Provider, options: ConfigOptions): ClientConfig {
  if (!Object.hasOwn(PATHS, provider)) {
    throw invalid(`The provider is ${JSON.stringify(provider)}: it must be one of ${Object.keys(PATHS).join(", ")}.`);
  }
  const apiKey: unknown = options?.apiKey;
  if (typeof apiKey !== "string" || apiKey.trim() === "") {
    throw invalid("apiKey must be a key of the gateway, such as tk_…: `tessera keys create` makes one.");
  }
  return { baseURL: options.baseURL ?? `${gatewayUrl()}${PATHS[provider]}`, defaultHeaders: headersOf(options) };
}

function gatewayUrl(): string {
  return (globalThis.process?.env["TESSERA_BASE_URL"] || "http://127.0.0.1:8484").replace(/\/+$/, "");
}

function headersOf(options: ConfigOptions): Record<string, string> {
  const { workload, featureTag, customerTag, asyncTolerant, doNotOptimize, mechanics, extraHeaders = {} } = options;
  const headers = {
    "x-tessera-api-key": options.apiKey,
    "x-tessera-workload": workload,
    "x-tessera-feature-tag": featureTag,
    "x-tessera-customer-tag": customerTag,
    "x-tessera-async-tolerant": asyncTolerant?.toString(),
    "x-tessera-do-not-optimize": doNotOptimize?.toString(),
    "x-tessera-mechanics": mechanics,
  };
  const merged: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) merged[name] = value;
  for (const [name, value] of Object.entries(extraHeaders)) {
    delete merged[name.toLowerCase()];
    merged[name] = value;
  }
  return merged;
}

function invalid(message: string): TypeError {
  return Object.assign(new TypeError(message), { code: "ERR_INVALID_ARGUMENT" });
}
