import { errorEvent } from "../http/errors/error-answer.ts";
import { RelayError } from "../http/errors/relay-error.ts";
import type { FlightHead, FlightResult, Follower, FollowerSink, Leader } from "../mechanics/coalesce/parties.ts";
import type { AnswerReport } from "./answer-body.ts";
import { CallerAnswer, costHeaders, type CallerListener } from "./caller-answer.ts";
import type { AdmittedRequest, RelayContext } from "./relay-context.ts";
import { Transaction } from "./transaction.ts";

/** A request that gets the answer of another which is in flight (M4). Where that one fails, it goes to the upstream itself. */
export class FollowingRequest implements FollowerSink, CallerListener {
  readonly #context: RelayContext;
  readonly #request: AdmittedRequest;
  readonly #follower: Follower;
  readonly #caller: CallerAnswer;
  #head: FlightHead | undefined;
  /** The parts of a JSON answer. */
  readonly #parts: Buffer[] = [];
  #isPaused = false;
  #isOver = false;

  constructor(context: RelayContext, request: AdmittedRequest, follower: Follower) {
    this.#context = context;
    this.#request = request;
    this.#follower = follower;
    this.#caller = new CallerAnswer(context, request, this);
    this.#caller.stack = ["m4"];
    this.#caller.cacheWord = "coalesced";
  }

  start(): void {
    this.#caller.sentAt = performance.now();
    this.#follower.follow(this);
  }

  onHead(head: FlightHead): void {
    this.#caller.answeredAt = performance.now();
    this.#head = head;
    if (!this.#isStream) return;
    this.#caller.begin(head.status, undefined, headersOf(head));
    this.#caller.flush();
  }

  onChunk(chunk: Buffer): boolean {
    if (!this.#isStream) {
      this.#parts.push(chunk);
      return true;
    }
    this.#isPaused = !this.#caller.send(chunk);
    return !this.#isPaused;
  }

  onEnd({ usage, finish, model }: FlightResult): void {
    this.#isOver = true;
    const status = this.#head?.status ?? 200;
    const report = {
      model,
      usage,
      finish,
      status: status < 400 ? "complete" : "error",
      usageSource: "stored",
    } as const;
    if (this.#isStream) {
      this.#caller.end();
      this.#caller.settle(report, status, []);
      return;
    }
    const body = Buffer.concat(this.#parts);
    const costs = costHeaders(this.#caller.settle(report, status, []));
    const headers = this.#head === undefined ? [] : headersOf(this.#head);
    this.#caller.begin(status, undefined, [...headers, ...costs, "content-length", String(body.length)]);
    this.#caller.end(body);
  }

  onLead(leader: Leader): void {
    this.#isOver = true;
    this.#caller.handOver();
    new Transaction(this.#context, this.#request, leader).start();
  }

  onFailure(reason: "failed" | "behind"): void {
    this.#isOver = true;
    const message =
      reason === "failed"
        ? `The upstream ${this.#request.exchange.upstream.id} broke the answer off.`
        : "The answer, which is shared with other requests, was read too slowly.";
    const error = new RelayError(502, "tessera_upstream_unreachable", message, { retryAfterMs: 1000 });
    if (this.#isStream) {
      const { endpoint, dialect } = this.#request.exchange;
      this.#caller.end(Buffer.from(errorEvent(error, endpoint, dialect, 0)));
    } else {
      this.#caller.refuse(error);
    }
    this.#caller.settle({ ...NOTHING, status: this.#isStream ? "upstream_truncated" : "error" }, error.status, []);
  }

  onGone(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#follower.leave();
    this.#caller.settle({ ...NOTHING, status: "aborted" }, 0, []);
  }

  onDrain(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#follower.resume();
  }

  get #isStream(): boolean {
    return this.#head?.headers["content-type"]?.startsWith("text/event-stream") === true;
  }
}

/** The leader's own headers tell of its connection and its limits; the follower's answer has a form, and no more. */
function headersOf({ headers }: FlightHead): string[] {
  const type = headers["content-type"];
  return type === undefined ? [] : ["content-type", type];
}

const NOTHING: Omit<AnswerReport, "status" | "usageSource"> & { readonly usageSource: "stored" } = Object.freeze({
  model: "",
  usage: null,
  usageSource: "stored",
  finish: null,
});
