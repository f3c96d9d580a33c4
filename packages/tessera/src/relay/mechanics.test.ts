import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  beginStream,
  CHAT,
  chatEvents,
  json,
  startMockUpstream,
  type MockUpstream,
} from "../../test/gateway/mock-upstream.ts";
import { KEY, startTestGateway, type TestGateway } from "../../test/gateway/parts.ts";
import { AUTHORIZED, call, open, type RawAnswer } from "../../test/gateway/raw-client.ts";
import { signal } from "../../test/gateway/signal.ts";
import { Coalescer } from "../mechanics/coalesce/coalescer.ts";
import { ExactCache } from "../mechanics/exact-cache/exact-cache.ts";
import { openStore, type Store } from "../store/store.ts";

let folder: string;
let store: Store;
let cache: ExactCache;
let upstream: MockUpstream;
let gateway: TestGateway;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tessera-relay-"));
  store = openStore(join(folder, "tessera.db"));
  cache = new ExactCache({ store });
  upstream = await startMockUpstream(answer);
  gateway = await startTestGateway(upstream.url, {
    mechanics: { exactCache: cache, coalescer: new Coalescer() },
    workload: { mechanics: { m2: true, m4: true } },
  });
});
afterEach(async () => {
  await gateway.close();
  await upstream.close();
  cache.close();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function answer({ body }: { readonly body: Buffer }, response: ServerResponse): void {
  if (!body.includes('"stream":true')) return json(response, CHAT);
  beginStream(response);
  response.end(chatEvents(3, body.includes("include_usage")).join(""));
}

const ASK = '{"model":"gpt-4o","temperature":0,"messages":[{"role":"user","content":"hi"}]}';
const STREAM = ASK.replace("{", '{"stream":true,');
const ask = (body: string = ASK, headers: Record<string, string> = {}): Promise<RawAnswer> =>
  call(`${gateway.url}/v1/chat/completions`, body, { ...AUTHORIZED, ...headers });
const cacheOf = ({ headers }: RawAnswer): unknown => headers["x-tessera-cache"];

describe("the exact cache", () => {
  test("answers the second of two equal requests without the upstream, for nothing", async () => {
    const first = await ask();
    const second = await ask();
    expect([cacheOf(first), cacheOf(second)]).toEqual(["miss", "hit"]);
    expect(second.body.equals(first.body)).toBe(true);
    expect(second.headers).toMatchObject({
      "x-tessera-stack": "m2",
      "x-tessera-cache-age": "0",
      "x-tessera-cost-original-usd": "0.000021",
      "x-tessera-cost-actual-usd": "0.00",
      "content-type": "application/json",
    });
    expect(second.headers["x-tessera-cache-entry"]).toMatch(/^ce_[0-9a-f]+$/);
    expect(upstream.requests).toHaveLength(1);
    expect(gateway.rows[1]?.outcome).toMatchObject({
      status: "complete",
      stack: ["m2"],
      cache: "hit",
      usageSource: "stored",
    });
    expect(gateway.reservations).toHaveLength(1);
  });

  test("answers streams with the bytes that the first caller got", async () => {
    const first = await ask(STREAM);
    const second = await ask(STREAM);
    expect(cacheOf(second)).toBe("hit");
    expect(second.body.toString()).toBe(first.body.toString());
    expect(first.body.toString()).not.toContain('"choices":[]');
    const other = await ask(STREAM.replace("{", '{"stream_options":{"include_usage":true},'));
    expect(cacheOf(other)).toBe("hit");
    expect(other.body.toString()).toContain('"choices":[]');
    expect(upstream.requests).toHaveLength(1);
  });

  test("answers in the form that is asked for", async () => {
    await ask();
    const client = new OpenAI({
      baseURL: `${gateway.url}/v1`,
      apiKey: "sk-provider",
      defaultHeaders: { "x-tessera-api-key": KEY },
    });
    const stream = await client.chat.completions.create({
      model: "gpt-4o",
      temperature: 0,
      messages: [{ role: "user", content: "hi" }],
      stream: true,
    });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    expect(text).toBe("Hello there");
    expect(upstream.requests).toHaveLength(1);
  });

  test("obeys what the request says of it", async () => {
    await ask();
    const word = async (headers: Record<string, string>) => cacheOf(await ask(ASK, headers));
    expect(await word({ "x-tessera-cache": "bypass" })).toBe("bypass");
    expect(await word({ "cache-control": "no-store" })).toBe("bypass");
    expect(await word({ "x-tessera-cache": "refresh" })).toBe("refresh");
    expect(await word({ "cache-control": "no-cache" })).toBe("refresh");
    expect(await word({ "x-tessera-do-not-optimize": "true" })).toBe("bypass");
    expect(await word({ "x-tessera-do-not-optimize": "TRUE" })).toBe("bypass");
    expect(await word({ "x-tessera-do-not-optimize": "false" })).toBe("hit");
    expect(await word({ "x-tessera-mechanics": "-m2,-m4" })).toBe("bypass");
    expect(await word({ "x-tessera-mechanics": "-M2 , -m4" })).toBe("bypass");
    expect(await word({ "x-tessera-cache": "only-if-cached" })).toBe("hit");
    const missing = await ask(ASK.replace("hi", "ho"), { "x-tessera-cache": "only-if-cached" });
    expect(missing).toMatchObject({ status: 504, headers: { "x-should-retry": "false" } });
    expect(JSON.parse(missing.body.toString())).toMatchObject({ error: { code: "tessera_cache_miss" } });
    expect(upstream.requests).toHaveLength(9);
  });

  test("says why it has nothing to do with a request", async () => {
    expect(cacheOf(await ask('{"model":"gpt-4o","model":"gpt-4o","messages":[]}'))).toBe("ineligible:duplicate-key");
  });

  test("keeps nothing of a stream that was cut, and nothing of an error", async () => {
    upstream.handler = (_, response, socket) => {
      beginStream(response);
      response.write(chatEvents(9, true).slice(0, 3).join(""), () => setImmediate(() => socket.resetAndDestroy()));
    };
    expect((await ask(STREAM)).body.toString()).toContain("tessera_upstream_unreachable");
    upstream.handler = (_, response) => json(response, { error: { message: "no" } }, 400);
    await ask();
    upstream.handler = answer;
    expect(cacheOf(await ask(STREAM))).toBe("miss");
    expect(cacheOf(await ask())).toBe("hit");
  });

  test("answers though a cap is used up", async () => {
    await ask();
    await using blocked = await startTestGateway(upstream.url, {
      mechanics: { exactCache: cache },
      workload: { mechanics: { m2: true, m4: false } },
      refuseCaps: () => {
        const amounts = { limit: 1n, spent: 1n, resetsAt: 0 };
        return { refused: true, scope: "key", window: "day", unit: "usd", ...amounts };
      },
    });
    const url = `${blocked.url}/v1/chat/completions`;
    expect(cacheOf(await call(url, ASK))).toBe("hit");
    expect((await call(url, ASK.replace("hi", "ho"))).status).toBe(402);
  });
});

test("while the ledger does not keep up, requests are relayed as they are; then there are hits again", async () => {
  let isSuspended = false;
  await using other = await startTestGateway(upstream.url, {
    mechanics: { exactCache: cache, coalescer: new Coalescer(), isSuspended: () => isSuspended },
    workload: { mechanics: { m2: true, m4: true } },
  });
  const said = async (): Promise<readonly unknown[]> => {
    const { headers } = await call(`${other.url}/v1/chat/completions`, ASK);
    return [headers["x-tessera-cache"], headers["x-tessera-stack"]];
  };
  expect(await said()).toEqual(["miss", "none"]);
  isSuspended = true;
  expect([await said(), await said()]).toEqual([
    ["bypass", "none"],
    ["bypass", "none"],
  ]);
  isSuspended = false;
  expect(await said()).toEqual(["hit", "m2"]);
  expect(upstream.requests).toHaveLength(3);
});

describe("requests in flight that are the same", () => {
  /** Holds the upstream's answers back until `go`. */
  function held(): { readonly go: () => void } {
    const gate = signal();
    upstream.handler = (request, response) => void gate.promise.then(() => answer(request, response));
    return { go: gate.resolve };
  }

  test.each([ASK, STREAM])("50 at temperature 0 are one call: %s", async (body) => {
    const { go } = held();
    const calls = Array.from({ length: 50 }, () => ask(body));
    await upstream.until(() => upstream.requests.length > 0);
    // The last of 50 has been read when this comes back.
    await call(`${gateway.url}/healthz`);
    go();
    const answers = await Promise.all(calls);
    expect(new Set(answers.map(({ body }) => body.toString())).size).toBe(1);
    expect(upstream.requests).toHaveLength(1);
    const words = answers.map(cacheOf);
    expect(words.filter((word) => word === "miss")).toHaveLength(1);
    expect(words.filter((word) => word === "miss" || word === "coalesced" || word === "hit")).toHaveLength(50);
    const actual = gateway.rows.filter(({ outcome }) => outcome.stack.length === 0);
    expect(actual).toHaveLength(1);
  });

  test("50 at temperature 1 are 50 calls", async () => {
    const { go } = held();
    const calls = Array.from({ length: 50 }, () => ask(ASK.replace('"temperature":0', '"temperature":1')));
    await upstream.until(() => upstream.requests.length === 50);
    go();
    await Promise.all(calls);
    expect(upstream.requests).toHaveLength(50);
  });

  test.each([ASK, STREAM])("the first caller goes, and the others get the whole answer: %s", async (body) => {
    const { go } = held();
    const first = open(`${gateway.url}/v1/chat/completions`, body);
    first.answer.catch(() => {});
    await upstream.until(() => upstream.requests.length === 1);
    const others = [ask(body), ask(body)];
    await call(`${gateway.url}/healthz`);
    first.destroy();
    await call(`${gateway.url}/healthz`);
    go();
    for (const answer of await Promise.all(others)) {
      expect(answer.status).toBe(200);
      expect(cacheOf(answer)).toBe("coalesced");
    }
    expect(upstream.requests).toHaveLength(1);
    const rows = gateway.rows.map(({ outcome }) => `${outcome.status} ${outcome.cache}`);
    expect(rows.toSorted()).toEqual(["aborted miss", "complete coalesced", "complete coalesced"]);
  });

  test("all callers go, and the upstream is left", async () => {
    const closed = signal();
    upstream.handler = (_, response) => {
      beginStream(response);
      response.write(chatEvents(1, true)[0]);
      response.on("close", closed.resolve);
    };
    const calls = [1, 2, 3].map(() => open(`${gateway.url}/v1/chat/completions`, STREAM));
    for (const { answer, destroy } of calls) {
      const incoming = await answer;
      await once(incoming, "data");
      incoming.on("error", () => {});
      destroy();
    }
    await closed.promise;
    await gateway.row(2);
    expect(gateway.rows.every(({ outcome }) => outcome.status === "aborted")).toBe(true);
  });

  test("the first one fails, and one of the others asks for all that are left", async () => {
    const gate = signal();
    let failures = 1;
    upstream.handler = (request, response) =>
      void gate.promise.then(() => {
        if (failures-- > 0) json(response, { error: { message: "broken" } }, 500);
        else answer(request, response);
      });
    const calls = Array.from({ length: 5 }, () => ask());
    await upstream.until(() => upstream.requests.length === 1);
    await call(`${gateway.url}/healthz`);
    gate.resolve();
    const answers = await Promise.all(calls);
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 200, 200, 200, 500]);
    expect(upstream.requests).toHaveLength(2);
  });

  test("a stream that is cut is cut for all, as an error", async () => {
    const gate = signal();
    upstream.handler = (_, response, socket) => {
      beginStream(response);
      response.write(chatEvents(9, true).slice(0, 3).join(""));
      void gate.promise.then(() => socket.resetAndDestroy());
    };
    const calls = [1, 2, 3].map(() => ask(STREAM));
    await upstream.until(() => upstream.requests.length === 1);
    await call(`${gateway.url}/healthz`);
    gate.resolve();
    for (const { body } of await Promise.all(calls)) {
      expect(body.toString()).toContain('"code":"tessera_upstream_unreachable"');
      expect(body.toString()).not.toContain("[DONE]");
    }
  });
});
