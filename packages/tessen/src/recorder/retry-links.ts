import type { FinishedCall } from "./finished-call.ts";
import { shortHash } from "./canonical-hash.ts";

/** What a call is that was made again. */
export interface RetryLink {
  /** The event of the call before. */
  readonly retryOf: string;
  /** Which of the calls this is; the first again is 2. */
  readonly attempt: number;
}

interface FailedCall {
  readonly eventId: string;
  readonly attempt: number;
  readonly bodyHash: string;
  /** Milliseconds since 1970. */
  readonly endedAt: number;
}

const LONGEST_GAP_MS = 60_000;
const REMEMBERED = 256;
const RETRYABLE: ReadonlySet<number> = new Set([408, 409, 429]);

/**
 * Finds calls that were made again by the program itself, without an SDK that would know: the same body to the same
 * address, within a minute after one that failed so that it may be tried again.
 */
export class RetryLinks {
  readonly #failed = new Map<string, FailedCall[]>();
  #count = 0;

  /** What a call repeats; undefined for a new one. Each call is repeated once at most. */
  take(call: FinishedCall): RetryLink | undefined {
    if (this.#count === 0 || call.tier !== 3 || call.requestText === undefined) return undefined;
    const address = addressOf(call);
    const failed = this.#failed.get(address);
    if (failed === undefined) return undefined;
    const hash = shortHash(call.requestText);
    const at = failed.findLastIndex(({ bodyHash, endedAt }) => bodyHash === hash && isAfter(call.startedAt - endedAt));
    const [found] = at === -1 ? [] : failed.splice(at, 1);
    if (found === undefined) return undefined;
    this.#count -= 1;
    if (failed.length === 0) this.#failed.delete(address);
    return { retryOf: found.eventId, attempt: found.attempt + 1 };
  }

  /** Remembers a call that failed, by its event; forgets the oldest where there are too many. */
  add(call: FinishedCall, eventId: string, link: RetryLink | undefined): void {
    if (call.tier !== 3 || call.requestText === undefined || !isRetryable(call)) return;
    const address = addressOf(call);
    const failed = this.#failed.get(address) ?? [];
    failed.push({
      eventId,
      attempt: link?.attempt ?? 1,
      bodyHash: shortHash(call.requestText),
      endedAt: call.startedAt + call.durationMs,
    });
    // Last in the map's order: where the newest is.
    this.#failed.delete(address);
    this.#failed.set(address, failed);
    this.#count += 1;
    while (this.#count > REMEMBERED) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const [oldest] = this.#failed;
    if (oldest === undefined) return;
    const [address, failed] = oldest;
    failed.shift();
    this.#count -= 1;
    if (failed.length === 0) this.#failed.delete(address);
  }
}

/** Times of the clock are whole milliseconds, and how long something took is not. */
function isAfter(gap: number): boolean {
  return gap >= -1 && gap <= LONGEST_GAP_MS;
}

function isRetryable({ status, httpStatus, failure, streamEnd }: FinishedCall): boolean {
  if (status !== "error" || failure === "aborted") return false;
  if (streamEnd !== undefined || httpStatus === undefined || httpStatus < 400) return failure !== undefined;
  return RETRYABLE.has(httpStatus) || httpStatus >= 500;
}

function addressOf({ url = "" }: FinishedCall): string {
  const query = url.indexOf("?");
  return query === -1 ? url : url.slice(0, query);
}
