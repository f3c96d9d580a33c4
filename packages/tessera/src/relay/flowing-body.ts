import type { Usage } from "@tesserae/wire/usage";
import type { AnswerHead } from "@tesserae/wire/http1";
import { isBilled, type AnswerBody, type AnswerOutlet, type AnswerReport } from "./answer-body.ts";
import { estimatedUsage } from "./estimate.ts";
import { usageAtEnd } from "./read-answer.ts";

/** Providers put the usage behind what is large: so much of the end is kept to find it in. */
const KEPT_END = 4096;

/** An answer that is passed on as it comes: what is too large to hold, and what is no JSON. */
export class FlowingBody implements AnswerBody {
  readonly #outlet: AnswerOutlet;
  readonly #status: number;
  #size = 0;
  #end: Buffer = Buffer.alloc(0);

  constructor(outlet: AnswerOutlet, head: AnswerHead) {
    this.#outlet = outlet;
    this.#status = head.status;
    const length = Number(head.headers["content-length"] ?? Number.NaN);
    outlet.sendHead([], Number.isInteger(length) ? length : undefined);
  }

  push(bytes: Buffer, start: number, end: number): void {
    const chunk = Buffer.from(bytes.subarray(start, end));
    this.#size += chunk.length;
    this.#end =
      chunk.length >= KEPT_END
        ? chunk.subarray(-KEPT_END)
        : Buffer.concat([this.#end.subarray(-(KEPT_END - chunk.length)), chunk]);
    this.#outlet.send(chunk);
  }

  flush(): void {
    if (this.#size === 0) this.#outlet.flushHead();
  }

  end(): void {
    this.#outlet.finish();
    const usage = usageAtEnd(this.#outlet.scanner, this.#outlet.protocol, this.#end);
    const known = usage === undefined ? this.#estimate() : { usage, usageSource: "provider" as const };
    this.#outlet.settle({ status: this.#status < 400 ? "complete" : "error", model: "", finish: null, ...known });
  }

  cut(): void {
    this.#outlet.breakOff();
    this.#outlet.settle({ status: "upstream_truncated", ...this.soFar() });
  }

  soFar(): Omit<AnswerReport, "status"> {
    return { model: "", finish: null, ...this.#estimate() };
  }

  #estimate(): { readonly usage: Usage | null; readonly usageSource: "provider" | "estimated" } {
    if (!isBilled(this.#outlet.endpoint, this.#status)) return { usage: null, usageSource: "provider" };
    return { usage: estimatedUsage(this.#outlet.inputBytes, this.#size), usageSource: "estimated" };
  }
}
