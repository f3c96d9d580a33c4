import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CHAT, json, startMockUpstream, type MockUpstream } from "../test/gateway/mock-upstream.ts";
import { settingsFrom } from "./config/load-settings.ts";
import type { Settings } from "./config/settings.ts";
import { type RunningGateway, startGateway } from "./start-gateway.ts";

let folder = "";
let first: MockUpstream;
let second: MockUpstream;
let gateway: RunningGateway;
const logs: string[] = [];

const named = (model: string): object => ({ ...CHAT, model, usage: { prompt_tokens: 100, completion_tokens: 100 } });
const settingsOf = (upstream: MockUpstream, more: object = {}): Settings =>
  settingsFrom({
    listen: { data: "127.0.0.1:0" },
    auth: { mode: "open" },
    store: { path: join(folder, "tessera.db") },
    upstreams: [{ id: "openai", kind: "openai", baseURL: `${upstream.url}/v1`, allowPrivate: true }],
    ...more,
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tessera-anew-"));
  first = await startMockUpstream((_, response) => json(response, named("gpt-4o")));
  second = await startMockUpstream((_, response) => json(response, named("gpt-4o-mini")));
  logs.length = 0;
  const options = { environment: {}, announce: true, log: (line: string): void => void logs.push(line) };
  gateway = await startGateway(settingsOf(first), options);
});
afterEach(async () => {
  await gateway.close();
  await Promise.all([first.close(), second.close()]);
  rmSync(folder, { recursive: true, force: true });
});

let question = 0;
const ask = (headers: Record<string, string> = {}, content = `${(question += 1)}?`): Promise<OpenAI.ChatCompletion> => {
  const client = new OpenAI({ apiKey: "sk-1", baseURL: `${gateway.url}/v1/openai`, maxRetries: 0 });
  const messages = [{ role: "user" as const, content }];
  return client.chat.completions.create({ model: "gpt-4o", max_tokens: 100, messages }, { headers });
};
const status = (path: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get(gateway.url + path, { agent: false }, (response) => resolve(response.resume().statusCode)).on("error", reject);
  });

test("requests that come later go to the new upstream, those in flight end at the former one", async () => {
  let release = (): void => {};
  first.handler = (_, response) => {
    release = () => json(response, named("gpt-4o"));
  };
  const held = ask();
  await first.until(() => first.requests.length === 1);
  expect(await gateway.reconfigure(settingsOf(second))).toEqual([]);
  expect((await ask()).model).toBe("gpt-4o-mini");
  release();
  expect((await held).model).toBe("gpt-4o");
  // Nobody needs the connections to the former one any more.
  await first.until(() => first.connections === 0);
  expect(JSON.parse(readFileSync(join(folder, "gateway.json"), "utf8"))).toMatchObject({
    url: gateway.url,
    upstreams: expect.arrayContaining([{ id: "openai", baseURL: `${second.url}/v1` }]),
  });
});

test("an upstream that stays keeps its connections", async () => {
  await ask();
  const [connection] = [first.connections];
  await gateway.reconfigure(settingsOf(first, { caps: { reserveOutput: 10 } }));
  await ask();
  expect([connection, first.connections]).toEqual([1, 1]);
});

