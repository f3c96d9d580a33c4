import { sha256Hex } from "@tesserae/core";
import { HttpTransport } from "../transport/http-transport.ts";
import type { HttpRequest, HttpResponse, RequestEffect, Transport } from "../transport/types.ts";

/** A provider that a gateway knows. */
export interface GatewayRoute {
  /** The gateway's name for it: `openai`. */
  readonly id: string;
  /** Where clients that know of no gateway send their requests: `https://api.openai.com/v1`. */
  readonly baseUrl: string;
}

/** What a {@link GatewayTransport} is made with. */
export interface GatewayTransportOptions {
  /** The gateway: `http://127.0.0.1:8484`. */
  readonly url: string;
  /** A key of the gateway (`tk_…`); none is needed where the gateway says so. */
  readonly apiKey?: string | undefined;
  readonly routes: readonly GatewayRoute[];
  /** Told once of each address that no route leads to; its requests are sent there directly. Default: nobody is. */
  readonly onDirect?: ((origin: string) => void) | undefined;
  /** Sends the requests; it belongs to the caller and is not closed. Default: one of its own. */
  readonly transport?: Transport | undefined;
}

/**
 * Sends the requests of model clients through a gateway. The clients keep the addresses and keys of their providers, so
 * that definitions, journals and replays are the same with and without a gateway; the gateway is told what each request
 * is for: the run, the agent, the address of the effect, and its idempotency key.
 */
export class GatewayTransport implements Transport {
  readonly #url: string;
  readonly #apiKey: string | undefined;
  readonly #routes: readonly GatewayRoute[];
  readonly #onDirect: (origin: string) => void;
  readonly #transport: Transport;
  readonly #owned: boolean;
  readonly #told = new Set<string>();
  #sent = 0;

  constructor({ url, apiKey, routes, onDirect, transport }: GatewayTransportOptions) {
    this.#url = url.replace(/\/+$/, "");
    this.#apiKey = apiKey;
    // The longest address first: `https://host/v1/openai` before `https://host/v1`.
    this.#routes = routes.toSorted((a, b) => b.baseUrl.length - a.baseUrl.length);
    this.#onDirect = onDirect ?? (() => undefined);
    this.#owned = transport === undefined;
    this.#transport = transport ?? new HttpTransport();
  }

  /** How many requests went through the gateway. */
  get sent(): number {
    return this.#sent;
  }

  send(request: HttpRequest): Promise<HttpResponse> {
    const route = this.#routes.find(({ baseUrl }) => isBelow(baseUrl, request.url));
    if (route === undefined) {
      this.#tellDirect(request.url);
      return this.#transport.send(request);
    }
    this.#sent += 1;
    const { effect, headers } = request;
    const url = `${this.#url}/v1/${route.id}${request.url.slice(withoutSlash(route.baseUrl).length)}`;
    const key = this.#apiKey === undefined ? {} : { "x-tessera-api-key": this.#apiKey };
    return this.#transport.send({ ...request, url, headers: { ...effectHeaders(effect), ...headers, ...key } });
  }

  async close(): Promise<void> {
    if (this.#owned) await this.#transport.close();
  }

  #tellDirect(url: string): void {
    const { origin } = new URL(url);
    if (this.#told.has(origin)) return;
    this.#told.add(origin);
    this.#onDirect(origin);
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

function isBelow(baseUrl: string, url: string): boolean {
  const base = withoutSlash(baseUrl);
  return url.startsWith(base) && /^([/?]|$)/.test(url.slice(base.length));
}

/** What a gateway is told of an effect. Names may hold any character: those that a header cannot hold are percent-encoded. */
export function effectHeaders(effect: RequestEffect | undefined): Readonly<Record<string, string>> {
  if (effect === undefined) return {};
  const { runId, agent, agentPath, address, idempotencyKey } = effect;
  const workload = workloadOf(agentPath);
  return {
    "x-tesserae-run": runId,
    "x-tesserae-address": encodeURI(address),
    ...(agent === null ? {} : { "x-tesserae-agent": encodeURIComponent(agent) }),
    ...(idempotencyKey === undefined ? {} : { "x-tesserae-effect": idempotencyKey }),
    ...(workload === "" ? {} : { "x-tessera-workload": workload }),
  };
}

/**
 * A workload is a stream of like requests: one agent of one team. Its name has at most 96 characters of a small set. What
 * does not fit is named by what fits of it and a hash of all of it, so that no two agents are one workload.
 */
function workloadOf(agentPath: readonly string[]): string {
  const plain = agentPath.map((name) => name.replaceAll(/[^A-Za-z0-9._:-]/g, "-")).join("/");
  if (plain.length <= LONGEST_WORKLOAD && plain === agentPath.join("/") && !agentPath.some(hasSlash)) return plain;
  const hash = sha256Hex(JSON.stringify(agentPath)).slice(0, HASH_DIGITS);
  return `${plain.slice(0, LONGEST_WORKLOAD - HASH_DIGITS - 1)}:${hash}`;
}

function hasSlash(name: string): boolean {
  return name.includes("/");
}

const LONGEST_WORKLOAD = 96;
const HASH_DIGITS = 8;
