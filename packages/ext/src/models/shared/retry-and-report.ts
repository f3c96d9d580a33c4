import { type CreateOptions, reportAttempts } from "@tesserae/core";
import type { ModelAttempt } from "@tesserae/wire/channels";
import { type RetryPolicy, type TryRecord, withRetries } from "../../transport/retry.ts";
import { ModelClientError } from "../model-client-error.ts";

/**
 * Calls `attempt` as {@link withRetries} does, and tells the call's record of its tries where one of them failed.
 * `attempt` rejects with a {@link ModelClientError} for what the provider did.
 */
export function retryAndReport<T>(policy: RetryPolicy, options: CreateOptions, attempt: () => Promise<T>): Promise<T> {
  const attempts: ModelAttempt[] = [];
  let failure: unknown;
  const observed = async (): Promise<T> => {
    try {
      return await attempt();
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  const onTry = (record: TryRecord): void => {
    if (record.outcome === "ok" && attempts.length === 0) return;
    attempts.push(attemptOf(record, failure));
    reportAttempts(options, attempts);
  };
  return withRetries(policy, observed, { signal: options.signal, onTry });
}

function attemptOf(record: TryRecord, failure: unknown): ModelAttempt {
  const { index, startedAt, durationMs, status, requestId, delayMs, message = "" } = record;
  const base = { attempt: index + 1, startedAt, durationMs, ...(status === undefined ? {} : { status }) };
  if (record.outcome === "ok") return base;
  const kind = failure instanceof ModelClientError ? failure.kind : "unknown";
  return {
    ...base,
    error: {
      kind: record.outcome === "aborted" ? "aborted" : kind,
      retryable: failure instanceof ModelClientError && failure.retryable,
      ...(status === undefined ? {} : { status }),
      ...(requestId === undefined ? {} : { requestId }),
      message,
    },
    ...(delayMs === undefined ? {} : { waitedMs: delayMs }),
  };
}
