import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { formatDollars } from "@tesserae/wire/cost";
import type { Usage } from "@tesserae/wire/usage";
import { errorBody, errorHeaders } from "../http/errors/error-answer.ts";
import { internalError, type RelayError } from "../http/errors/relay-error.ts";
import type { Outcome, Settled } from "../ports.ts";
import type { MechanicId } from "../workloads/workload.ts";
import type { AnswerReport } from "./answer-body.ts";
import type { AdmittedRequest, RelayContext } from "./relay-context.ts";
import type { FailedAttempt } from "./upstream-call.ts";
import { isTaken, writeChunk } from "./write-chunk.ts";

/** Who hears of the caller of a request. */
export interface CallerListener {
  /** The caller has gone before its answer was whole. */
  onGone(): void;
  /** The caller takes more again, after {@link CallerAnswer.send} gave false. */
  onDrain(): void;
}

/** A report that may also be of a stored answer. */
export type FinalReport = Omit<AnswerReport, "usageSource"> & { readonly usageSource: Outcome["usageSource"] };

/** The caller's side of a request, and its entry in the books, wherever the answer comes from. */
export class CallerAnswer {
  isGone = false;
  /** What the row and the headers say of the mechanics. */
  stack: readonly MechanicId[] = [];
  cacheWord: string;
  /** When the request was sent on, and when that came which is worked on now, on the clock of `performance.now()`; 0: never. */
  sentAt = 0;
  answeredAt = 0;
  readonly #context: RelayContext;
  readonly #request: AdmittedRequest;
  readonly #response: ServerResponse;
  readonly #listener: CallerListener;
  #isOver = false;
  /** Whether the headers have been sent. */
  #hasBegun = false;
  /** Whether the caller is waited for to take more. */
  #isWaiting = false;
  #settled: Settled | undefined;

