import type { ClientRequest, IncomingMessage } from "node:http";
import type { Usage } from "@tesserae/wire/usage";
import { RelayError } from "../http/errors/relay-error.ts";
import type { Breaker } from "./breaker.ts";
import type { UpstreamTarget } from "./upstream-target.ts";

/** What is sent to an upstream. */
export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  /** Names and values in turn; without host and length. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** The body without what the gateway added of its own, where it did: sent when the upstream refuses the addition. */
  readonly plainBody?: Buffer | undefined;
  readonly model: string;
}

/** Who waits for the upstream's answer. Exactly one of the two is called, once, unless the call is aborted. */
export interface CallReceiver {
  /** The beginning of the answer; its body was not touched. */
  onAnswer(answer: IncomingMessage): void;
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
export class UpstreamCall {
  readonly failed: FailedAttempt[] = [];
  /** When the last attempt was sent, on the clock of `performance.now()`. */
  sentAt = 0;
  readonly #target: UpstreamTarget;
  readonly #request: UpstreamRequest;
  readonly #receiver: CallReceiver;
  readonly #breaker: Breaker;
  readonly #now: () => number;
  #body: Buffer;
  #outgoing: ClientRequest | undefined;
  #delay: NodeJS.Timeout | undefined;
  /** What the breaker is still to be told. */
  #owesReport = false;
  #isOver = false;

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
    this.#isOver = true;
    clearTimeout(this.#delay);
    this.#report("abandoned");
    this.#outgoing?.destroy();
  }

  /** The upstream has been silent for too long before its answer. */
  timeOut(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#report("failed");
    this.#outgoing?.destroy();
    const message = `The upstream ${this.#target.upstream.id} did not answer in time.`;
    this.#receiver.onFailure(new RelayError(504, "tessera_upstream_timeout", message, { retryAfterMs: WAIT_MS }));
  }

  /** The answer whose beginning was handed over came to its end, or broke off. */
  ended(isWhole: boolean): void {
    this.#report(isWhole ? "succeeded" : "failed");
  }

  #attempt(): void {
    const permission = this.#breaker.ask(this.#now());
    if (!permission.allowed) {
      this.#isOver = true;
      const message = `The upstream ${this.#target.upstream.id} has been failing; requests are held back for a while.`;
      const options = { retryAfterMs: permission.retryAfterMs };
      this.#receiver.onFailure(new RelayError(503, "tessera_breaker_open", message, options));
      return;
    }
    this.#owesReport = true;
    const { method, path, headers } = this.#request;
    const body = this.#body;
    const hasBody = body.length > 0 || method === "POST";
    const outgoing = this.#target.open(
      method,
      path,
      hasBody ? [...headers, "content-length", `${body.length}`] : headers,
    );
    this.#outgoing = outgoing;
    outgoing.on("response", (answer) => this.#onResponse(answer));
    outgoing.on("error", (error) => this.#onError(outgoing, error));
    outgoing.end(body);
    this.sentAt = performance.now();
  }

  #onResponse(answer: IncomingMessage): void {
    if (this.#isOver) {
      answer.destroy();
      return;
    }
    const status = answer.statusCode ?? 0;
    if (RETRIED.has(status) && mayRetry(answer) && this.#retry(status)) {
      answer.destroy();
      return;
    }
    if (status === 400 && this.#request.plainBody !== undefined && this.#body !== this.#request.plainBody) {
      answer.destroy();
      this.#sendPlain();
      return;
    }
    this.#isOver = true;
    if (this.#body === this.#request.plainBody && status < 300) this.#target.takesUsageOption = false;
    if (status >= 500) this.#report("failed");
    else if (status >= 300) this.#report("abandoned");
    this.#receiver.onAnswer(answer);
  }

  /** The upstream may not know the option by which the gateway asks for usage: it is asked again without. */
  #sendPlain(): void {
    this.#body = this.#request.plainBody ?? this.#body;
    this.#report("abandoned");
    this.#attempt();
  }

  #onError(outgoing: ClientRequest, error: NodeJS.ErrnoException): void {
    if (this.#isOver || outgoing !== this.#outgoing) return;
    const code = error.code ?? "";
    const isStale = outgoing.reusedSocket && STALE_CODES.has(code);
    if ((isStale || CONNECT_CODES.has(code)) && this.#retry(null)) return;
    this.#isOver = true;
    this.#report("failed");
    const message = `The upstream ${this.#target.upstream.id} could not be reached${code === "" ? "" : ` (${code})`}.`;
    const options = code === "EPRIVATEADDRESS" ? {} : { retryAfterMs: WAIT_MS };
    this.#receiver.onFailure(new RelayError(502, "tessera_upstream_unreachable", message, options));
  }

  #retry(status: number | null): boolean {
    if (this.failed.length > 0 || !this.#target.retries.spend()) return false;
    this.failed.push({ status, usage: null });
    this.#report("failed");
    this.#outgoing = undefined;
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
function mayRetry({ headers }: IncomingMessage): boolean {
  if (headers["x-should-retry"] === "false") return false;
  const milliseconds = Number(headers["retry-after-ms"] ?? Number(headers["retry-after"] ?? 0) * 1000);
  return milliseconds <= LONGEST_DELAY_MS;
}
