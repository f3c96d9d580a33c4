import { retryAfterOf } from "@tesserae/wire/errors";
import type { Usage } from "@tesserae/wire/usage";
import { RelayError } from "../http/errors/relay-error.ts";
import type { Breaker } from "./breaker.ts";
import type { AnswerHead, AnswerTaker, Connection, RequestToSend } from "@tesserae/wire/http1";
import type { UpstreamTarget } from "./upstream-target.ts";

/** What is sent to an upstream. */
export interface UpstreamRequest extends RequestToSend {
  readonly body: Buffer;
  /** The body without what the gateway added of its own, where it did: sent when the upstream refuses the addition. */
  readonly plainBody?: Buffer | undefined;
  readonly model: string;
}

/**
 * Who waits for the upstream's answer. Either `onFailure` is called, once, or `onAnswer`, then its bytes as they are read,
 * and at the end `onWhole` or `onCut`; nothing after the call was aborted.
 */
export interface CallReceiver {
  /** The beginning of the answer. */
  onAnswer(head: AnswerHead): void;
  /** Bytes of the body; what is to outlive the call must be copied. */
  onBytes(bytes: Buffer, start: number, end: number): void;
  /** All that came in one read was handed over. */
  onReadEnd(): void;
  onWhole(): void;
  /** The upstream broke the answer off. */
  onCut(): void;
  /** There will be no answer. */
  onFailure(error: RelayError): void;
}

/** What an attempt that was tried again had come to. */
export interface FailedAttempt {
  readonly status: number | null;
  readonly usage: Usage | null;
}

/** Statuses that are tried again once: the provider's servers were not able to answer. */
const RETRIED: ReadonlySet<number> = new Set([502, 503, 504, 529]);
/** Failures before anything was sent. */
const CONNECT_CODES: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
]);
/** What a connection that was kept open too long fails with. */
const STALE_CODES: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE"]);
const SHORTEST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 400;
/** What a client is told to wait where nobody knows better. */
const WAIT_MS = 1000;

/**
 * One request to an upstream, with at most one retry: for failures to connect and for 502, 503, 504 and 529, as long as
 * the upstream's budget of retries lasts. Clients retry themselves; the gateway must not multiply that.
 */
export class UpstreamCall implements AnswerTaker {
  readonly failed: FailedAttempt[] = [];
  /** When the last attempt was sent, on the clock of `performance.now()`. */
  sentAt = 0;
  readonly #target: UpstreamTarget;
  readonly #request: UpstreamRequest;
  readonly #receiver: CallReceiver;
  readonly #breaker: Breaker;
  readonly #now: () => number;
  #body: Buffer;
  #connection: Connection | undefined;
  #isReused = false;
  #delay: NodeJS.Timeout | undefined;
  /** What the breaker is still to be told. */
  #owesReport = false;
  /** True once the answer has begun, or there will be none. */
  #isDecided = false;

  constructor(target: UpstreamTarget, request: UpstreamRequest, receiver: CallReceiver, now: () => number) {
    this.#target = target;
    this.#request = request;
    this.#receiver = receiver;
    this.#breaker = target.breakerOf(request.model);
    this.#body = request.body;
    this.#now = now;
  }

  start(): void {
    this.#target.retries.earn();
    this.#attempt();
  }

