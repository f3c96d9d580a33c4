import { CancelledError, isAbortError, throwIfAborted, ValueError } from "@tesserae/core";

/** One try of a call, as data. */
export interface TryRecord {
  /** 0 for the first try. */
  readonly index: number;
  readonly outcome: "ok" | "failed" | "aborted";
  /** When it began, in milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** What is known of a failure: its stable code, HTTP status, the provider's request id, the text. */
  readonly code?: string;
  readonly status?: number;
  readonly requestId?: string;
  readonly message?: string;
  /** Milliseconds that will pass until the next try; absent when there is none. */
  readonly delayMs?: number;
}

/** An error that says itself whether the call is worth another try. `withRetries` notes the tries on it. */
export interface RetriableError extends Error {
  readonly retryable: boolean;
  /** How long the provider asks to wait. */
  readonly retryAfterMs?: number | undefined;
  tries: readonly TryRecord[];
}

/** Whether to try again, and what the provider asks for. */
export interface RetryVerdict {
  readonly retryable: boolean;
  readonly retryAfterMs?: number | undefined;
}

/** Time, as `withRetries` sees it. */
export interface RetryClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after a while; rejects with `CancelledError` when the signal is aborted before. */
  sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void>;
}

/** How often and how long to try. The defaults are those of the OpenAI and Anthropic SDKs. */
export interface RetryPolicy {
  /** Tries after the first one. Default 2. */
  readonly maxRetries?: number | undefined;
  /** The first pause without a hint; each further one is twice as long. Default 500. */
  readonly initialDelayMs?: number | undefined;
  /** The longest pause without a hint. Default 8,000. */
  readonly maxDelayMs?: number | undefined;
  /** A provider that asks for a longer pause than this is not asked again: the error comes at once. Default 60,000. */
  readonly maxRetryAfterMs?: number | undefined;
}

/** What {@link withRetries} may be given beside policy and attempt. */
export interface RetryOptions {
  /** Ends a pause at once. The attempt must obey the same signal itself. */
  readonly signal?: AbortSignal | undefined;
  /** Called after every try, the successful one too. */
  readonly onTry?: ((record: TryRecord) => void) | undefined;
  /** Judges an error. Default: what the error says of itself ({@link RetriableError}); others are not retried. */
  readonly classify?: ((error: unknown) => RetryVerdict) | undefined;
  readonly clock?: RetryClock | undefined;
  /** A number from 0 up to 1, for the jitter. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/**
 * Calls `attempt` until it resolves, fails for good, or the tries are used up; then rejects with the last error.
 *
 * What `attempt` resolves with is never asked for again: for a stream it resolves when the response is accepted, so
 * that nothing is repeated once a byte was handed over. It gets the index of the try, for the header
 * `x-stainless-retry-count`. Pauses are as in the vendors' SDKs: what the provider asks for, else
 * 0.5 s · 2^n up to 8 s, less a random part of up to a quarter.
 */
export async function withRetries<T>(
  policy: RetryPolicy,
  attempt: (index: number) => Promise<T>,
  options: RetryOptions = {},
): Promise<T> {
  const { maxRetries = 2, maxRetryAfterMs = 60_000 } = policy;
  if (!Number.isInteger(maxRetries) || maxRetries < 0) {
    throw new ValueError(`maxRetries is ${maxRetries}: it must be a whole number, 0 or more.`);
  }
  const { signal, onTry, classify = verdictOf, clock = SYSTEM_CLOCK, random = Math.random } = options;
  const tries: TryRecord[] = [];
  const note = (record: TryRecord): void => {
    tries.push(record);
    onTry?.(record);
  };
  for (let index = 0; ; index += 1) {
    throwIfAborted(signal);
    const startedAt = clock.now();
    let delayMs: number;
    try {
      const result = await attempt(index);
      if (onTry !== undefined) note({ index, outcome: "ok", startedAt, durationMs: clock.now() - startedAt });
      return result;
    } catch (error) {
      const base = { index, startedAt, durationMs: clock.now() - startedAt, ...describe(error) };
      if (isAbortError(error) || signal?.aborted === true) {
        note({ ...base, outcome: "aborted" });
        throw isAbortError(error) ? error : new CancelledError(undefined, { cause: signal?.reason });
      }
      const verdict = classify(error);
      const hint = verdict.retryAfterMs;
      if (!verdict.retryable || index >= maxRetries || (hint ?? 0) > maxRetryAfterMs) {
        note({ ...base, outcome: "failed" });
        if (isRetriableError(error)) error.tries = tries;
        throw error;
      }
      delayMs = hint ?? backoffDelay(policy, index, random);
      note({ ...base, outcome: "failed", delayMs });
    }
    await clock.sleep(delayMs, signal);
  }
}

/** The pause after try `index` (0 is the first) when the provider asks for none, in milliseconds. */
export function backoffDelay(policy: RetryPolicy, index: number, random: () => number): number {
  const { initialDelayMs = 500, maxDelayMs = 8_000 } = policy;
  return Math.min(initialDelayMs * 2 ** index, maxDelayMs) * (1 - random() * 0.25);
}

/** True for an error that says whether it is worth another try. */
export function isRetriableError(error: unknown): error is RetriableError {
  return error instanceof Error && "retryable" in error && typeof error.retryable === "boolean" && "tries" in error;
}

/** What an error says of itself. */
function verdictOf(error: unknown): RetryVerdict {
  return isRetriableError(error) ? error : { retryable: false };
}

function describe(error: unknown): Pick<TryRecord, "code" | "status" | "requestId" | "message"> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, status, requestId } = error as { code?: unknown; status?: unknown; requestId?: unknown };
  return {
    message: error.message,
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof status === "number" ? { status } : {}),
    ...(typeof requestId === "string" ? { requestId } : {}),
  };
}

const SYSTEM_CLOCK: RetryClock = { now: () => Date.now(), sleep };

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new CancelledError(undefined, { cause: signal?.reason }));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
