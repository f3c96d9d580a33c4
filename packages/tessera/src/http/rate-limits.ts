import type { Dialect } from "../exchange.ts";
import type { KeyRecord } from "../keys/key-record.ts";
import { RelayError } from "./errors/relay-error.ts";

const MINUTE = 60_000;
const RETRY_WHEN_BUSY_MS = 1000;
/** Keys that have not been used for longer are forgotten: their buckets are full again. */
const SWEEP_AT = 10_000;

/** A key's part in the limits: tokens of the bucket that fills with time. */
interface Buckets {
  requests: number;
  tokens: number;
  inFlight: number;
  /** When the buckets were last filled. */
  at: number;
}

/** A request that was admitted. */
export interface Slot {
  /** The request is over; it used so many tokens. Once; later calls do nothing. */
  release(tokens: number): void;
}

/** The limits of each key: requests a minute, tokens a minute, requests at once. Counted in this process. */
export class RateLimits {
  readonly #buckets = new Map<string, Buckets>();

  /** Admits a request of at most so many tokens, or throws 429. `undefined` for a key without limits. */
  admit(key: KeyRecord, dialect: Dialect, tokens: number, now: number): Slot | undefined {
    const { rpm, tpm, concurrency } = key;
    if (rpm === undefined && tpm === undefined && concurrency === undefined) return undefined;
    const buckets = this.#filled(key, now);
    if (concurrency !== undefined && buckets.inFlight >= concurrency) {
      throw new RelayError(429, "tessera_rate_limited", `The key has ${concurrency} requests in flight, its limit.`, {
        retryAfterMs: RETRY_WHEN_BUSY_MS,
      });
    }
    if (rpm !== undefined && buckets.requests < 1) {
      throw limited("requests", rpm, ((1 - buckets.requests) * MINUTE) / rpm, dialect, now);
    }
    // One request may be larger than the bucket: it waits for a full one.
    const wanted = Math.min(tokens, tpm ?? 0);
    if (tpm !== undefined && buckets.tokens < wanted) {
      throw limited("tokens", tpm, ((wanted - buckets.tokens) * MINUTE) / tpm, dialect, now);
    }
    buckets.requests -= 1;
    buckets.tokens -= tokens;
    buckets.inFlight += 1;
    let isOver = false;
    return {
      release: (used) => {
        if (isOver) return;
        isOver = true;
        buckets.inFlight -= 1;
        buckets.tokens += tokens - used;
      },
    };
  }

  #filled(key: KeyRecord, now: number): Buckets {
    const rpm = key.rpm ?? 0;
    const tpm = key.tpm ?? 0;
    let buckets = this.#buckets.get(key.id);
    if (buckets === undefined) {
      if (this.#buckets.size >= SWEEP_AT) this.#sweep(now);
      buckets = { requests: rpm, tokens: tpm, inFlight: 0, at: now };
      this.#buckets.set(key.id, buckets);
    }
    const share = Math.max(0, now - buckets.at) / MINUTE;
    buckets.requests = Math.min(rpm, buckets.requests + share * rpm);
    buckets.tokens = Math.min(tpm, buckets.tokens + share * tpm);
    buckets.at = now;
    return buckets;
  }

  #sweep(now: number): void {
    for (const [id, { inFlight, at }] of this.#buckets) {
      if (inFlight === 0 && now - at > MINUTE) this.#buckets.delete(id);
    }
  }
}

function limited(what: "requests" | "tokens", limit: number, wait: number, dialect: Dialect, now: number): RelayError {
  const retryAfterMs = Math.min(MINUTE, Math.ceil(wait));
  const reset = new Date(now + retryAfterMs).toISOString();
  const headers =
    dialect === "anthropic"
      ? limitHeaders(`anthropic-ratelimit-${what}-`, ["limit", "remaining", "reset"], "", limit, reset)
      : limitHeaders("x-ratelimit-", ["limit", "remaining", "reset"], `-${what}`, limit, `${retryAfterMs}ms`);
  const message = `The key has used its ${limit} ${what} a minute.`;
  return new RelayError(429, "tessera_rate_limited", message, { retryAfterMs, headers });
}

/** The headers by which a dialect tells of a limit that is used up, names and values in turn. */
function limitHeaders(before: string, names: readonly string[], after: string, limit: number, reset: string): string[] {
  const values = [String(limit), "0", reset];
  return names.flatMap((name, index) => [`${before}${name}${after}`, values[index] ?? ""]);
}
