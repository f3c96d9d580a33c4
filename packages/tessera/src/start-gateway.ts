import { createHmac } from "node:crypto";
import { join } from "node:path";
import { CapTable } from "./caps/cap-table.ts";
import { Caps, type CapsOptions } from "./caps/caps.ts";
import { AddingUp } from "./caps/adding-up.ts";
import { SpendDays } from "./caps/spend-days.ts";
import { tagName } from "./caps/tag-name.ts";
import { GatewayError } from "./config/gateway-error.ts";
import { isLoopback } from "./config/listen-address.ts";
import { stateFolder } from "./config/load-settings.ts";
import { readCacheKey } from "./config/read-cache-key.ts";
import { needRestart } from "./config/needs-restart.ts";
import type { Settings } from "./config/settings.ts";
import { announce } from "./find-gateway.ts";
import { createGateway, type Gateway, type GatewayChange, type GatewayParts } from "./gateway.ts";
import { Keys, type NewKey } from "./keys/keys.ts";
import { readPepper } from "./keys/pepper.ts";
import { type Ledger, openLedger } from "./ledger/ledger.ts";
import { Coalescer } from "./mechanics/coalesce/coalescer.ts";
import { ExactCache } from "./mechanics/exact-cache/exact-cache.ts";
import { openPrices } from "./prices/price-list.ts";
import { openStore, type Store } from "./store/store.ts";
import { fulfilAll } from "./wishes/fulfil.ts";
import { WishTable } from "./wishes/wish-table.ts";
import { Workloads } from "./workloads/workloads.ts";

/** How often it is looked whether another process has changed keys, workloads or caps, in milliseconds. */
const LOOK_MS = 2000;
const SWEEP_MS = 60_000;

/** How {@link startGateway} is done. */
export interface StartOptions {
  /** Pepper, signing key and the providers' keys are looked for here. Default: the process's environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Gets what an operator should know, a sentence each. Default: warnings of the process. */
  readonly warn?: (text: string) => void;
  /** Gets one line of JSON for each request, where the settings want it. */
  readonly log?: (line: string) => void;
  /** Writes `gateway.json` beside the database, by which `findGateway` finds it. Default false. */
  readonly announce?: boolean;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** A gateway that listens. */
export interface RunningGateway {
  /** Without a slash at the end. */
  readonly url: string;
  /** For questions: totals, rows of a run, export, verify. `flush()` first, where the last requests shall be in it. */
  readonly ledger: Pick<Ledger, "flush" | "totals" | "rowsOfRun" | "exportRows" | "verify">;
  /** Makes a key. Its text is given here and never again. */
  createKey(options?: NewKey): string;
  /** Reads anew what another process may have changed: keys, workloads, caps; and does what commands wish for. Done every two seconds anyway. */
  reload(): Promise<void>;
  /**
   * Puts other settings in force for requests that come from now on; those in flight end as they began. Gives the names of
   * settings that differ and hold from the next start on: where it listens, the stores, the ledger.
   *
   * @throws GatewayError `ERR_INVALID_ARGUMENT` for settings that cannot be; then nothing has changed.
   */
  reconfigure(settings: Settings): Promise<readonly string[]>;
  /**
   * Lets requests in flight end, writes ledger and cache, closes the database. Once; later calls wait for the first.
   *
   * @throws StoreError where rows of the ledger can be written nowhere, as on a full disk; everything is closed then, too.
   */
  close(): Promise<void>;
}

/**
 * Starts a gateway in this process: opens its database (by default `tessera.db` in the state folder), keys, workloads,
 * caps, prices, caches and ledger, and listens.
 *
 * @throws GatewayError `ERR_INVALID_ARGUMENT` for an address that others can reach while no key is needed, or there is
 *   none; StoreError `ERR_STORE_LOCKED` where a gateway has the database open already.
 */
export async function startGateway(settings: Settings, options: StartOptions = {}): Promise<RunningGateway> {
  const path = settings.store.path || join(stateFolder(options.environment), "tessera.db");
  const store = openStore(path, { synchronous: settings.store.synchronous });
  try {
    return await start(settings, store, options);
  } catch (error) {
    store.close();
    throw error;
  }
}

async function start(settings: Settings, store: Store, options: StartOptions): Promise<RunningGateway> {
  const { environment = process.env, now = Date.now } = options;
  const warn = options.warn ?? ((text: string) => process.emitWarning(text, { code: "TESSERA" }));
  const { listen, auth } = settings;
  /** The settings in force. */
  let current = settings;
  const pepper = readPepper({ variable: auth.pepperEnv, environment, databasePath: store.path });
  const secretFor = (use: string): Buffer => createHmac("sha256", pepper).update(use).digest();
  const tagSecret = secretFor("tessera-tag-v1").toString("hex");
  const cacheKey = readCacheKey(settings.cache.encryptionKeyEnv, environment);
  const keys = new Keys({ store, pepper, mode: auth.mode, now });
  checkReach(settings, keys);

  const { defaults, workloads: configured } = settings;
  const workloads = new Workloads({ store, defaults, configured, now, warn });
  const prices = openPrices({ store, overrides: settings.prices.overrides, now });
  const signingKey = environment[settings.ledger.signingKeyEnv];
  const ledger = openLedger({
    store,
    prices,
    tagSecret,
    now,
    onTrouble: warn,
    checkpointRows: settings.ledger.checkpointRows,
    checkpointMinutes: settings.ledger.checkpointMinutes,
    anchors: settings.ledger.anchors,
    ...(signingKey === undefined || signingKey === "" ? {} : { signingKey }),
  });
  await ledger.flush();
  const wishes = new WishTable(store);
  const capTable = new CapTable(store);
  const spendDays = new SpendDays(store, now);
  spendDays.prune();
  const caps = new Caps({
    caps: capTable.over(settings.caps.limits),
    history: (scope, since) => spendDays.since(scope, since),
    quotaOf: (keyId) => keys.find(keyId)?.monthlyTokenQuota,
    nameOfTag: (tag) => tagName(tag, tagSecret),
    ...capRules(settings),
    warn,
    now,
  });
  const exactCache = new ExactCache({
    store,
    maxBytes: settings.cache.maxBytes,
    secret: secretFor("tessera-cache-v1"),
    encryptionKey: cacheKey,
    onTrouble: warn,
    now,
  });
  const behaviour = ({ upstreams, gateway, caps, log }: Settings): GatewayChange => ({
    upstreams,
    settings: log.requests && options.log !== undefined ? { ...gateway, log: options.log } : gateway,
    strictLimits: caps.strict ? (model, upstream) => prices.limitsOf(model, upstream) : undefined,
  });
  const parts: GatewayParts = {
    ...behaviour(settings),
    keys,
    workloads,
    caps,
    prices,
    ledger,
    mechanics: { exactCache, coalescer: new Coalescer(), isSuspended: () => ledger.state.congested },
    isReady: () => store.database.isOpen && !ledger.state.congested,
    now,
  };
  let gateway: Gateway;
  let url: string;
  try {
    gateway = createGateway(parts);
    ({ url } = await gateway.listen(listen.data.port, listen.data.host));
  } catch (error) {
    exactCache.close();
    await ledger.close();
    throw error;
  }
  const tellWhere = (): (() => void) | undefined =>
    options.announce === true ? announce(store.path, url, current.upstreams) : undefined;
  let withdraw = tellWhere();

  const reload = async (): Promise<void> => {
    keys.forget();
    workloads.reload();
    prices.reload();
    // What is settled must be in the history that a new cap begins with.
    await ledger.flush();
    caps.replace(capTable.over(current.caps.limits));
    await fulfilAll(wishes, { ledger, exactCache });
  };
  const reconfigure = async (next: Settings): Promise<readonly string[]> => {
    checkReach({ ...next, listen }, keys);
    await ledger.flush();
    const limits = capTable.over(next.caps.limits);
    // Nothing has changed until here, and nothing fails from here on.
    gateway.reconfigure(behaviour(next));
    current = next;
    keys.setMode(next.auth.mode);
    prices.override(next.prices.overrides);
    workloads.configure({ defaults: next.defaults, configured: next.workloads });
    caps.replace(limits, capRules(next));
    withdraw = tellWhere();
    return needRestart(settings, next);
  };
  const watch = watchChanges(store, reload, warn);
  const sweep = setInterval(() => caps.sweep(), SWEEP_MS).unref();
  const adding = new AddingUp(spendDays);
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    clearInterval(sweep);
    withdraw?.();
    await endAll([
      () => gateway.close(),
      () => watch.end(),
      () => exactCache.close(),
      () => ledger.close(),
      () => adding.end(),
      () => store.close(),
    ]);
  };
  return {
    url,
    ledger,
    createKey: (newKey) => keys.create(newKey).key,
    reload,
    reconfigure,
    close: () => (closing ??= close()),
  };
}

