/** A key of the gateway, without its secret. */
export interface KeyRecord {
  /** Eight characters of Crockford's base32; `local` in the mode that needs no key. */
  readonly id: string;
  readonly tenant: string;
  readonly label: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly expiresAt?: number;
  readonly revokedAt?: number;
  /** Globs; absent means all. */
  readonly allowedModels?: readonly string[];
  readonly allowedUpstreams?: readonly string[];
  readonly allowedWorkloads?: readonly string[];
  readonly boundWorkload?: string;
  /** Requests a minute, tokens a minute, requests at once; absent means no limit. */
  readonly rpm?: number;
  readonly tpm?: number;
  readonly concurrency?: number;
  readonly monthlyTokenQuota?: number;
  /** Whether `x-tessera-trace: 1` is answered with how the request was planned. Absent means not. */
  readonly mayTrace?: boolean;
}