  /** Ends the call; the receiver hears nothing more, and the breaker learns nothing from it. */
  abort(): void {
    this.#isDecided = true;
    clearTimeout(this.#delay);
    this.#report("abandoned");
    this.#connection?.destroy();
  }

  /** The upstream has been silent for too long before its answer. */
  timeOut(): void {
    if (this.#isDecided) return;
    this.#isDecided = true;
    this.#report("failed");
    this.#connection?.destroy();
    const message = `The upstream ${this.#target.upstream.id} did not answer in time.`;
    this.#receiver.onFailure(new RelayError(504, "tessera_upstream_timeout", message, { retryAfterMs: WAIT_MS }));
  }

  /** The upstream stopped in the middle of its answer. */
  giveUp(): void {
    this.#report("failed");
    this.#connection?.destroy();
  }

  /** Reads no more of the answer until it is resumed. */
  pause(): void {
    this.#connection?.pause();
  }

  resume(): void {
    this.#connection?.resume();
  }

  #attempt(): void {
    const permission = this.#breaker.ask(this.#now());
    if (!permission.allowed) {
      this.#isDecided = true;
      const message = `The upstream ${this.#target.upstream.id} has been failing; requests are held back for a while.`;
      const options = { retryAfterMs: permission.retryAfterMs };
      this.#receiver.onFailure(new RelayError(503, "tessera_breaker_open", message, options));
      return;
    }
    this.#owesReport = true;
    const { method, path, headers } = this.#request;
    try {
      this.#connection = this.#target.send({ method, path, headers, body: this.#body }, this);
    } catch (error) {
      this.onBroken(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    this.#isReused = this.#connection.isReused;
    this.sentAt = performance.now();
  }

  onHead(head: AnswerHead): void {
    const { status } = head;
    if (RETRIED.has(status) && mayRetry(head)) {
      const connection = this.#connection;
      if (this.#retry(status)) return connection?.destroy();
    }
    if (status === 400 && this.#request.plainBody !== undefined && this.#body !== this.#request.plainBody) {
      this.#connection?.destroy();
      this.#sendPlain();
      return;
    }
    this.#isDecided = true;
    if (this.#body === this.#request.plainBody && status < 300) this.#target.takesUsageOption = false;
    if (status === 429) this.#throttle(head);
    if (status >= 500) this.#report("failed");
    else if (status >= 300) this.#report("abandoned");
    this.#receiver.onAnswer(head);
  }

  onBytes(bytes: Buffer, start: number, end: number): void {
    this.#receiver.onBytes(bytes, start, end);
  }

  onReadEnd(): void {
    if (this.#isDecided) this.#receiver.onReadEnd();
  }

  onWhole(): void {
    this.#report("succeeded");
    this.#receiver.onWhole();
  }

  onBroken(error: NodeJS.ErrnoException): void {
    if (this.#isDecided) {
      this.#report("failed");
      this.#receiver.onCut();
      return;
    }
    const code = error.code ?? "";
    const isStale = this.#isReused && STALE_CODES.has(code);
    if ((isStale || CONNECT_CODES.has(code)) && this.#retry(null)) return;
    this.#isDecided = true;
    this.#report("failed");
    const message = `The upstream ${this.#target.upstream.id} could not be reached${code === "" ? "" : ` (${code})`}.`;
    const options = code === "EPRIVATEADDRESS" ? {} : { retryAfterMs: WAIT_MS };
    this.#receiver.onFailure(new RelayError(502, "tessera_upstream_unreachable", message, options));
  }

  /** The upstream may not know the option by which the gateway asks for usage: it is asked again without. */
  #sendPlain(): void {
    this.#body = this.#request.plainBody ?? this.#body;
    this.#report("abandoned");
    this.#attempt();
  }

  #throttle({ headers }: AnswerHead): void {
    const now = this.#now();
    const wait = retryAfterOf(headers, now);
    if (wait !== undefined) this.#breaker.throttle(now + wait);
  }

  #retry(status: number | null): boolean {
    if (this.failed.length > 0 || !this.#target.retries.spend()) return false;
    this.failed.push({ status, usage: null });
    this.#report("failed");
    this.#connection = undefined;
    const delay = SHORTEST_DELAY_MS + Math.random() * (LONGEST_DELAY_MS - SHORTEST_DELAY_MS);
    this.#delay = setTimeout(() => this.#attempt(), delay);
    return true;
  }

  #report(what: "succeeded" | "failed" | "abandoned"): void {
    if (!this.#owesReport) return;
    this.#owesReport = false;
    if (what === "succeeded") this.#breaker.succeeded(this.#now());
    else if (what === "failed") this.#breaker.failed(this.#now());
    else this.#breaker.abandoned();
  }
}

/** A provider that says not to retry, or to wait for longer than the gateway would, is heeded: the client decides. */
function mayRetry({ headers }: AnswerHead): boolean {
  if (headers["x-should-retry"] === "false") return false;
  const milliseconds = Number(headers["retry-after-ms"] ?? Number(headers["retry-after"] ?? 0) * 1000);
  return milliseconds <= LONGEST_DELAY_MS;
}