  constructor(context: RelayContext, request: AdmittedRequest, listener: CallerListener) {
    this.#context = context;
    this.#request = request;
    this.#response = request.response;
    this.#listener = listener;
    this.cacheWord = request.plan.word;
    // Not kept in fields: a function in a field of the object that it captures outlives many small collections of garbage.
    this.#response.on("close", () => {
      if (this.#isOver) return;
      this.isGone = true;
      request.exchange.abort();
      listener.onGone();
    });
  }

  /** Leaves the caller, to whom nothing was said yet, to another. */
  handOver(): void {
    this.#isOver = true;
  }

  /** Sends the status line and the headers, to which the gateway's own are added. */
  begin(status: number, statusText: string | undefined, headers: string[]): void {
    if (this.isGone) return;
    this.#addOwnHeaders(headers);
    if (statusText === undefined) this.#response.writeHead(status, headers);
    else this.#response.writeHead(status, statusText, headers);
  }

  flush(): void {
    if (this.isGone) return;
    this.#response.flushHeaders();
    this.#hasBegun = true;
  }

  /** Whether all that was sent has been taken by the system, so that its memory is free. */
  get hasLetGo(): boolean {
    return !this.isGone && isTaken(this.#response);
  }

  /** Sends a part of the body. `false`: the caller is slow, `onDrain` follows. */
  send(bytes: Buffer): boolean {
    if (this.isGone) return true;
    const socket = this.#chunkSocket();
    const isTaken = socket === undefined ? this.#response.write(bytes) : writeChunk(socket, bytes);
    this.#hasBegun = true;
    if (isTaken || this.#isWaiting) return isTaken;
    this.#isWaiting = true;
    (socket ?? this.#response).once("drain", () => {
      this.#isWaiting = false;
      if (!this.#isOver) this.#listener.onDrain();
    });
    return false;
  }

  end(bytes?: Buffer, trailers?: readonly [string, string][]): void {
    this.#isOver = true;
    if (this.isGone) return;
    if (trailers !== undefined) this.#response.addTrailers(trailers);
    const socket = bytes === undefined ? undefined : this.#chunkSocket();
    if (socket === undefined || bytes === undefined) {
      this.#response.end(bytes);
      return;
    }
    // The last part and the end go out together.
    socket.cork();
    writeChunk(socket, bytes);
    this.#response.end();
    socket.uncork();
  }

  /**
   * The socket, where parts of the body can be written to it in the chunked coding at once: the answer has begun, it is
   * chunked, and no answer to an earlier request is before it. Node would write each part in four pieces.
   */
  #chunkSocket(): Socket | undefined {
    if (!this.#hasBegun || !this.#response.chunkedEncoding) return undefined;
    return this.#response.socket ?? undefined;
  }

  /** Answers with an error of the gateway; only where nothing was sent yet. */
  refuse(error: RelayError): void {
    if (!this.isGone) {
      const { dialect, id } = this.#request.exchange;
      const body = Buffer.from(errorBody(error, dialect, id));
      this.begin(error.status, undefined, [...errorHeaders(error), "content-length", String(body.length)]);
      this.end(body);
    }
    this.#isOver = true;
  }

  /** Breaks the connection, so that the caller sees that the answer is not whole. */
  breakOff(): void {
    this.#isOver = true;
    this.#response.destroy();
  }

  /** Ends the answer after a defect of the gateway: by an error where nothing was sent, else by breaking it off. */
  fail(defect: unknown): void {
    const error = internalError(defect);
    if (this.#isOver) return;
    if (this.#response.headersSent) this.breakOff();
    else this.refuse(error);
  }

  /** The caller takes nothing: its connection is broken, and `onGone` follows. */
  abandon(): void {
    this.#response.destroy();
  }

  /** Writes the request into the books; what it cost. Once: later calls give the same. */
  settle(report: FinalReport, httpStatus: number, failedAttempts: readonly FailedAttempt[]): Settled {
    if (this.#settled !== undefined) return this.#settled;
    const { exchange, reservation, slot, arrivedAt, target, estimated } = this.#request;
    const outcome: Outcome = {
      status: this.isGone ? "aborted" : report.status,
      httpStatus: this.isGone ? CLIENT_CLOSED : httpStatus,
      stack: this.stack,
      cache: this.cacheWord,
      servedModel: report.model === "" ? exchange.model : report.model,
      usage: report.usage,
      usageSource: report.usageSource,
      finish: report.finish,
      latencyMs: performance.now() - arrivedAt,
      overheadMs: this.#overhead(),
      failedAttempts,
    };
    const settled = this.#context.ledger.settle(exchange, outcome);
    this.#settled = settled;
    const { usage } = report;
    if (usage !== null && report.usageSource === "provider" && estimated !== undefined) {
      const counted = { input: usage.inputTokens, output: usage.outputTokens };
      target.surplus.learn(exchange.model, estimated, counted);
    }
    const tokens = this.stack.length > 0 ? 0 : tokensOf(report.usage);
    reservation?.settle(settled.actual ?? 0, tokens, isCertain(outcome));
    slot?.release(tokens);
    this.#context.onSettled?.(exchange, outcome, settled);
    return settled;
  }

  /** What the gateway itself took: until the request was sent on, and since the answer came. */
  #overhead(): number {
    const now = performance.now();
    if (this.sentAt === 0) return now - this.#request.startedAt;
    return this.sentAt - this.#request.startedAt + (this.answeredAt === 0 ? 0 : now - this.answeredAt);
  }

  #addOwnHeaders(headers: string[]): void {
    const { exchange, reservation, plannedAs } = this.#request;
    headers.push("x-tessera-request-id", exchange.id, "x-tessera-workload", exchange.workload.name);
    headers.push("x-tessera-stack", this.stack.length === 0 ? "none" : this.stack.join("+"));
    headers.push("x-tessera-cache", this.cacheWord, "x-tessera-overhead-ms", this.#overhead().toFixed(3));
    if (exchange.callerId !== undefined) headers.push("x-tessera-caller-request-id", exchange.callerId);
    if (plannedAs !== undefined) headers.push("x-tessera-plan", plannedAs);
    const remaining = reservation?.remaining;
    if (remaining !== undefined) headers.push("x-tessera-cap-remaining-usd", formatDollars(remaining));
  }
}

/** The status of a request whose caller has gone; it is in the books alone. */
const CLIENT_CLOSED = 499;

/** Whether a provider can have billed no more than is known. One that did not answer in time may have. */
function isCertain({ status, httpStatus, stack, usage, usageSource }: Outcome): boolean {
  if (stack.length > 0 || status === "refused") return true;
  return status === "error" ? httpStatus !== TIMED_OUT : usage !== null && usageSource !== "estimated";
}

const TIMED_OUT = 504;

/** The headers, or trailers, that tell what a request cost, names and values in turn. */
export function costHeaders(settled: Settled): string[] {
  const headers: string[] = [];
  if (settled.original !== undefined) headers.push("x-tessera-cost-original-usd", formatDollars(settled.original));
  if (settled.actual !== undefined) headers.push("x-tessera-cost-actual-usd", formatDollars(settled.actual));
  return headers;
}

function tokensOf(usage: Usage | null): number {
  return usage === null ? 0 : usage.inputTokens + usage.outputTokens;
}
