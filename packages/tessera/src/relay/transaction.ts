import type { Protocol } from "@tesserae/wire/response";
import type { Endpoint } from "../exchange.ts";
import { errorEvent } from "../http/errors/error-answer.ts";
import { RelayError } from "../http/errors/relay-error.ts";
import type { JsonScanner } from "../http/json/json-scanner.ts";
import type { Leader } from "../mechanics/coalesce/parties.ts";
import type { Settled } from "../ports.ts";
import type { AnswerBody, AnswerOutlet, AnswerReport, KeptAnswer } from "./answer-body.ts";
import { endToEndHeaders } from "./answer-headers.ts";
import { CallerAnswer, type CallerListener } from "./caller-answer.ts";
import type { AnswerHead } from "@tesserae/wire/http1";
import { isEncoded } from "./decoded-copy.ts";
import { EncodedStream } from "./encoded-stream.ts";
import { estimatedUsage } from "./estimate.ts";
import { FlowingBody } from "./flowing-body.ts";
import { HeldBody } from "./held-body.ts";
import type { AdmittedRequest, RelayContext } from "./relay-context.ts";
import type { SlabPool } from "./slab-pool.ts";
import { StreamBody } from "./stream-body.ts";
import { UpstreamCall, type CallReceiver } from "./upstream-call.ts";
import type { Watched } from "./watchdog.ts";

/**
 * One request that goes to the upstream: asks it, passes its answer on to the caller and to those who follow, and settles.
 */
export class Transaction implements CallReceiver, CallerListener, Watched, AnswerOutlet {
  deadline: number;
  before: Watched | undefined;
  after: Watched | undefined;
  readonly endpoint: Endpoint;
  readonly protocol: Protocol;
  readonly scanner: JsonScanner;
  readonly slabs: SlabPool;
  readonly inputBytes: number;
  readonly takesTrailers: boolean;
  readonly #context: RelayContext;
  readonly #request: AdmittedRequest;
  readonly #caller: CallerAnswer;
  readonly #call: UpstreamCall;
  #leader: Leader | undefined;
  #head: AnswerHead | undefined;
  #body: AnswerBody | undefined;
  #report: AnswerReport | undefined;
  #isPaused = false;
  /** True when nothing more is to come from the upstream. */
  #isOver = false;

  /** `leader`: others wait for the same answer. `caller`: where it was made before, by a request that followed until now. */
  constructor(context: RelayContext, request: AdmittedRequest, leader: Leader | undefined) {
    this.#context = context;
    this.#request = request;
    this.#leader = leader;
    this.endpoint = request.exchange.endpoint;
    this.protocol = request.exchange.protocol;
    this.scanner = context.scanner;
    this.slabs = context.slabs;
    this.inputBytes = request.exchange.body.length;
    this.takesTrailers = request.takesTrailers;
    this.#caller = new CallerAnswer(context, request, this);
    this.#call = new UpstreamCall(request.target, request.outgoing, this, context.now);
    this.deadline = this.#ticksFromNow(context.settings.timeouts.headers);
  }

  start(): void {
    this.#context.watchdog.watch(this);
    this.#call.start();
  }

  // The upstream's side.

