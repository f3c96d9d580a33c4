import { NO_USAGE, type Usage } from "@tesserae/wire/usage";
import type { Exchange, Upstream } from "../src/exchange.ts";
import { openLedger, type Ledger, type LedgerOptions } from "../src/ledger/ledger.ts";
import type { Outcome } from "../src/ports.ts";
import { openPrices, type PriceList, type PriceOptions } from "../src/prices/price-list.ts";
import { openStore, type Store } from "../src/store/store.ts";
import type { Workload } from "../src/workloads/workload.ts";

export const OPENAI: Upstream = { id: "openai", kind: "openai", baseURL: "https://api.openai.com/v1" };

export function usageOf(parts: Partial<Usage>): Usage {
  return { ...NO_USAGE, ...parts };
}

export function workloadOf(name: string, tenant = "acme"): Workload {
  return {
    tenant,
    name,
    mechanics: { m2: true, m4: true },
    cache: {
      scope: "workload",
      ttlSeconds: 604_800,
      bindCredential: true,
      ignoreUser: false,
      maxTemperature: null,
      maxReplaysPerMinute: null,
    },
  };
}

/** A request for gpt-4o-mini in a run of the framework, with a body that nothing looks at. */
export function exchangeOf(number: number, parts: Partial<Exchange> = {}): Exchange {
  return {
    id: `tsr_${String(number).padStart(26, "0")}`,
    receivedAt: 0,
    dialect: "openai",
    endpoint: "chat.completions",
    protocol: "openai-chat",
    upstream: OPENAI,
    path: "/chat/completions",
    method: "POST",
    headers: {},
    body: Buffer.from("{}"),
    model: "gpt-4o-mini",
    stream: false,
    key: { id: "KEY00001", tenant: "acme", label: "test", createdAt: 0 },
    workload: workloadOf("triage"),
    credentialFingerprint: "-",
    place: { run: "run-1", agent: "writer", effect: "model/1" },
    signal: new AbortController().signal,
    ...parts,
  };
}

/** A complete answer with 1,000 tokens of input and 100 of output: 210,000,000 pico-dollars of gpt-4o-mini. */
export function outcomeOf(parts: Partial<Outcome> = {}): Outcome {
  return {
    status: "complete",
    httpStatus: 200,
    stack: [],
    cache: "miss",
    servedModel: "gpt-4o-mini-2024-07-18",
    usage: usageOf({ inputTokens: 1000, outputTokens: 100 }),
    usageSource: "provider",
    finish: "stop",
    latencyMs: 812.345_678,
    overheadMs: 0.4,
    failedAttempts: [],
    ...parts,
  };
}

/** What a hit of the exact cache comes to. */
export const HIT: Partial<Outcome> = { stack: ["m2"], cache: "hit", usageSource: "stored" };

export interface OpenedLedger {
  readonly store: Store;
  readonly prices: PriceList;
  readonly ledger: Ledger;
  /** Closes ledger and store. */
  readonly close: () => Promise<void>;
}

/** Opens a ledger on a database of its own. */
export function openLedgerAt(
  path: string,
  options: Partial<LedgerOptions> = {},
  priceOptions: Partial<PriceOptions> = {},
): OpenedLedger {
  const store = openStore(path);
  const prices = openPrices({ store, ...priceOptions });
  const ledger = openLedger({ store, prices, ...options });
  return {
    store,
    prices,
    ledger,
    close: async () => {
      await ledger.close();
      store.close();
    },
  };
}
