import { Agent, request, type ClientRequest } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";
import { isIP, Socket, type LookupFunction } from "node:net";
import { GatewayError } from "../config/gateway-error.ts";
import type { Upstream } from "../exchange.ts";
import { guardedLookup, isPrivateAddress } from "./address-guard.ts";
import { Breaker } from "./breaker.ts";
import { RetryBudget } from "./retry-budget.ts";

/** Options of {@link UpstreamTarget}. */
export interface TargetOptions {
  readonly connectTimeoutMs: number;
  /** How names are looked up. Default: as the system does. */
  readonly lookup?: LookupFunction | undefined;
}

/** More models than this of one upstream share a breaker: names come from outside, so there must be an end. */
const MOST_BREAKERS = 1000;
const MOST_IDLE_CONNECTIONS = 256;

/**
 * One upstream with its connections, which are kept open, and what was learnt of it. Throws `ERR_INVALID_ARGUMENT` for an
 * address that the upstream's settings do not permit.
 */
export class UpstreamTarget {
  readonly upstream: Upstream;
  readonly retries: RetryBudget = new RetryBudget();
  /** False once the upstream refused a stream because it was asked for the usage at its end. */
  takesUsageOption = true;
  readonly #agent: Agent;
  readonly #isSecure: boolean;
  readonly #hostname: string;
  readonly #host: string;
  readonly #port: number;
  readonly #basePath: string;
  readonly #breakers = new Map<string, Breaker>();

  constructor(upstream: Upstream, options: TargetOptions) {
    this.upstream = upstream;
    const url = urlOf(upstream);
    this.#isSecure = url.protocol === "https:";
    this.#host = url.host;
    this.#hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
    this.#port = url.port === "" ? (this.#isSecure ? 443 : 80) : Number(url.port);
    const path = url.pathname.replace(/\/+$/, "");
    // Anthropic's SDKs take a base URL without the version, and add it.
    this.#basePath = upstream.kind === "anthropic" ? path.replace(/\/v1$/, "") : path;
    if (upstream.allowPrivate !== true) assertPublic(upstream, url, this.#hostname);
    const lookup = upstream.allowPrivate === true ? options.lookup : guardedLookup(options.lookup);
    const settings = {
      keepAlive: true,
      maxFreeSockets: MOST_IDLE_CONNECTIONS,
      scheduling: "lifo",
      ...(lookup === undefined ? {} : { lookup }),
    } as const;
    this.#agent = this.#isSecure ? new SecureAgent(settings) : new Agent(settings);
    limitConnecting(this.#agent, this.#isSecure ? "secureConnect" : "connect", options.connectTimeoutMs);
  }

  /** Begins a request; `path` is below the base URL. The headers are names and values in turn, the length among them. */
  open(method: string, path: string, headers: readonly string[]): ClientRequest {
    const send = this.#isSecure ? secureRequest : request;
    return send({
      agent: this.#agent,
      host: this.#hostname,
      port: this.#port,
      method,
      path: this.#basePath + path,
      headers: ["host", this.#host, ...headers],
    });
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
    this.#agent.maxFreeSockets = 0;
    for (const sockets of Object.values(this.#agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }

  /** Breaks all connections. */
  close(): void {
    this.#agent.destroy();
  }
}

/** The connection to an upstream took too long. */
class ConnectTimeoutError extends Error {
  readonly code = "ETIMEDOUT";
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

/** Gives up on connections that are not there in time: one timer a connection, none a request. */
function limitConnecting(agent: Agent, event: "connect" | "secureConnect", timeoutMs: number): void {
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const socket = create(options, callback);
    if (socket instanceof Socket) {
      const timer = setTimeout(() => socket.destroy(new ConnectTimeoutError("connect timeout")), timeoutMs);
      socket.once(event, () => clearTimeout(timer));
      socket.once("close", () => clearTimeout(timer));
    }
    return socket;
  };
}
