/** The least that records: one line of JSON a call, written around the SDK's method. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subject } from "../../lib/subject.ts";
import { client, sdkCases, type Case } from "../subject.ts";

const folder = mkdtempSync(join(tmpdir(), "tesserae-bench-"));
const file = join(folder, "log.jsonl");
const log = openSync(file, "a");
process.on("exit", () => {
  closeSync(log);
  rmSync(folder, { recursive: true, force: true });
});

const openai = client();
const { completions } = openai.chat;
const original = completions.create.bind(completions);
Object.defineProperty(completions, "create", {
  value: async (body: { stream?: boolean }, options?: object) => {
    const result: unknown = await Reflect.apply(original, completions, [body, options]);
    const write = (response: unknown): void => {
      writeSync(log, `${JSON.stringify({ ts: Date.now(), request: body, response })}\n`);
    };
    if (body.stream !== true) write(result);
    return body.stream === true ? noted(result as AsyncIterable<unknown>, write) : result;
  },
});

async function* noted(items: AsyncIterable<unknown>, write: (all: unknown) => void): AsyncGenerator<unknown> {
  const all: unknown[] = [];
  for await (const item of items) {
    all.push(item);
    yield item;
  }
  write(all);
}

/** A line for each call. */
export const subject: Subject<Case> = sdkCases(openai);

/** How many calls were kept. */
export const recorded = async (): Promise<number> => readFileSync(file, "utf8").split("\n").length - 1;