  onAnswer(head: AnswerHead): void {
    this.#caller.sentAt = this.#call.sentAt;
    this.#caller.answeredAt = performance.now();
    this.#touch();
    this.#head = head;
    try {
      if (this.#leader?.head(head) === false) this.#leader = undefined;
      this.#body = this.#bodyFor(head);
    } catch (defect) {
      this.onDefect(defect);
    }
  }

  onBytes(bytes: Buffer, start: number, end: number): void {
    if (this.#isOver) return;
    try {
      this.#body?.push(bytes, start, end);
    } catch (defect) {
      this.onDefect(defect);
    }
  }

  onReadEnd(): void {
    if (this.#isOver) return;
    this.#touch();
    try {
      this.#body?.flush();
    } catch (defect) {
      this.onDefect(defect);
    }
  }

  onWhole(): void {
    if (this.#isOver) return;
    this.#over();
    if (this.#body instanceof HeldBody) this.#caller.answeredAt = performance.now();
    try {
      this.#body?.end();
    } catch (defect) {
      this.onDefect(defect);
      return;
    }
    const { usage = null, finish = null, model = "" } = this.#report ?? {};
    this.#leader?.end({ usage, finish, model: model === "" ? this.#request.exchange.model : model });
  }

  /** A defect of the gateway's own ends this request alone. */
  onDefect(defect: unknown): void {
    this.#over();
    this.#call.abort();
    this.#leader?.fail();
    this.settle({ status: "error", ...NOTHING });
    this.#caller.fail(defect);
  }

  onFailure(error: RelayError): void {
    this.#caller.sentAt = this.#call.sentAt;
    this.#over();
    this.#leader?.fail();
    this.settle({ status: "error", ...NOTHING }, error.status);
    this.#caller.refuse(error);
  }

  onDeadline(): void {
    if (this.#head === undefined) this.#call.timeOut();
    // The caller has not taken anything for too long.
    else if (this.#isPaused) this.#caller.abandon();
    else {
      this.#call.giveUp();
      this.#cut("stopped in the middle of the answer");
    }
  }

  onCut(): void {
    this.#cut("broke the answer off");
  }

  #bodyFor(head: AnswerHead): AnswerBody {
    const type = head.headers["content-type"] ?? "";
    const encoding = head.headers["content-encoding"];
    if (type.startsWith("text/event-stream") && isEncoded(encoding)) return new EncodedStream(this, head, encoding);
    if (type.startsWith("text/event-stream")) return new StreamBody(this, head, this.#request.dropsUsage);
    const { costHeaders, maxHeldBytes } = this.#context.settings;
    const length = Number(head.headers["content-length"] ?? 0);
    const isHeld = (costHeaders || head.status >= 400) && length <= maxHeldBytes && type.includes("json");
    return isHeld ? new HeldBody(this, head, maxHeldBytes) : new FlowingBody(this, head);
  }

  #cut(what: string): void {
    if (this.#isOver) return;
    this.#over();
    this.#leader?.fail();
    const message = `The upstream ${this.#request.exchange.upstream.id} ${what}.`;
    this.#body?.cut(new RelayError(502, "tessera_upstream_unreachable", message, { retryAfterMs: 1000 }));
  }

  // The caller's side.

  onGone(): void {
    if (this.#isOver) return;
    this.#onceMore();
    const isWanted = this.#leader?.abandon(() => this.#desert()) === false;
    if (!isWanted && this.#context.settings.onClientAbort === "abort") this.#desert();
  }

  onDrain(): void {
    this.#onceMore();
  }

  /** Nobody wants the answer any more. */
  #desert(): void {
    if (this.#isOver) return;
    this.#over();
    this.#call.abort();
    this.settle({ status: "aborted", ...(this.#body?.soFar() ?? this.#asked()) });
  }

  /** What is known of a request that was sent, and of which nothing came back. */
  #asked(): Omit<AnswerReport, "status"> {
    return { ...NOTHING, usage: estimatedUsage(this.inputBytes, 0), usageSource: "estimated" };
  }

  /** The upstream goes on. */
  #onceMore(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#touch();
    this.#call.resume();
  }

  // What the body of the answer asks for.

  sendHead(extra: readonly string[], length?: number): void {
    const head = this.#head;
    if (head === undefined) return;
    const headers = endToEndHeaders(head.rawHeaders);
    headers.push(...extra);
    if (length !== undefined && head.status !== 204 && head.status !== 304) headers.push("content-length", `${length}`);
    this.#caller.begin(head.status, head.statusText, headers);
  }

  flushHead(): void {
    this.#caller.flush();
  }

  send(bytes: Buffer): void {
    this.#leader?.push(bytes);
    if (this.#caller.send(bytes)) return;
    this.#isPaused = true;
    this.#call.pause();
    this.deadline = this.#ticksFromNow(this.#context.settings.timeouts.stall);
  }

  finish(bytes?: Buffer, trailers?: readonly [string, string][]): void {
    if (bytes !== undefined) this.#leader?.push(bytes);
    this.#caller.end(bytes, trailers);
  }

  refuse(error: RelayError): void {
    this.#caller.refuse(error);
  }

  endBroken(error: RelayError, isMidEvent: boolean, sequence: number): void {
    const event = errorEvent(error, this.endpoint, this.#request.exchange.dialect, sequence);
    this.#caller.end(Buffer.from(isMidEvent ? `\n\n${event}` : event));
  }

  breakOff(): void {
    this.#caller.breakOff();
  }

  passTo(body: AnswerBody): void {
    this.#body = body;
  }

  settle(report: AnswerReport, httpStatus: number = this.#head?.status ?? 0): Settled {
    this.#report = report;
    return this.#caller.settle(report, httpStatus, this.#call.failed);
  }

  get hasLetGo(): boolean {
    return this.#leader === undefined && this.#caller.hasLetGo;
  }

  get keeps(): boolean {
    return this.#request.plan.keeps;
  }

  keep(answer: KeptAnswer): void {
    if (this.#head !== undefined) this.#request.plan.keep(this.#head.status, this.#head.headers, answer);
  }

  #over(): void {
    this.#isOver = true;
    this.#context.watchdog.unwatch(this);
  }

  #touch(): void {
    if (!this.#isPaused) this.deadline = this.#ticksFromNow(this.#context.settings.timeouts.idle);
  }

  #ticksFromNow(milliseconds: number): number {
    return this.#context.watchdog.tick + this.#context.watchdog.ticksOf(milliseconds);
  }
}

const NOTHING: Omit<AnswerReport, "status"> = Object.freeze({
  model: "",
  usage: null,
  usageSource: "provider",
  finish: null,
});
