import type { Cap } from "../caps/cap.ts";
import type { Upstream } from "../exchange.ts";
import type { GatewaySettings, GatewayTimeouts } from "../http/settings.ts";
import { FEE_MODES, STANDARD_MILLIONTHS, type FeeTerms } from "../statement/fee.ts";
import { isWorkloadName, WORKLOAD_NAME_RULE } from "../workloads/workload-name.ts";
import type { WorkloadSettings } from "../workloads/workload-settings.ts";
import { type ConfigIssue, FieldReader } from "./field-reader.ts";
import { isLoopback, parseAddress } from "./listen-address.ts";
import { readCaps, readWorkloadCaps } from "./read-caps.ts";
import { readPriceOverrides } from "./read-prices.ts";
import { readUpstream } from "./read-upstream.ts";
import { readWorkload } from "./read-workload.ts";
import { BUILT_IN_UPSTREAMS, type Settings } from "./settings.ts";

const MILLION = 1_000_000;
const MEBIBYTE = 1024 * 1024;
const TIMEOUTS = ["connect", "headers", "idle", "stall", "requestHeaders", "requestBody", "drain"] as const;
/** The longest time that timers take, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/** Reads a configuration. Every problem is found at once, each with its JSON pointer; then the settings are of no use. */
export function readSettings(value: unknown): { readonly settings: Settings; readonly issues: readonly ConfigIssue[] } {
  const issues: ConfigIssue[] = [];
  const root = new FieldReader(value, "", issues);
  const listen = root.object("listen");
  const data = listen.custom("data", "an address such as 127.0.0.1:8484", parseAddress) ?? {
    host: "127.0.0.1",
    port: 8484,
  };
  listen.end();
  const auth = root.object("auth");
  const mode = auth.oneOf("mode", "required", ["required", "open"]);
  const pepperEnv = auth.text("pepperEnv", "TESSERA_PEPPER");
  if (mode === "open" && !isLoopback(data.host)) {
    auth.fail(`can be open on loopback addresses only, and the gateway listens on ${data.host}`, "mode");
  }
  auth.end();
  const upstreams = readUpstreams(root);
  const store = root.object("store");
  const kind = store.oneOf("kind", "sqlite", ["sqlite"]);
  const path = store.text("path", "");
  const synchronous = store.oneOf("synchronous", "normal", ["normal", "full"]);
  store.end();
  const caps = root.object("caps");
  const gateway = readGateway(root, caps);
  const unpriced = caps.oneOf("unpriced", "block", ["block", "allow"]);
  const strict = caps.flag("strict", false);
  const limits = [...readCaps(caps.list("limits"))];
  caps.end();
  const prices = root.object("prices");
  const overrides = readPriceOverrides(prices.list("overrides"), upstreams);
  prices.end();
  const cache = root.object("cache");
  const maxBytes = cache.whole("maxBytes", 512 * MEBIBYTE);
  const encryptionKeyEnv = cache.text("encryptionKeyEnv", undefined);
  cache.end();
  const defaults = root.object("defaults");
  const ofAll = readWorkload(defaults);
  defaults.end();
  const workloads = readWorkloads(root, limits);
  const ledger = readLedger(root);
  const fee = readFee(root.object("fee"));
  const log = root.object("log");
  const requests = log.flag("requests", false);
  log.end();
  root.end();
  const settings = {
    listen: { data },
    auth: { mode, pepperEnv },
    upstreams,
    store: { kind, path, synchronous },
    gateway,
    caps: { unpriced, strict, limits },
    prices: { overrides },
    cache: { maxBytes, encryptionKeyEnv },
    defaults: ofAll,
    workloads,
    ledger,
    fee,
    log: { requests },
  };
  return { settings, issues };
}

function readFee(reader: FieldReader): FeeTerms {
  const mode = reader.oneOf("mode", "none", FEE_MODES);
  const millionths = reader.custom(
    "rate",
    "a share from 0 to 1, such as 0.2 (at most six digits after the point)",
    (value) => {
      const share = typeof value === "number" ? Math.round(value * MILLION) : Number.NaN;
      return share >= 0 && share <= MILLION && share / MILLION === value ? share : undefined;
    },
  );
  reader.end();
  return { mode, millionths: millionths ?? STANDARD_MILLIONTHS };
}

function readUpstreams(root: FieldReader): readonly Upstream[] {
  const all = new Map(BUILT_IN_UPSTREAMS.map((upstream) => [upstream.id, upstream]));
  const named = new Set<string>();
  for (const reader of root.list("upstreams")) {
    const upstream = readUpstream(reader);
    if (upstream === undefined) continue;
    if (named.has(upstream.id)) reader.fail(`is the second upstream named ${upstream.id}`, "id");
    named.add(upstream.id);
    all.set(upstream.id, upstream);
  }
  return [...all.values()];
}

function readGateway(root: FieldReader, caps: FieldReader): GatewaySettings {
  const measure = root.object("measure");
  const passthrough = root.object("passthrough");
  const relay = root.object("relay");
  const timeouts = relay.object("timeouts");
  const limits: { -readonly [K in keyof GatewayTimeouts]: GatewayTimeouts[K] } = {};
  for (const name of TIMEOUTS) {
    const limit = timeouts.whole(name, undefined, 1, LONGEST_MS);
    if (limit !== undefined) limits[name] = limit;
  }
  const settings: GatewaySettings = {
    passthroughUnknown: passthrough.flag("unknown", false),
    injectUsage: measure.flag("injectUsage", true),
    fidelity: measure.oneOf("fidelity", "normal", ["normal", "strict"]),
    costHeaders: measure.flag("costHeaders", true),
    capStatus: caps.oneOf("statusCode", 402, [402, 429]),
    reserveOutput: caps.whole("reserveOutput", 8192, 1),
    serveHitsWhenBlocked: caps.flag("serveHitsWhenBlocked", true),
    onClientAbort: relay.oneOf("onClientAbort", "abort", ["abort", "drain"]),
    maxBodyBytes: relay.whole("maxBodyBytes", 32 * MEBIBYTE, 1),
    maxHeldBytes: relay.whole("maxHeldBytes", 4 * MEBIBYTE, 1),
    timeouts: limits,
  };
  for (const reader of [measure, passthrough, timeouts, relay]) reader.end();
  return settings;
}

function readWorkloads(root: FieldReader, limits: Cap[]): Readonly<Record<string, WorkloadSettings>> {
  const entries = root.object("workloads").entries();
  return Object.fromEntries(
    entries.map(([name, reader]) => {
      if (!isWorkloadName(name)) reader.fail(`cannot name a workload: ${WORKLOAD_NAME_RULE}`);
      const settings = readWorkload(reader);
      limits.push(...readWorkloadCaps(reader.list("caps"), name));
      reader.end();
      return [name, settings];
    }),
  );
}

function readLedger(root: FieldReader): Settings["ledger"] {
  const ledger = root.object("ledger");
  const settings = {
    checkpointRows: ledger.whole("checkpointRows", 1000, 1),
    checkpointMinutes: ledger.whole("checkpointMinutes", 10, 1, 35_000),
    signingKeyEnv: ledger.text("signingKeyEnv", "TESSERA_LEDGER_KEY"),
    anchors: ledger.list("anchors").flatMap((reader) => {
      const kind = reader.oneOf("kind", "file", ["file"]);
      const path = reader.text("path", undefined);
      if (path === undefined) reader.fail("is missing: the file that checkpoints are added to", "path");
      reader.end();
      return path === undefined ? [] : [{ kind, path }];
    }),
  };
  ledger.end();
  return settings;
}
