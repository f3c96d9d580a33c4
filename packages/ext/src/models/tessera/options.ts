import type { ConfigOptions } from "@tesserae/tessera/client";
import type { AnthropicOptions } from "../anthropic/options.ts";
import type { OpenAIOptions } from "../openai/options.ts";
import type { FetchFunction } from "../../transport/types.ts";

/** What the gateway says of a call that it has answered. */
export interface TesseraReport {
  readonly requestId: string;
  /** The mechanics that fired: `m2`, `m2+m4`, or `none`. */
  readonly stack: string;
  /** `hit`, `miss`, `coalesced`, `bypass`, … */
  readonly cache: string | undefined;
  /** Such as `gpt-4o->gpt-4o-mini`. */
  readonly route: string | undefined;
  /** In dollars; `undefined` for streams, whose costs are in the ledger, and where a price is not known. */
  readonly originalUsd: number | undefined;
  readonly actualUsd: number | undefined;
}

/** What the clients through the gateway take beside the options of the clients that they are. */
export interface TesseraOptions extends Omit<ConfigOptions, "apiKey"> {
  /** A key of the gateway: `tk_…`. */
  readonly tesseraApiKey: string;
  /** Told of each call that was answered. */
  readonly onTessera?: ((report: TesseraReport) => void) | undefined;
  /** Asks the provider itself where the gateway cannot be reached. Default false. */
  readonly fallbackDirect?: boolean | undefined;
  /** The provider itself, for `fallbackDirect`. Default: its own address. */
  readonly providerBaseURL?: string | undefined;
}

/** Options of {@link tesseraOpenAIClient}. */
export interface TesseraOpenAIOptions
  extends TesseraOptions, Omit<OpenAIOptions, "apiKey" | "baseUrl" | "baseURL" | "extraHeaders"> {
  readonly openaiApiKey: string;
}

/** Options of {@link tesseraAnthropicClient}. */
export interface TesseraAnthropicOptions
  extends TesseraOptions, Omit<AnthropicOptions, "apiKey" | "baseUrl" | "baseURL"> {
  readonly anthropicApiKey: string;
}

/** The options of a client through the gateway without those that are for the way there. */
export function providerOptions<Options extends TesseraOptions & { readonly fetch?: FetchFunction | undefined }>(
  options: Options,
): Omit<Options, keyof TesseraOptions | "fetch"> {
  const {
    tesseraApiKey: _key,
    baseURL: _baseURL,
    workload: _workload,
    featureTag: _featureTag,
    customerTag: _customerTag,
    asyncTolerant: _asyncTolerant,
    doNotOptimize: _doNotOptimize,
    mechanics: _mechanics,
    extraHeaders: _extraHeaders,
    onTessera: _onTessera,
    fallbackDirect: _fallbackDirect,
    providerBaseURL: _providerBaseURL,
    fetch: _fetch,
    ...others
  } = options;
  return others;
}
