import { isObject } from "@tesserae/core";
import type { OpenAIService } from "../../../models/openai/base-openai-chat-completion-client.ts";
import { presetByUrl } from "../../../models/presets/find-preset.ts";
import { ModelEndpoint } from "../../../models/shared/model-endpoint.ts";
import { trimPath } from "../../../models/shared/secret-url.ts";
import type { FetchFunction } from "../../../transport/types.ts";
import type { OpenAIConnection } from "./openai-client.ts";

/** How a client of the package `openai` sends a request. */
type VendorRequest = (
  path: string,
  options: {
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal | null;
    readonly maxRetries?: number;
  },
) => { asResponse(): Promise<Response> };

/** What is used of `OpenAI` and `AzureOpenAI` of the package `openai`, version 5 and later: its keys, tokens and proxies hold. */
export interface VendorOpenAIClient {
  readonly baseURL: string;
  readonly maxRetries?: number;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly get: VendorRequest;
  readonly post: VendorRequest;
  readonly delete: VendorRequest;
}

/** True for a client of the package `openai`. */
export function isVendorClient(client: object): client is VendorOpenAIClient {
  return "post" in client && typeof client.post === "function" && "baseURL" in client;
}

/** The connection that sends its requests through a vendor's client; the tries are ours, so that records tell of them. */
export function vendorConnection(client: VendorOpenAIClient): OpenAIConnection {
  const baseUrl = trimPath(client.baseURL);
  const isAzure = new URL(baseUrl).hostname.endsWith(".azure.com");
  const preset = presetByUrl(baseUrl);
  const service: OpenAIService = {
    provider: isAzure ? "azure" : (preset?.id ?? "custom"),
    label: isAzure ? "Azure OpenAI" : (preset?.label ?? new URL(baseUrl).host),
    url: baseUrl,
    keyVariable: undefined,
    headers: () => JSON_BODY,
    streamUsage: true,
    returnsReasoning: false,
    price: isAzure ? { provider: "openai" } : { baseUrl },
  };
  const { maxRetries, timeout } = client;
  const endpoint = new ModelEndpoint({
    label: service.label,
    keyVariable: undefined,
    timeoutMs: timeout,
    retry: maxRetries === undefined ? undefined : { maxRetries },
    fetch: throughVendor(client),
  });
  return { service, endpoint };
}

const JSON_BODY = { "content-type": "application/json" };

/** The vendor's client as a `fetch`: what it throws for a status is a response again. */
function throughVendor(client: VendorOpenAIClient): FetchFunction {
  return async (url, { method, body, headers, signal }) => {
    const send = method === "GET" ? client.get : method === "DELETE" ? client.delete : client.post;
    const options = {
      headers: Object.fromEntries(new Headers(headers)),
      signal: signal ?? null,
      maxRetries: 0,
      ...(body === undefined || body === null ? {} : { body }),
    };
    try {
      return await send.call(client, url, options).asResponse();
    } catch (error) {
      const answer = refusalOf(error);
      if (answer === undefined) throw error;
      return answer;
    }
  };
}

/** The response behind an `APIError` of the vendor's. */
function refusalOf(error: unknown): Response | undefined {
  if (!isObject(error) || typeof error["status"] !== "number") return undefined;
  const { status, headers, error: body, message } = error;
  return new Response(JSON.stringify({ error: body ?? { message } }), {
    status,
    ...(headers instanceof Headers ? { headers } : {}),
  });
}
