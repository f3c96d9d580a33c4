import { currentWorkload } from "@tesserae/tessera/client";
import { effectHeaders } from "../../gateway/gateway-transport.ts";
import { TransportError } from "../../transport/transport-error.ts";
import type { HttpHeaders, HttpRequest, HttpResponse, Transport } from "../../transport/types.ts";
import type { TesseraReport } from "./options.ts";

/** What a {@link TesseraTransport} is made with. */
export interface TesseraTransportOptions {
  /** Sends the requests; not closed by this one. */
  readonly inner: Transport;
  /** Where the client thinks that it sends its requests. */
  readonly providerUrl: string;
  /** Where they go. */
  readonly gatewayUrl: string;
  /** The headers for the gateway. Those of the request go before them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly onTessera: ((report: TesseraReport) => void) | undefined;
  readonly fallbackDirect: boolean;
}

/**
 * Sends a client's requests through the gateway. The client keeps its provider's address, so that prices, errors and
 * records are those of the provider.
 */
export class TesseraTransport implements Transport {
  readonly #options: TesseraTransportOptions;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(options: TesseraTransportOptions) {
    this.#options = options;
    this.#headers = lowerCase(options.headers);
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    const { inner, gatewayUrl, providerUrl, fallbackDirect, onTessera } = this.#options;
    const headers = this.#headersFor(request);
    const url = `${gatewayUrl}${request.url.slice(providerUrl.length)}`;
    let response: HttpResponse;
    try {
      response = await inner.send({ ...request, url, headers });
    } catch (error) {
      const isDown = error instanceof TransportError && error.code === "ERR_HTTP_CONNECTION";
      if (!fallbackDirect || !isDown) throw error;
      return inner.send({ ...request, headers: withoutOwn(headers) });
    }
    if (onTessera !== undefined && response.status < 300) report(onTessera, response.headers);
    return response;
  }

  /** What is sent with is the caller's. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  /** What a call says goes before `runWithWorkload`, which goes before the client's own; the agent of a run comes last. */
  #headersFor({ effect, headers }: HttpRequest): Readonly<Record<string, string>> {
    const workload = currentWorkload();
    return {
      ...effectHeaders(effect),
      ...this.#headers,
      ...(workload === undefined ? {} : { "x-tessera-workload": workload }),
      ...(headers === undefined ? {} : lowerCase(headers)),
    };
  }
}

function report(onTessera: (report: TesseraReport) => void, headers: HttpHeaders): void {
  const requestId = headers["x-tessera-request-id"];
  if (requestId === undefined) return;
  try {
    onTessera({
      requestId,
      stack: headers["x-tessera-stack"] ?? "none",
      cache: headers["x-tessera-cache"],
      route: headers["x-tessera-route"],
      originalUsd: dollars(headers["x-tessera-cost-original-usd"]),
      actualUsd: dollars(headers["x-tessera-cost-actual-usd"]),
    });
  } catch (error) {
    // The answer is there, and belongs to whoever asked for it.
    const why = error instanceof Error ? error.message : String(error);
    process.emitWarning(`onTessera has thrown: ${why}`, { code: "TESSERAE_LISTENER_FAILED" });
  }
}

function dollars(text: string | undefined): number | undefined {
  const value = text === undefined || text === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function lowerCase(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Without what is for the gateway alone: the provider must not see its key, nor names of runs and agents. */
function withoutOwn(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^x-tesserae?-/.test(name)));
}
