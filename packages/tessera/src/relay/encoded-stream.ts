import { isBilled, type AnswerBody, type AnswerOutlet, type AnswerReport } from "./answer-body.ts";
import type { AnswerHead } from "@tesserae/wire/http1";
import { decodedCopy, LARGEST_ENCODED } from "./decoded-copy.ts";
import { estimatedUsage } from "./estimate.ts";
import { readStreamEnd, type AnswerFacts } from "./read-stream.ts";

/**
 * A stream of events that came compressed: it is passed on as it comes, and a copy of it is read for its usage when it is
 * over. Events cannot be told apart before, so that one which breaks off ends without a word.
 */
export class EncodedStream implements AnswerBody {
  readonly #outlet: AnswerOutlet;
  readonly #head: AnswerHead;
  readonly #encoding: string;
  readonly #copies: Buffer[] = [];
  #size = 0;

  constructor(outlet: AnswerOutlet, head: AnswerHead, encoding: string) {
    this.#outlet = outlet;
    this.#head = head;
    this.#encoding = encoding;
    outlet.sendHead([]);
  }

  push(bytes: Buffer, start: number, end: number): void {
    const copy = Buffer.from(bytes.subarray(start, end));
    this.#size += copy.length;
    if (this.#size <= LARGEST_ENCODED) this.#copies.push(copy);
    this.#outlet.send(copy);
  }

  flush(): void {
    if (this.#size === 0) this.#outlet.flushHead();
  }

  end(): void {
    this.#outlet.finish();
    this.#outlet.settle(this.#report());
  }

  cut(): void {
    this.#outlet.breakOff();
    this.#outlet.settle({ status: "upstream_truncated", ...this.soFar() });
  }

  soFar(): Omit<AnswerReport, "status"> {
    const nothing = { model: "", finish: null };
    if (!isBilled(this.#outlet.endpoint, this.#head.status))
      return { ...nothing, usage: null, usageSource: "provider" };
    return { ...nothing, usage: estimatedUsage(this.#outlet.inputBytes, this.#size), usageSource: "estimated" };
  }

  #report(): AnswerReport {
    if (this.#head.status >= 400) return { status: "error", ...this.soFar() };
    const facts = this.#read();
    if (facts === undefined) return { status: "complete", ...this.soFar() };
    const { model, usage, finish, complete, failed } = facts;
    const status = failed ? "error" : complete ? "complete" : "upstream_truncated";
    if (usage !== null && complete) return { status, model, usage, usageSource: "provider", finish };
    return { ...this.soFar(), status, model, finish };
  }

  #read(): AnswerFacts | undefined {
    if (this.#size > LARGEST_ENCODED) return undefined;
    const plain = decodedCopy(Buffer.concat(this.#copies), this.#encoding);
    return plain && readStreamEnd(this.#outlet.protocol, plain, plain);
  }
}
