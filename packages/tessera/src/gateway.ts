import { createServer, type Server } from "node:http";
import { Socket, type LookupFunction } from "node:net";
import { isDeepStrictEqual } from "node:util";
import type { ModelLimits } from "./caps/strict-worst-case.ts";
import type { Upstream } from "./exchange.ts";
import { UpstreamChooser } from "./http/choose-upstream.ts";
import { JsonScanner } from "./http/json/json-scanner.ts";
import { RateLimits } from "./http/rate-limits.ts";
import { RequestHandler, type HandlerParts } from "./http/request-handler.ts";
import { RequestIds } from "./http/request-id.ts";
import { requestLog } from "./http/log/request-log.ts";
import { fullSettings, type FullSettings, type GatewaySettings } from "./http/settings.ts";
import { answerTunnel, answerUnreadable } from "./http/unreadable-request.ts";
import type { KeyDirectory, LedgerSink, PriceBook, SpendCaps, WorkloadDirectory } from "./ports.ts";
import { CachePlanner, type MechanicParts } from "./relay/cache-plan.ts";
import { SlabPool } from "./relay/slab-pool.ts";
import { UpstreamTarget } from "./relay/upstream-target.ts";
import { Watchdog } from "./relay/watchdog.ts";

export type { GatewaySettings } from "./http/settings.ts";

/** What a gateway is made of. */
export interface GatewayParts {
  readonly upstreams: readonly Upstream[];
  readonly keys: KeyDirectory;
  readonly workloads: WorkloadDirectory;
  readonly caps: SpendCaps;
  readonly prices: PriceBook;
  readonly ledger: LedgerSink;
  readonly mechanics?: MechanicParts;
  readonly settings?: GatewaySettings;
  /** What models can take and give. Where it is given, caps are strict: see `strictWorstCase`. */
  readonly strictLimits?: ((model: string, upstream: Upstream) => ModelLimits) | undefined;
  /** Whether everything behind the gateway works; `/readyz` tells it. Default: it does. */
  readonly isReady?: () => boolean;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
  /** How the names of upstreams are looked up. Default: as the system does. */
  readonly lookup?: LookupFunction;
}

/** What of a gateway may change while it runs. */
export type GatewayChange = Pick<GatewayParts, "upstreams" | "settings" | "strictLimits">;

/** The data plane: a server that answers as the providers do. */
export interface Gateway {
  /** Default `127.0.0.1:8484`; port 0 takes a free one. Rejects where the port cannot be had. */
  listen(port?: number, host?: string): Promise<{ readonly url: string }>;
  /**
   * Treats requests that come from now on in another way; those in flight end as they began. An upstream that stays as it
   * was keeps its connections and what was learnt of it. Throws as {@link createGateway} does, and then nothing changes.
   */
  reconfigure(change: GatewayChange): void;
  /** Takes no more requests, waits for those in flight (`timeouts.drain`), breaks what is left, and flushes the ledger. */
  close(): Promise<void>;
}

const DEFAULT_PORT = 8484;
const LOOPBACK = "127.0.0.1";
const LARGEST_HEADERS = 64 * 1024;
const KEEP_ALIVE_MS = 75_000;
const LONGEST_TICK_MS = 1000;
const SWEEP_MS = 20;

/** Makes a gateway. Throws `ERR_INVALID_ARGUMENT` for an upstream whose address is not allowed. */
export function createGateway(parts: GatewayParts): Gateway {
  return new DataPlane(parts);
}

