/** What no recorder can do without whose events outlive a kill: bytes that are there already, written after each call. */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subject } from "../../lib/subject.ts";
import { client, sdkCases, type Case } from "../subject.ts";

/** As long as a line of ours about such a call. */
const LINE = Buffer.from(`${"x".repeat(5300)}\n`);

const folder = mkdtempSync(join(tmpdir(), "tesserae-bench-"));
const log = openSync(join(folder, "log"), "a");
process.on("exit", () => {
  closeSync(log);
  rmSync(folder, { recursive: true, force: true });
});

let written = 0;
const openai = client();
const { completions } = openai.chat;
const original = completions.create.bind(completions);
Object.defineProperty(completions, "create", {
  value: async (body: { stream?: boolean }, options?: object) => {
    const result: unknown = await Reflect.apply(original, completions, [body, options]);
    return body.stream === true ? followed(result as AsyncIterable<unknown>) : (write(), result);
  },
});

function write(): void {
  writeSync(log, LINE);
  written += 1;
}

/** As far as it goes without a generator around, which would cost more than the write. */
function followed(items: AsyncIterable<unknown>): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = items[Symbol.asyncIterator]();
      const next = (): Promise<IteratorResult<unknown>> => {
        const step = iterator.next();
        void step.then(({ done }) => {
          if (done === true) write();
        });
        return step;
      };
      return { next };
    },
  };
}

/** A write for each call. */
export const subject: Subject<Case> = sdkCases(openai);

/** How many calls were followed by a write. */
export const recorded = async (): Promise<number> => written;