test("caps, prices, workloads, paths, log and keys follow", async () => {
  await ask({ "x-tessera-workload": "w" }, "the same");
  expect(await status("/v1/somewhere")).toBe(404);
  const prices = { overrides: [{ provider: "openai", model: "gpt-4o", input: 1, output: 1 }] };
  const caps = { limits: [{ scope: "workload", subject: "capped", window: "day", usd: "0.000001" }] };
  const workloads = { w: { mechanics: { m2: "off" } } };
  const more = { prices, caps, workloads, passthrough: { unknown: true }, log: { requests: true } };
  await gateway.reconfigure(settingsOf(first, more));
  await ask({ "x-tessera-workload": "w" }, "the same");
  expect(first.requests).toHaveLength(2);
  await expect(ask({ "x-tessera-workload": "capped" })).rejects.toMatchObject({ status: 402 });
  expect(await status("/v1/somewhere")).toBe(200);
  await gateway.ledger.flush();
  const [before, after] = gateway.ledger.totals({ by: "workload" }).filter(({ name }) => name === "w");
  // 100 tokens in and 100 out: 0.00125 dollars at the price of the release, and then 0.0002.
  expect([before?.actual, after]).toEqual([1_250_000_000n + 200_000_000n, undefined]);
  expect(await gateway.ledger.verify()).toMatchObject({ exitCode: 0 });
  expect(logs.length).toBeGreaterThan(0);
  // Then a key is needed; and, when all is as it was, no more.
  await gateway.reconfigure(settingsOf(first, { auth: { mode: "required" } }));
  await expect(ask()).rejects.toMatchObject({ status: 401 });
  await gateway.reconfigure(settingsOf(first));
  await ask({ "x-tessera-workload": "capped" });
});

test("a cap that is set begins with what was spent, and requests in flight count for it when they end", async () => {
  let release = (): void => {};
  await ask();
  first.handler = (_, response) => {
    release = () => json(response, named("gpt-4o"));
  };
  const held = ask();
  await first.until(() => first.requests.length === 2);
  const limits = (usd: number): object => ({ caps: { limits: [{ window: "month", usd }] } });
  await gateway.reconfigure(settingsOf(first, limits(0.0025)));
  release();
  await held;
  first.handler = (_, response) => json(response, named("gpt-4o"));
  await expect(ask()).rejects.toMatchObject({ status: 402, error: { spent: "0.0025" } });
  await gateway.reconfigure(settingsOf(first, limits(0.01)));
  await ask();
});

test("no request fails, and none is lost in the books, while settings change under load", async () => {
  const done = new AbortController();
  const seen = { answered: 0 };
  const caller = async (): Promise<void> => {
    while (!done.signal.aborted) {
      await ask();
      seen.answered += 1;
    }
  };
  const callers = Array.from({ length: 8 }, caller);
  for (let change = 0; change < 20; change += 1) {
    const wanted = seen.answered + 8;
    await gateway.reconfigure(settingsOf(change % 2 === 0 ? second : first, { caps: { reserveOutput: change + 1 } }));
    while (seen.answered < wanted) await new Promise(setImmediate);
  }
  done.abort();
  await Promise.all(callers);
  const { answered } = seen;
  expect(first.requests.length + second.requests.length).toBe(answered);
  expect(first.requests.length).toBeGreaterThan(20);
  expect(second.requests.length).toBeGreaterThan(20);
  await gateway.ledger.flush();
  expect(gateway.ledger.totals()).toMatchObject([{ requests: answered }]);
});

test("settings that cannot be change nothing, whatever else was in them", async () => {
  const bad = settingsOf(second, { passthrough: { unknown: true } });
  const [upstream] = bad.upstreams;
  if (upstream === undefined) throw new Error("no upstream");
  const { allowPrivate: _, ...guarded } = upstream;
  const error = { code: "ERR_INVALID_ARGUMENT", message: expect.stringMatching(/upstream openai is not https/) };
  await expect(gateway.reconfigure({ ...bad, upstreams: [guarded] })).rejects.toMatchObject(error);
  expect((await ask()).model).toBe("gpt-4o");
  expect(await status("/v1/somewhere")).toBe(404);
});

test("what holds from the next start on is named", async () => {
  const later = settingsOf(first, {
    listen: { data: "127.0.0.1:1" },
    store: { path: join(folder, "other.db") },
    cache: { maxBytes: 1 },
    ledger: { checkpointRows: 1 },
    caps: { reserveOutput: 1 },
  });
  expect(await gateway.reconfigure(later)).toEqual(["listen.data", "store", "cache.maxBytes", "ledger"]);
  await ask();
});
