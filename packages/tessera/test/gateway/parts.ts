import type { Exchange, Upstream } from "../../src/exchange.ts";
import { createGateway, type Gateway, type GatewayParts } from "../../src/gateway.ts";
import type { KeyRecord } from "../../src/keys/key-record.ts";
import type { CapQuery, CapRefusal, Outcome, Reservation, Settled } from "../../src/ports.ts";
import type { Workload } from "../../src/workloads/workload.ts";

/** The only key that the gateways of tests know. */
export const KEY = "tk_ABCD1234_0123456789012345678901234567890123456789012";

/** A request that was settled. */
export interface SettledRow {
  readonly exchange: Exchange;
  readonly outcome: Outcome;
}

/** A gateway on parts that live in memory, with all that it did. */
export interface TestGateway {
  readonly url: string;
  readonly rows: readonly SettledRow[];
  /** What was set aside, by the query, and what it was settled with. */
  readonly reservations: readonly { readonly query: CapQuery; settled?: readonly [actual: number, tokens: number] }[];
  readonly logs: readonly string[];
  /** Resolves with a row once there are so many. */
  row(index?: number): Promise<SettledRow>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What a test may want otherwise. */
export interface TestGatewayOptions extends Partial<Omit<GatewayParts, "ledger" | "caps" | "keys" | "workloads">> {
  readonly key?: Partial<KeyRecord>;
  readonly mechanics?: NonNullable<GatewayParts["mechanics"]>;
  readonly workload?: Partial<Workload>;
  readonly refuseCaps?: (query: CapQuery) => CapRefusal | undefined;
  /** Accepts whatever comes without a key. */
  readonly open?: boolean;
}

/** A workload with everything off. */
export function workloadNamed(name: string, more: Partial<Workload> = {}): Workload {
  return {
    tenant: "t1",
    name,
    mechanics: { m2: false, m4: false },
    cache: {
      scope: "workload",
      ttlSeconds: 3600,
      bindCredential: true,
      ignoreUser: false,
      maxTemperature: null,
      maxReplaysPerMinute: null,
    },
    ...more,
  };
}

/** Upstreams of all kinds at one address. */
export function upstreamsAt(url: string): readonly Upstream[] {
  return [
    { id: "openai", kind: "openai", baseURL: `${url}/v1`, allowPrivate: true },
    { id: "anthropic", kind: "anthropic", baseURL: url, allowPrivate: true },
    {
      id: "compatible",
      kind: "openai-compatible",
      baseURL: `${url}/v1`,
      allowPrivate: true,
      credentialEnv: "TESSERA_TEST_HELD",
    },
  ];
}

/** Starts a gateway on a free port of 127.0.0.1. */
export async function startTestGateway(upstreamUrl: string, options: TestGatewayOptions = {}): Promise<TestGateway> {
  const { key, workload, refuseCaps, open, ...parts } = options;
  const record: KeyRecord = { id: "ABCD1234", tenant: "t1", label: "", createdAt: 0, ...key };
  const rows: SettledRow[] = [];
  const waiting: { readonly index: number; readonly resolve: (row: SettledRow) => void }[] = [];
  const reservations: { query: CapQuery; settled?: readonly [number, number] }[] = [];
  const logs: string[] = [];
  const gateway: Gateway = createGateway({
    upstreams: upstreamsAt(upstreamUrl),
    keys: {
      authenticate: (presented) => (presented === KEY || (open === true && presented === "") ? record : undefined),
      fingerprint: (credential) => Buffer.from(credential).toString("hex").slice(0, 16),
    },
    workloads: {
      resolve: ({ header, featureTag }) => {
        const name = header ?? featureTag ?? "default";
        return name.startsWith("forbidden") ? { refused: name } : workloadNamed(name, workload);
      },
    },
    caps: {
      reserve: (query): Reservation | CapRefusal => {
        const refusal = refuseCaps?.(query);
        if (refusal !== undefined) return refusal;
        const reservation: { query: CapQuery; settled?: readonly [number, number] } = { query };
        reservations.push(reservation);
        return {
          remaining: 1_500_000_000_000n,
          settle: (actual, tokens) => {
            reservation.settled ??= [actual, tokens];
          },
        };
      },
    },
    prices: { snapshotId: "ps_test", priceOf: () => ({ input: 1_000_000, output: 4_000_000 }) },
    ledger: {
      settle: (exchange, outcome): Settled => {
        rows.push({ exchange, outcome });
        for (const { index, resolve } of waiting) {
          const row = rows[index];
          if (row !== undefined) resolve(row);
        }
        if (outcome.usage === null) return { original: undefined, actual: undefined };
        const original = outcome.usage.inputTokens * 1_000_000 + outcome.usage.outputTokens * 4_000_000;
        return { original, actual: outcome.stack.length > 0 ? 0 : original };
      },
      flush: () => Promise.resolve(),
    },
    ...parts,
    settings: { log: (line) => logs.push(line), ...parts.settings },
  });
  const { url } = await gateway.listen(0);
  return {
    url,
    rows,
    reservations,
    logs,
    row: (index = 0) => {
      const row = rows[index];
      return row === undefined ? new Promise((resolve) => waiting.push({ index, resolve })) : Promise.resolve(row);
    },
    close: () => gateway.close(),
    [Symbol.asyncDispose]: () => gateway.close(),
  };
}
