import { reportAttempts, type CreateOptions } from "@tesserae/core";
import type { ModelAttempt } from "@tesserae/wire/channels";
import type { FailureFacts } from "./failure.ts";

/** The requests of all clients that a call asked, as one list for its record. Costs nothing where nobody keeps one. */
export class AttemptLog {
  readonly #options: CreateOptions;
  readonly #attempts: ModelAttempt[] = [];
  #before: readonly ModelAttempt[] | undefined;
  #startedAt = 0;

  constructor(options: CreateOptions) {
    this.#options = options;
  }

  /** A client is asked. */
  begin(): void {
    this.#before = this.#reported();
    this.#startedAt = Date.now();
  }

  /** It failed. */
  failed(message: string, { kind, status }: FailureFacts): void {
    const retryable = false;
    this.#add({ error: { kind, retryable, message, ...(status === undefined ? {} : { status }) } });
    this.#report();
  }

  /** It answered. */
  answered(): void {
    if (this.#attempts.length === 0) return;
    this.#add({});
    this.#report();
  }

  /** What the client told of its requests; nothing when there was one, and then this is all that is known of it. */
  #add(outcome: Pick<ModelAttempt, "error">): void {
    const reported = this.#reported();
    if (reported !== undefined && reported !== this.#before) {
      this.#attempts.push(...reported);
      return;
    }
    const durationMs = Date.now() - this.#startedAt;
    this.#attempts.push({ attempt: 1, startedAt: this.#startedAt, durationMs, ...outcome });
  }

  #report(): void {
    reportAttempts(
      this.#options,
      this.#attempts.map((attempt, index) => ({ ...attempt, attempt: index + 1 })),
    );
  }

  #reported(): readonly ModelAttempt[] | undefined {
    return this.#options.context?.leaf?.attempts;
  }
}
