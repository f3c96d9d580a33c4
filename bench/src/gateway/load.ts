/** A client of many kept connections: what every gateway is asked, and how long each answer took. */
import { Agent, request } from "node:http";

/** Where a gateway listens, and what it wants to be told. */
export interface Target {
  readonly url: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What is asked. */
export interface Ask {
  /** Deltas of the streamed answer; 0: a whole one. */
  readonly deltas: number;
  /** Bytes of the prompt, about. */
  readonly bytes: number;
}

/** What came of so many requests. */
export interface Load {
  /** Microseconds of each request, to its last byte and to its first one. */
  readonly times: readonly number[];
  readonly firsts: readonly number[];
  readonly seconds: number;
}

const WORDS = "The quick brown fox jumps over the lazy dog. ";

/** Sends `count` requests over `connections` connections, each different from every other, so that no cache answers. */
export async function load(target: Target, ask: Ask, connections: number, count: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const url = new URL(target.url);
  const times: number[] = [];
  const firsts: number[] = [];
  let left = count;
  const begin = performance.now();
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const { first, all } = await one(agent, url, target, bodyOf(ask));
      times.push(all);
      firsts.push(first);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  agent.destroy();
  return { times, firsts, seconds: (performance.now() - begin) / 1000 };
}

let serial = 0;

function bodyOf({ deltas, bytes }: Ask): string {
  serial += 1;
  const content = `${process.pid}-${serial} ${WORDS.repeat(Math.ceil(bytes / WORDS.length))}`;
  const stream = deltas === 0 ? {} : { stream: true };
  return JSON.stringify({
    model: "gpt-4o-mini",
    messages: [{ role: "user", content }],
    max_tokens: deltas === 0 ? 100 : deltas,
    ...stream,
  });
}

function one(agent: Agent, url: URL, target: Target, body: string): Promise<{ first: number; all: number }> {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    let first = 0;
    let bytes = 0;
    const headers = {
      "content-type": "application/json",
      authorization: "Bearer sk-bench",
      "content-length": Buffer.byteLength(body),
      ...target.headers,
    };
    const sent = request(
      { agent, host: url.hostname, port: url.port, path: target.path, method: "POST", headers },
      (answer) => {
        answer.on("data", (chunk: Buffer) => {
          if (bytes === 0) first = (performance.now() - begin) * 1000;
          bytes += chunk.byteLength;
        });
        answer.on("end", () => {
          if (answer.statusCode !== 200 || bytes < 300)
            reject(new Error(`${target.url} answered ${answer.statusCode} with ${bytes} bytes`));
          else resolve({ first, all: (performance.now() - begin) * 1000 });
        });
        answer.on("error", reject);
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}
