import type { RelayError } from "../http/errors/relay-error.ts";
import type { AnswerHead } from "@tesserae/wire/http1";
import { isBilled, type AnswerBody, type AnswerOutlet, type AnswerReport } from "./answer-body.ts";
import { costHeaders } from "./caller-answer.ts";
import { estimatedStreamUsage } from "./estimate.ts";
import { readStreamEnd, readWholeStream } from "./read-stream.ts";
import { StreamBuffer } from "./stream-buffer.ts";
import { withoutUsageChunk } from "./usage-chunk.ts";

/** An answer of server-sent events, passed on as they come: all events of one read in one write. */
export class StreamBody implements AnswerBody {
  readonly #outlet: AnswerOutlet;
  readonly #status: number;
  readonly #dropsUsage: boolean;
  readonly #buffer: StreamBuffer;
  #hasSent = false;

  /** `dropsUsage`: the chunk with the usage was asked for by the gateway, and is taken out. */
  constructor(outlet: AnswerOutlet, head: AnswerHead, dropsUsage: boolean) {
    this.#outlet = outlet;
    this.#status = head.status;
    this.#dropsUsage = dropsUsage;
    this.#buffer = new StreamBuffer(outlet.slabs);
    const trailers = outlet.takesTrailers ? ["trailer", "x-tessera-cost-original-usd, x-tessera-cost-actual-usd"] : [];
    outlet.sendHead(trailers);
  }

  push(bytes: Buffer, start: number, end: number): void {
    this.#buffer.push(bytes, start, end);
  }

  flush(): void {
    this.#sendEvents(this.#buffer.take());
    if (this.#hasSent) return;
    this.#hasSent = true;
    this.#outlet.flushHead();
  }

  end(): void {
    const last = this.#passed(this.#buffer.takeRest(), true);
    const report = this.#report();
    if (this.#outlet.takesTrailers) {
      const headers = costHeaders(this.#outlet.settle(report));
      const trailers = headers.flatMap((name, at): [string, string][] =>
        at % 2 === 0 ? [[name, headers[at + 1] ?? ""]] : [],
      );
      this.#outlet.finish(last, trailers);
    } else {
      this.#outlet.finish(last);
      this.#outlet.settle(report);
    }
    const isKept = this.#outlet.keeps && this.#status === 200 && report.status === "complete";
    const whole = isKept && report.usageSource === "provider" ? this.#buffer.whole() : undefined;
    if (whole !== undefined)
      this.#outlet.keep({ form: "sse", body: whole, usage: report.usage, finish: report.finish });
    if (this.#outlet.hasLetGo) this.#buffer.release();
  }

  cut(error: RelayError): void {
    this.#sendEvents(this.#buffer.take());
    this.#outlet.endBroken(error, this.#buffer.isMidEvent, nextNumber(this.#buffer.ending()));
    this.#outlet.settle({ status: "upstream_truncated", ...this.soFar() });
  }

  soFar(): Omit<AnswerReport, "status"> {
    const { endpoint, protocol, inputBytes } = this.#outlet;
    const beginning = this.#buffer.beginning();
    const answer = readWholeStream(protocol, beginning);
    const finish = answer.rawFinishReason;
    if (!isBilled(endpoint, this.#status)) return { model: answer.model, usage: null, usageSource: "provider", finish };
    const share = beginning.length === 0 ? 1 : Math.max(1, this.#buffer.total / beginning.length);
    const usage = estimatedStreamUsage(inputBytes, answer, share);
    return { model: answer.model, usage, usageSource: "estimated", finish };
  }

  #report(): AnswerReport {
    const ending = this.#buffer.ending();
    const beginning = this.#outlet.protocol === "anthropic" ? this.#buffer.beginning() : ending;
    const { model, usage, finish, complete, failed } = readStreamEnd(this.#outlet.protocol, beginning, ending);
    const status = failed ? "error" : complete ? "complete" : "upstream_truncated";
    if (usage !== null && complete) return { status, model, usage, usageSource: "provider", finish };
    return { status, ...this.soFar() };
  }

  #sendEvents(events: Buffer | undefined): void {
    const passed = this.#passed(events);
    if (passed === undefined) return;
    this.#hasSent = true;
    this.#outlet.send(passed);
  }

  /** What of the events the caller gets. */
  #passed(events: Buffer | undefined, atEnd: boolean = false): Buffer | undefined {
    return events !== undefined && this.#dropsUsage ? withoutUsageChunk(events, atEnd) : events;
  }
}

const NUMBER = '"sequence_number":';

/** The number of the event after the last one, where events bear numbers as those of a Responses stream do. */
function nextNumber(ending: Buffer): number {
  const at = ending.lastIndexOf(NUMBER);
  if (at === -1) return 0;
  const last = Number.parseInt(ending.toString("latin1", at + NUMBER.length, at + NUMBER.length + 20), 10);
  return Number.isSafeInteger(last) ? last + 1 : 0;
}