/** Ends one part after the other, also those after one that fails as on a full disk: else the process would stay. */
async function endAll(parts: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const end of parts) {
    try {
      await end();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

function capRules({ caps }: Settings): Pick<CapsOptions, "allowUnpriced" | "strict"> {
  return { allowUnpriced: caps.unpriced === "allow", strict: caps.strict };
}

/** Who can reach the gateway without a key could spend the money of whoever runs it. */
function checkReach({ listen, auth }: Settings, keys: Keys): void {
  const { host } = listen.data;
  if (isLoopback(host)) return;
  const why =
    auth.mode === "open"
      ? "auth.mode is open, which is for loopback addresses only"
      : keys.countUsable() === 0
        ? "there is no key yet: make one with `tessera keys create`"
        : undefined;
  if (why === undefined) return;
  throw new GatewayError(
    "ERR_INVALID_ARGUMENT",
    `The gateway does not listen on ${host}, which others can reach: ${why}.`,
  );
}

/** Calls `reload` whenever another connection has changed the database. */
function watchChanges(
  store: Store,
  reload: () => Promise<void>,
  warn: (text: string) => void,
): { end(): Promise<void> } {
  const version = store.database.prepare("PRAGMA data_version");
  let seen = version.get()?.["data_version"];
  let work = Promise.resolve();
  const look = (): void => {
    const now = version.get()?.["data_version"];
    if (now === seen) return;
    seen = now;
    work = work.then(reload).catch((error: unknown) => {
      warn(`Keys, workloads and caps cannot be read anew: ${error instanceof Error ? error.message : String(error)}`);
    });
  };
  const timer = setInterval(look, LOOK_MS).unref();
  return {
    end: () => {
      clearInterval(timer);
      return work;
    },
  };
}
