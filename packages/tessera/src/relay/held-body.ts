import { errorOfResponse } from "@tesserae/wire/errors";
import type { RelayError } from "../http/errors/relay-error.ts";
import type { AnswerHead } from "@tesserae/wire/http1";
import { isBilled, type AnswerBody, type AnswerOutlet, type AnswerReport } from "./answer-body.ts";
import { costHeaders } from "./caller-answer.ts";
import { decodedCopy, isEncoded } from "./decoded-copy.ts";
import { estimatedUsage } from "./estimate.ts";
import { FlowingBody } from "./flowing-body.ts";
import { readAnswer } from "./read-answer.ts";

const EMPTY = Buffer.alloc(0);

/** An answer that is held until it is whole, so that its cost can be told in the headers. */
export class HeldBody implements AnswerBody {
  readonly #outlet: AnswerOutlet;
  readonly #head: AnswerHead;
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(outlet: AnswerOutlet, head: AnswerHead, limit: number) {
    this.#outlet = outlet;
    this.#head = head;
    this.#limit = limit;
  }

  push(bytes: Buffer, start: number, end: number): void {
    this.#chunks.push(Buffer.from(bytes.subarray(start, end)));
    this.#size += end - start;
    if (this.#size <= this.#limit) return;
    const flowing = new FlowingBody(this.#outlet, this.#head);
    this.#outlet.passTo(flowing);
    for (const held of this.#chunks) flowing.push(held, 0, held.length);
    this.#chunks = [];
  }

  flush(): void {
    // It waits for its end.
  }

  end(): void {
    const outlet = this.#outlet;
    const { status } = this.#head;
    const [first = EMPTY] = this.#chunks;
    const body = this.#chunks.length > 1 ? Buffer.concat(this.#chunks, this.#size) : first;
    const report = this.#report(body);
    const settled = outlet.settle(report);
    const extra = costHeaders(settled);
    // The money is spent, though the status says that a retry may help.
    if (status === 429 && this.#head.headers["x-should-retry"] === undefined && isSpent(status, this.#readable(body))) {
      extra.push("x-should-retry", "false");
    }
    outlet.sendHead(extra, body.length);
    outlet.finish(body);
    if (outlet.keeps && status === 200 && report.usageSource === "provider") {
      outlet.keep({ form: "json", body, usage: report.usage, finish: report.finish });
    }
  }

  cut(error: RelayError): void {
    // What was answered in part was paid for: the books have an estimate of it, as of a stream that is cut.
    this.#outlet.settle({ status: this.#head.status < 400 ? "upstream_truncated" : "error", ...this.soFar() });
    this.#outlet.refuse(error);
  }

  soFar(): Omit<AnswerReport, "status"> {
    if (!isBilled(this.#outlet.endpoint, this.#head.status)) return NOTHING;
    return { ...NOTHING, usage: estimatedUsage(this.#outlet.inputBytes, this.#size), usageSource: "estimated" };
  }

  #report(body: Buffer): AnswerReport {
    const { endpoint, protocol, scanner, inputBytes } = this.#outlet;
    const { status } = this.#head;
    if (status >= 400) return { ...NOTHING, status: "error" };
    const { model, usage, finish } = readAnswer(scanner, protocol, this.#readable(body));
    if (usage === null && isBilled(endpoint, status)) {
      const estimated = estimatedUsage(inputBytes, body.length);
      return { status: "complete", model, usage: estimated, usageSource: "estimated", finish };
    }
    return { status: "complete", model, usage, usageSource: "provider", finish };
  }

  /** What the gateway reads of the answer: of a compressed one a copy, and nothing where that cannot be had. */
  #readable(body: Buffer): Buffer {
    const encoding = this.#head.headers["content-encoding"];
    return isEncoded(encoding) ? (decodedCopy(body, encoding) ?? EMPTY) : body;
  }
}

const NOTHING: Omit<AnswerReport, "status"> = Object.freeze({
  model: "",
  usage: null,
  usageSource: "provider",
  finish: null,
});

function isSpent(status: number, body: Buffer): boolean {
  return errorOfResponse({ status, body: body.toString("utf8") }).kind === "quota";
}
