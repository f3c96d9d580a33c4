import { isIP, type LookupFunction } from "node:net";
import { GatewayError } from "../config/gateway-error.ts";
import type { Upstream } from "../exchange.ts";
import { guardedLookup, isPrivateAddress } from "./address-guard.ts";
import { Breaker } from "./breaker.ts";
import { ConnectionPool } from "./connection-pool.ts";
import type { AnswerTaker, Connection, RequestToSend } from "@tesserae/wire/http1";
import { RetryBudget } from "./retry-budget.ts";
import { UsageSurplus } from "./usage-surplus.ts";

/** Options of {@link UpstreamTarget}. */
export interface TargetOptions {
  readonly connectTimeoutMs: number;
  /** How names are looked up. Default: as the system does. */
  readonly lookup?: LookupFunction | undefined;
}

/** More models than this of one upstream share a breaker: names come from outside, so there must be an end. */
const MOST_BREAKERS = 1000;

/**
 * One upstream with its connections, which are kept open, and what was learnt of it. Throws `ERR_INVALID_ARGUMENT` for an
 * address that the upstream's settings do not permit.
 */
export class UpstreamTarget {
  readonly upstream: Upstream;
  readonly retries: RetryBudget = new RetryBudget();
  readonly surplus: UsageSurplus = new UsageSurplus();
  /** False once the upstream refused a stream because it was asked for the usage at its end. */
  takesUsageOption = true;
  readonly #pool: ConnectionPool;
  readonly #basePath: string;
  readonly #breakers = new Map<string, Breaker>();

  constructor(upstream: Upstream, options: TargetOptions) {
    this.upstream = upstream;
    const url = urlOf(upstream);
    const isSecure = url.protocol === "https:";
    const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
    const path = url.pathname.replace(/\/+$/, "");
    // Anthropic's SDKs take a base URL without the version, and add it.
    this.#basePath = upstream.kind === "anthropic" ? path.replace(/\/v1$/, "") : path;
    if (upstream.allowPrivate !== true) assertPublic(upstream, url, hostname);
    this.#pool = new ConnectionPool({
      isSecure,
      hostname,
      port: url.port === "" ? (isSecure ? 443 : 80) : Number(url.port),
      host: url.host,
      connectTimeoutMs: options.connectTimeoutMs,
      lookup: upstream.allowPrivate === true ? options.lookup : guardedLookup(options.lookup),
    });
  }

  /** Sends a request whose path is below the base URL. Throws where it holds what no request may hold. */
  send(request: RequestToSend, taker: AnswerTaker): Connection {
    return this.#pool.send({ ...request, path: this.#basePath + request.path }, taker);
  }

  /** The breaker of a model. */
  breakerOf(model: string): Breaker {
    const name = this.#breakers.size < MOST_BREAKERS || this.#breakers.has(model) ? model : "";
    let breaker = this.#breakers.get(name);
    if (breaker === undefined) {
      breaker = new Breaker();
      this.#breakers.set(name, breaker);
    }
    return breaker;
  }

  /** Ends the connections that are idle, and each of the others as soon as its request is over. */
  retire(): void {
    this.#pool.retire();
  }

  /** Breaks all connections. */
  close(): void {
    this.#pool.close();
  }
}

function urlOf(upstream: Upstream): URL {
  const url = URL.parse(upstream.baseURL);
  if (url !== null && (url.protocol === "https:" || url.protocol === "http:")) return url;
  throw invalid(upstream, "is no http or https URL");
}

function assertPublic(upstream: Upstream, url: URL, hostname: string): void {
  if (url.protocol !== "https:") throw invalid(upstream, "is not https. Set allowPrivate for a server of your own");
  if (isIP(hostname) === 0 || !isPrivateAddress(hostname)) return;
  throw invalid(upstream, "is an address of a private network. Set allowPrivate if that is what you want");
}

function invalid(upstream: Upstream, what: string): GatewayError {
  return new GatewayError("ERR_INVALID_ARGUMENT", `The baseURL of the upstream ${upstream.id} ${what}.`);
}