class DataPlane implements Gateway {
  readonly #parts: GatewayParts;
  readonly #shared: Pick<HandlerParts, "planner" | "limits" | "ids" | "isReady" | "isDraining">;
  readonly #scanner = new JsonScanner();
  readonly #slabs = new SlabPool();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #settings: FullSettings;
  #targets: ReadonlyMap<string, UpstreamTarget>;
  /** Upstreams that were there before a change; requests in flight may still use them. */
  #retired: UpstreamTarget[] = [];
  /** One for each length of a tick. */
  readonly #watchdogs: Watchdog[] = [];
  #handler: RequestHandler;
  #isDraining = false;
  #closed: Promise<void> | undefined;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    this.#shared = {
      planner: new CachePlanner(parts.mechanics ?? {}),
      limits: new RateLimits(),
      ids: new RequestIds(),
      isReady: parts.isReady ?? (() => true),
      isDraining: () => this.#isDraining,
    };
    this.#settings = fullSettings(parts.settings ?? {});
    this.#targets = this.#targetsOf(parts.upstreams, this.#settings, new Map());
    this.#handler = this.#handlerOf(parts);
    const { timeouts } = this.#settings;
    this.#server = createServer(
      {
        maxHeaderSize: LARGEST_HEADERS,
        keepAliveTimeout: KEEP_ALIVE_MS,
        headersTimeout: timeouts.requestHeaders,
        requestTimeout: timeouts.requestHeaders + timeouts.requestBody,
        connectionsCheckingInterval: Math.min(5000, timeouts.requestHeaders),
        insecureHTTPParser: false,
        // Node would answer without a body; the handler looks for it.
        requireHostHeader: false,
      },
      (request, response) => this.#handler.handle(request, response),
    );
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    // Node would answer without a body.
    this.#server.on("checkExpectation", (request, response) => this.#handler.handle(request, response));
    this.#server.on("clientError", (error, socket) => {
      if (socket instanceof Socket) answerUnreadable(error, socket, LARGEST_HEADERS);
      else socket.destroy();
    });
    this.#server.on("connect", (_request, socket) => {
      if (socket instanceof Socket) answerTunnel(socket);
      else socket.destroy();
    });
  }

  listen(port: number = DEFAULT_PORT, host: string = LOOPBACK): Promise<{ readonly url: string }> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, () => {
        this.#server.off("error", reject);
        const address = this.#server.address();
        const taken = typeof address === "object" && address !== null ? address.port : port;
        resolve({ url: `http://${host.includes(":") ? `[${host}]` : host}:${taken}` });
      });
    });
  }

  reconfigure(change: GatewayChange): void {
    const settings = fullSettings(change.settings ?? {});
    const { timeouts } = settings;
    const sameConnects = timeouts.connect === this.#settings.timeouts.connect;
    const targets = this.#targetsOf(change.upstreams, settings, sameConnects ? this.#targets : new Map());
    const kept = new Set(targets.values());
    const gone = [...this.#targets.values()].filter((target) => !kept.has(target));
    for (const target of gone) target.retire();
    this.#retired.push(...gone);
    this.#targets = targets;
    this.#settings = settings;
    this.#server.headersTimeout = timeouts.requestHeaders;
    this.#server.requestTimeout = timeouts.requestHeaders + timeouts.requestBody;
    this.#handler = this.#handlerOf(change);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#isDraining = true;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#server.closeAllConnections(), this.#settings.timeouts.drain);
      // Connections that clients keep open end as soon as their request has.
      const sweep = setInterval(() => this.#server.closeIdleConnections(), SWEEP_MS);
      this.#server.close(() => {
        clearTimeout(timer);
        clearInterval(sweep);
        resolve();
      });
      // Node takes a connection over which nothing was asked yet for a busy one; clients keep such in reserve.
      for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy();
    });
    for (const watchdog of this.#watchdogs) watchdog.stop();
    for (const target of [...this.#targets.values(), ...this.#retired]) target.close();
    await this.#parts.ledger.flush();
  }

  #handlerOf({ upstreams, strictLimits }: GatewayChange): RequestHandler {
    const { log } = this.#settings;
    return new RequestHandler({
      ...this.#parts,
      ...this.#shared,
      strictLimits,
      context: {
        settings: this.#settings,
        ledger: this.#parts.ledger,
        scanner: this.#scanner,
        slabs: this.#slabs,
        watchdog: this.#watchdogFor(this.#settings),
        now: this.#parts.now ?? Date.now,
        onSettled: log === undefined ? undefined : requestLog(log),
      },
      chooser: new UpstreamChooser(upstreams),
      targets: this.#targets,
    });
  }

  /** What is under way stays with the watchdog that it began with. */
  #watchdogFor(settings: FullSettings): Watchdog {
    const tickMs = tickOf(settings);
    const known = this.#watchdogs.find((watchdog) => watchdog.tickMs === tickMs);
    if (known !== undefined) return known;
    const made = new Watchdog(tickMs);
    this.#watchdogs.push(made);
    return made;
  }

  /** An upstream that is in `before` as it is keeps its target. */
  #targetsOf(
    upstreams: readonly Upstream[],
    { timeouts }: FullSettings,
    before: ReadonlyMap<string, UpstreamTarget>,
  ): ReadonlyMap<string, UpstreamTarget> {
    const options = { connectTimeoutMs: timeouts.connect, lookup: this.#parts.lookup };
    return new Map(
      upstreams.map((upstream) => {
        const known = before.get(upstream.id);
        const isSame = known !== undefined && isDeepStrictEqual(known.upstream, upstream);
        return [upstream.id, isSame ? known : new UpstreamTarget(upstream, options)];
      }),
    );
  }
}

/** Short timeouts need short ticks. */
function tickOf({ timeouts }: FullSettings): number {
  const shortest = Math.min(timeouts.headers, timeouts.idle, timeouts.stall);
  return Math.max(5, Math.min(LONGEST_TICK_MS, shortest / 4));
}
