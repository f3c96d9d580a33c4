import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { ModelCatalogue } from "@tesserae/wire/catalogue";
import { costOf } from "@tesserae/wire/cost";
import { NO_USAGE, type Usage } from "@tesserae/wire/usage";
import { answerOf, eventsOf } from "./answers.ts";
import { PART, promptOf, type Prompt } from "./prompt.ts";

/** One question that came, and what is to be paid for it. */
export interface Metered {
  readonly prompt: Prompt;
  readonly usage: Usage;
  /** In pico-dollars. */
  readonly cost: bigint;
}

const BYTES_PER_TOKEN = 4;
const tokensOf = (bytes: number): number => Math.ceil(bytes / BYTES_PER_TOKEN);

/**
 * A provider that keeps its own books. It answers what the prompt says, counts a token for every four bytes, and bills
 * what it sent: whole answers with cached, written and reasoning tokens; of an answer that did not come to its end the
 * question and the text until there (in JSON all of it); errors not at all.
 */
export class MeteringProvider {
  readonly bills: Metered[] = [];
  readonly #catalogue = new ModelCatalogue();
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #failedOnce = new Set<number>();
  readonly #silent = new Map<number, () => void>();

  /** Listens until the test is over. Gives the address. */
  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    onTestFinished(() => {
      this.#server.closeAllConnections();
      this.#server.close();
    });
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  }

  /** Resolves when a question is there that is to get no answer. */
  hasCome(number: number): Promise<void> {
    return new Promise((resolve) => this.#silent.set(number, resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const prompt = promptOf(request.url ?? "", JSON.parse(body.toString()));
    const { fate, number } = prompt;
    const isFirst = !this.#failedOnce.has(number);
    if (fate.is === "status" || (fate.is === "flaky" && isFirst)) {
      this.#failedOnce.add(number);
      const type = fate.is === "status" && fate.status < 500 ? "invalid_request_error" : "api_error";
      const error = { type, message: "No.", code: null, param: null };
      response.writeHead(fate.is === "status" ? fate.status : 503, { "content-type": "application/json" });
      response.end(JSON.stringify(prompt.form === "messages" ? { type: "error", error } : { error }));
    } else if (fate.is === "silence") {
      response.on("close", () => this.#bill(prompt, { inputTokens: tokensOf(body.length) }));
      this.#silent.get(number)?.();
    } else if (fate.is === "hold" || fate.is === "cut") this.#stopAfter(prompt, body.length, fate.parts, response);
    else this.#answerWhole(prompt, body.length, response);
  }

  #answerWhole(prompt: Prompt, bytes: number, response: ServerResponse): void {
    const parts = 1 + (prompt.number % 7);
    const usage = usageFor(prompt, bytes, parts);
    this.#bill(prompt, usage);
    if (!prompt.stream) {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(answerOf(prompt, parts, usage)));
      return;
    }
    const events = eventsOf(prompt, parts, usage);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(events.head);
    for (let part = 0; part < parts; part += 1) response.write(events.part);
    response.end(events.end);
  }

  /** Sends a beginning, and then nothing more, or the end of the connection. */
  #stopAfter(prompt: Prompt, bytes: number, parts: number, response: ServerResponse): void {
    const usage = usageFor(prompt, bytes, parts);
    if (!prompt.stream) {
      this.#breakOff(prompt, usage, parts, response);
      return;
    }
    const events = eventsOf(prompt, parts, usage);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(events.head);
    for (let part = 0; part < parts; part += 1) response.write(events.part);
    const outputTokens = tokensOf(Buffer.byteLength(PART) * parts);
    // Only Anthropic says at the beginning what of the question was cached.
    const known = prompt.form === "messages" ? usage : { inputTokens: usage.inputTokens };
    response.on("close", () => this.#bill(prompt, { ...known, outputTokens }));
    if (prompt.fate.is === "cut") response.socket?.end();
  }

  /** Half of an answer in JSON, and the end of the connection. */
  #breakOff(prompt: Prompt, { inputTokens }: Usage, parts: number, response: ServerResponse): void {
    const whole = Buffer.from(JSON.stringify(answerOf(prompt, parts, usageFor(prompt, 0, parts))));
    const half = whole.subarray(0, whole.length / 2);
    this.#bill(prompt, { inputTokens, outputTokens: tokensOf(half.length) });
    response.writeHead(200, { "content-type": "application/json", "content-length": whole.length });
    response.write(half);
    response.socket?.end();
  }

  #bill(prompt: Prompt, tokens: Partial<Usage>): void {
    const usage = { ...NO_USAGE, ...tokens };
    const provider = prompt.form === "messages" ? "anthropic" : "openai";
    const priced = this.#catalogue.price(prompt.model, { provider });
    if (priced === undefined) throw new Error(`The table has no price of ${prompt.model}`);
    this.bills.push({ prompt, usage, cost: BigInt(costOf(usage, priced.price)) });
  }
}

function usageFor({ number, form }: Prompt, bytes: number, parts: number): Usage {
  const inputTokens = tokensOf(bytes);
  const reasoningTokens = form === "messages" || number % 4 > 0 ? 0 : 64;
  return {
    ...NO_USAGE,
    inputTokens,
    cacheReadTokens: number % 3 === 0 ? Math.floor(inputTokens / 2) : 0,
    cacheWriteTokens: form === "messages" && number % 5 === 0 ? 7 : 0,
    cacheWrite1hTokens: form === "messages" && number % 5 === 1 ? 3 : 0,
    outputTokens: tokensOf(Buffer.byteLength(PART) * parts) + reasoningTokens,
    reasoningTokens,
  };
}
