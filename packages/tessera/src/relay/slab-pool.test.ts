import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { beginStream, startMockUpstream, type MockUpstream } from "../../test/gateway/mock-upstream.ts";
import { startTestGateway, type TestGateway } from "../../test/gateway/parts.ts";
import { open } from "../../test/gateway/raw-client.ts";
import { JsonScanner } from "../http/json/json-scanner.ts";
import type { AnswerOutlet } from "./answer-body.ts";
import type { AnswerHead } from "@tesserae/wire/http1";
import { LARGE_SLAB, SlabPool, SMALL_SLAB } from "./slab-pool.ts";
import { StreamBody } from "./stream-body.ts";
import { isTaken } from "./write-chunk.ts";

let upstream: MockUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startMockUpstream((request, response) => {
    beginStream(response);
    const [, name = "", events = "0"] = /"content":"(\w+)-(\d+)"/.exec(request.body.toString()) ?? [];
    let left = Number(events);
    const next = (): void => {
      for (let burst = 0; burst < 40 && left > 0; burst += 1, left -= 1) response.write(eventOf(name, left));
      if (left > 0) globalThis.setImmediate(next);
      else response.end("data: [DONE]\n\n");
    };
    next();
  });
  gateway = await startTestGateway(upstream.url);
});

afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

function eventOf(name: string, left: number): string {
  return `data: {"choices":[{"index":0,"delta":{"content":"${name} ${left} ${name.repeat(40)}"}}]}\n\n`;
}

const HEAD: AnswerHead = { status: 200, statusText: "OK", headers: {}, rawHeaders: [] };

/** Hears of an answer, and does nothing. */
const OUTLET: Omit<AnswerOutlet, "slabs" | "hasLetGo"> = {
  endpoint: "chat.completions",
  protocol: "openai-chat",
  scanner: new JsonScanner(),
  inputBytes: 0,
  takesTrailers: false,
  keeps: false,
  sendHead: () => {},
  flushHead: () => {},
  send: () => {},
  finish: () => {},
  refuse: () => {},
  breakOff: () => {},
  endBroken: () => {},
  passTo: () => {},
  settle: () => ({ original: 0, actual: 0 }),
  keep: () => {},
};

/** Asks for a stream, of which nothing is read yet. */
async function begin(name: string, events: number): Promise<IncomingMessage> {
  const messages = [{ role: "user", content: `${name}-${events}` }];
  const body = JSON.stringify({ model: "gpt-4o", stream: true, stream_options: { include_usage: true }, messages });
  return await open(`${gateway.url}/v1/chat/completions`, body).answer;
}

/** Takes a stream as fast as it comes, or slowly. */
async function streamed(name: string, events: number, isSlow: boolean): Promise<string> {
  const answer = await begin(name, events);
  let text = "";
  for await (const chunk of answer.setEncoding("utf8")) {
    text += chunk;
    if (isSlow) for (let turn = 0; turn < 5; turn += 1) await setImmediate();
  }
  return text;
}

test("streams at the same time and after one another keep their own bytes, though memory is used again", async () => {
  const one = async (index: number): Promise<void> => {
    const name = `name${index}`;
    const events = [3, 40, 400, 3000][index % 4] ?? 3;
    const text = await streamed(name, events, index % 3 === 0);
    const expected = Array.from({ length: events }, (_, at) => eventOf(name, events - at)).join("");
    expect(text === `${expected}data: [DONE]\n\n`).toBe(true);
  };
  for (let round = 0; round < 3; round += 1) {
    await Promise.all(Array.from({ length: 24 }, async (_, index) => await one(round * 24 + index)));
  }
});

test("what a slow caller has not taken is not the system's yet", async () => {
  const large = Buffer.alloc(64 * 1024 * 1024, 1);
  const server = createServer((_, response) => {
    response.write(large);
    expect(isTaken(response)).toBe(false);
    response.once("drain", () => {
      expect(isTaken(response)).toBe(true);
      response.end("end");
      expect(isTaken(response)).toBe(true);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const answer = await open(`http://127.0.0.1:${port}`, undefined).answer;
  let size = 0;
  for await (const chunk of answer) size += (chunk as Buffer).length;
  expect(size).toBe(large.length + 3);
  server.close();
});

test("a stream gives its memory back when it is over, and the caller has all of it", () => {
  const slabs = new SlabPool();
  const memoryAfter = (hasLetGo: boolean): readonly [Buffer, Buffer] => {
    const slab = slabs.take(SMALL_SLAB);
    slabs.give(slab);
    const outlet = { ...OUTLET, slabs, hasLetGo };
    const body = new StreamBody(outlet, HEAD, false);
    body.push(Buffer.from("data: [DONE]\n\n"), 0, 14);
    body.end();
    return [slab, slabs.take(SMALL_SLAB)];
  };
  const [before, after] = memoryAfter(true);
  expect(after).toBe(before);
  const [held, other] = memoryAfter(false);
  expect(other).not.toBe(held);
});

test("what was given back is taken again, and other sizes are not kept", () => {
  const pool = new SlabPool();
  for (const size of [SMALL_SLAB, LARGE_SLAB]) {
    const slab = pool.take(size - 1);
    expect(slab.length).toBe(size);
    expect(pool.take(size - 1)).not.toBe(slab);
    pool.give(slab);
    expect(pool.take(size)).toBe(slab);
  }
  const huge = pool.take(LARGE_SLAB + 1);
  pool.give(huge);
  expect(pool.take(LARGE_SLAB + 1)).not.toBe(huge);
});

test("a joined piece is the parts, whatever was joined before", () => {
  const pool = new SlabPool();
  expect(pool.joined([Buffer.from("one "), Buffer.from("two")]).toString()).toBe("one two");
  expect(pool.joined([Buffer.from("3")]).toString()).toBe("3");
});
