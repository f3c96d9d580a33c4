import type { Cap } from "../caps/cap.ts";
import type { Upstream } from "../exchange.ts";
import type { GatewaySettings } from "../http/settings.ts";
import type { FeeTerms } from "../statement/fee.ts";
import type { PriceOverride } from "../prices/price-list.ts";
import type { WorkloadSettings } from "../workloads/workload-settings.ts";

/** A gateway's configuration, with every default filled in. What the file holds is `docs`' page on configuration. */
export interface Settings {
  readonly listen: { readonly data: { readonly host: string; readonly port: number } };
  readonly auth: {
    /** `open`: no key is needed, on loopback addresses only. */
    readonly mode: "required" | "open";
    /** The environment variable with the pepper of the keys. */
    readonly pepperEnv: string;
  };
  readonly upstreams: readonly Upstream[];
  readonly store: { readonly kind: "sqlite"; readonly path: string; readonly synchronous: "normal" | "full" };
  /** How the data plane behaves. */
  readonly gateway: GatewaySettings;
  readonly caps: {
    readonly unpriced: "block" | "allow";
    /** Sets so much aside that no request can pass a cap, in place of `reserveOutput`. */
    readonly strict: boolean;
    readonly limits: readonly Cap[];
  };
  /** The operator's own prices, which come before those of the release. */
  readonly prices: { readonly overrides: readonly PriceOverride[] };
  readonly cache: {
    /** On disk, in bytes. */
    readonly maxBytes: number;
    /** The environment variable with the key that it is encrypted with on disk; without one it is not. */
    readonly encryptionKeyEnv: string | undefined;
  };
  readonly defaults: WorkloadSettings;
  readonly workloads: Readonly<Record<string, WorkloadSettings>>;
  readonly ledger: {
    readonly checkpointRows: number;
    readonly checkpointMinutes: number;
    /** The environment variable with the private key that signs checkpoints. */
    readonly signingKeyEnv: string;
    readonly anchors: readonly { readonly kind: "file"; readonly path: string }[];
  };
  /** What statements reckon. */
  readonly fee: FeeTerms;
  readonly log: { readonly requests: boolean };
}

/** The upstreams that are there without being configured. */
export const BUILT_IN_UPSTREAMS: readonly Upstream[] = [
  { id: "openai", kind: "openai", baseURL: "https://api.openai.com/v1", pricesOf: "openai" },
  { id: "anthropic", kind: "anthropic", baseURL: "https://api.anthropic.com", pricesOf: "anthropic" },
];
