import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { json } from "node:stream/consumers";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { settingsFrom } from "./config/load-settings.ts";
import { findGateway } from "./find-gateway.ts";
import { type RunningGateway, startGateway, type StartOptions } from "./start-gateway.ts";
import { openStore } from "./store/store.ts";

let folder = "";
let upstream: Server;
let upstreamUrl = "";
let asked: { headers: IncomingHttpHeaders; body: unknown }[] = [];
const running: RunningGateway[] = [];
const warnings: string[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tessera-start-"));
  asked = [];
  upstream = createServer(async (request, response) => {
    asked.push({ headers: request.headers, body: await json(request) });
    const usage = { prompt_tokens: 100, completion_tokens: 100, total_tokens: 200 };
    const message = { role: "assistant", content: "Yes.", refusal: null };
    const choices = [{ index: 0, message, finish_reason: "stop", logprobs: null }];
    const body = { id: "chatcmpl-1", object: "chat.completion", created: 1, model: "gpt-4o", choices, usage };
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  const address = upstream.address();
  upstreamUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/v1`;
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((gateway) => gateway.close()));
  await new Promise((resolve) => upstream.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

async function start(config: object = {}, options: StartOptions = {}): Promise<RunningGateway> {
  const settings = settingsFrom({
    listen: { data: "127.0.0.1:0" },
    store: { path: join(folder, "tessera.db") },
    upstreams: [{ id: "openai", kind: "openai", baseURL: upstreamUrl, allowPrivate: true }],
    ...config,
  });
  const gateway = await startGateway(settings, { environment: {}, warn: (text) => warnings.push(text), ...options });
  running.push(gateway);
  return gateway;
}

/** The vendor's SDK through the gateway. */
function client({ url }: RunningGateway, key: string | undefined, headers: Record<string, string> = {}): OpenAI {
  const defaultHeaders = key === undefined ? headers : { "x-tessera-api-key": key, ...headers };
  return new OpenAI({ apiKey: "sk-provider", baseURL: `${url}/v1/openai`, defaultHeaders });
}

let question = 0;
const ask = (
  openai: OpenAI,
  content = `Question ${(question += 1)}`,
  system = "You help.",
): Promise<OpenAI.Chat.ChatCompletion> =>
  openai.chat.completions.create({
    model: "gpt-4o",
    max_tokens: 100,
    messages: [
      { role: "system", content: system },
      { role: "user", content },
    ],
  });
const refusedAs = (status: number, code: string): unknown => expect.objectContaining({ status, code });

describe("a gateway in this process", () => {
  test("without keys on this machine answers whoever asks, and books it to the tenant local", async () => {
    const gateway = await start({ auth: { mode: "open" } });
    expect((await ask(client(gateway, undefined))).choices[0]?.message.content).toBe("Yes.");
    expect(asked[0]?.headers["authorization"]).toBe("Bearer sk-provider");
    await gateway.ledger.flush();
    expect(gateway.ledger.totals({ by: "tenant" })).toMatchObject([{ name: "local", requests: 1 }]);
  });

  test("with keys answers who has one, and nobody else", async () => {
    const gateway = await start();
    const key = gateway.createKey({ tenant: "acme" });
    await ask(client(gateway, key));
    await expect(ask(client(gateway, undefined))).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(ask(client(gateway, `${key.slice(0, -1)}?`))).rejects.toThrow(OpenAI.AuthenticationError);
    const anthropic = new Anthropic({ apiKey: "tk_wrong~sk-1", baseURL: `${gateway.url}/v1/anthropic`, maxRetries: 0 });
    const message = { model: "claude-sonnet-4-6", max_tokens: 1, messages: [{ role: "user", content: "x" }] } as const;
    await expect(anthropic.messages.create({ ...message, messages: [...message.messages] })).rejects.toThrow(
      Anthropic.AuthenticationError,
    );
    expect(asked).toHaveLength(1);
  });

  test("keeps to itself what it listens to, unless there is a key", async () => {
    const listen = { listen: { data: "0.0.0.0:0" } };
    await expect(start(listen)).rejects.toThrow(/does not listen on 0\.0\.0\.0.*there is no key yet/);
    const gateway = await start();
    gateway.createKey();
    await gateway.close();
    expect((await start(listen)).url).toMatch(/^http:\/\/0\.0\.0\.0:\d+$/);
    const open = settingsFrom({ auth: { mode: "open" }, store: { path: join(folder, "open.db") } });
    const reachable = { ...open, listen: { data: { host: "::", port: 0 } } };
    await expect(startGateway(reachable)).rejects.toThrow(/auth\.mode is open/);
  });

  test("a database has one gateway; after it is closed there can be another", async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(expect.objectContaining({ code: "ERR_STORE_LOCKED" }));
    await first.close();
    await first.close();
    await start();
  });

  test("without a path the database is in the state folder", async () => {
    const home = join(folder, "home");
    await start({ store: {} }, { environment: { TESSERA_HOME: home } });
    expect(existsSync(join(home, "tessera.db"))).toBe(true);
  });

  test("a port that is taken is told, and the database is free again", async () => {
    const gateway = await start();
    const taken = { listen: { data: new URL(gateway.url).host }, store: { path: join(folder, "other.db") } };
    await expect(start(taken)).rejects.toThrow(/EADDRINUSE|in use/);
    await start({ store: { path: join(folder, "other.db") } });
  });
});

describe("the file by which a gateway is found", () => {
  test("is there while it runs, its owner's alone, and names one that answers", async () => {
    expect(await findGateway(folder)).toBeUndefined();
    const gateway = await start({ auth: { mode: "open" } }, { announce: true });
    expect(await findGateway(folder)).toEqual({
      url: gateway.url,
      pid: process.pid,
      upstreams: expect.arrayContaining([{ id: "openai", baseURL: upstreamUrl }]),
    });
    expect(statSync(join(folder, "gateway.json")).mode & 0o777).toBe(0o600);
    await gateway.close();
    expect(existsSync(join(folder, "gateway.json"))).toBe(false);
  });

  test.each([
    "{",
    "{}",
    "null",
    JSON.stringify({ url: "http://127.0.0.1:1", pid: 1 }),
    JSON.stringify({ url: "http://127.0.0.1:1", pid: 1, upstreams: [] }),
    JSON.stringify({ url: "x", pid: 1 }),
  ])("that says %s names none", async (text) => {
    writeFileSync(join(folder, "gateway.json"), text);
    expect(await findGateway(folder)).toBeUndefined();
  });
});

describe("caps", () => {
  /** A request of 100 tokens of output costs 0.00125 dollars here, and less than 0.002 can be set aside for it. */
  const CAP = { caps: { limits: [{ scope: "global", window: "month", usd: 0.01 }] } };
  const LIMIT = 10_000_000_000n;

  test("eight callers at once cannot pass one; the refused get the documented error, which the SDK does not repeat", async () => {
    const gateway = await start({ ...CAP, auth: { mode: "open" } });
    const callers = Array.from({ length: 8 }, () => client(gateway, undefined));
    const results = await Promise.allSettled(
      callers.flatMap((caller) => Array.from({ length: 25 }, () => ask(caller))),
    );
    const refused = results.filter((result) => result.status === "rejected");
    expect(refused.length).toBeGreaterThan(150);
    for (const { reason } of refused) expect(reason).toEqual(refusedAs(402, "tessera_spend_cap_exceeded"));
    // One attempt each: what was admitted is all that the upstream saw.
    expect(asked).toHaveLength(200 - refused.length);
    await gateway.ledger.flush();
    const spent = gateway.ledger.totals()[0]?.actual ?? 0n;
    expect(spent > 0n && spent <= LIMIT).toBe(true);
    // What comes after, one by one, uses the rest and no more.
    for (let count = 0; count < 10; count += 1)
      await ask(callers[0] ?? client(gateway, undefined)).catch(() => undefined);
    await gateway.ledger.flush();
    const last = gateway.ledger.totals()[0]?.actual ?? 0n;
    expect(last <= LIMIT && last > LIMIT - 2_000_000_000n).toBe(true);
  });

  test("what was spent before a new start still counts, and what is in the cache is served though nothing is left", async () => {
    const first = await start({ ...CAP, auth: { mode: "open" } });
    await ask(client(first, undefined), "the cached question");
    for (let count = 0; count < 10; count += 1) await ask(client(first, undefined)).catch(() => undefined);
    await first.close();
    const second = await start({ ...CAP, auth: { mode: "open" } });
    const before = asked.length;
    await expect(ask(client(second, undefined))).rejects.toEqual(refusedAs(402, "tessera_spend_cap_exceeded"));
    expect((await ask(client(second, undefined), "the cached question")).choices[0]?.message.content).toBe("Yes.");
    expect(asked).toHaveLength(before);
  });

  test("of a key's tokens, a workload and a customer's tag begin with the ledger too", async () => {
    const limits = [
      { scope: "customer_tag", subject: "*", window: "day", tokens: 500 },
      { scope: "workload", subject: "w", window: "day", tokens: 500 },
    ];
    const config = { caps: { limits } };
    const first = await start(config);
    const key = first.createKey({ monthlyTokenQuota: 500 });
    const headers = { "x-tessera-customer-tag": "c1", "x-tessera-workload": "w" };
    await ask(client(first, key, headers), "once");
    // What the cache answers uses no tokens, before a new start and after it.
    for (let count = 0; count < 5; count += 1) await ask(client(first, key, headers), "once");
    await first.close();
    const second = await start(config);
    const other = second.createKey();
    // 200 are spent, and each request sets more than 100 aside: one more is admitted, and not two.
    for (const [who, said] of [
      [key, {}],
      [other, { "x-tessera-customer-tag": "c1", "x-tessera-workload": "x" }],
      [other, { "x-tessera-workload": "w" }],
    ] as const) {
      await ask(client(second, who, said));
      const later = ask(client(second, who, said));
      await expect(later).rejects.toEqual(refusedAs(402, "tessera_spend_cap_exceeded"));
    }
    await ask(client(second, other, { "x-tessera-customer-tag": "c2" }));
  });
});

test("one key with two system prompts is two workloads in the ledger", async () => {
  const gateway = await start();
  const openai = client(gateway, gateway.createKey());
  await ask(openai, "a", "You plan.");
  await ask(openai, "b", "You plan.");
  await ask(openai, "c", "You write.");
  await gateway.ledger.flush();
  const totals = gateway.ledger.totals({ by: "workload" });
  expect(totals.map(({ requests }) => requests).toSorted((a, b) => a - b)).toEqual([1, 2]);
  for (const { name } of totals) expect(name).toMatch(/^auto:/);
});

test("a workload outside of the key's list is refused with 403", async () => {
  const gateway = await start();
  const key = gateway.createKey({ allowedWorkloads: ["team/*"] });
  await ask(client(gateway, key, { "x-tessera-workload": "team/a" }));
  await expect(ask(client(gateway, key, { "x-tessera-workload": "other" }))).rejects.toEqual(
    refusedAs(403, "tessera_not_allowed"),
  );
});

test("no file of a gateway that was used holds a secret", async () => {
  const gateway = await start();
  const key = gateway.createKey();
  await ask(client(gateway, key));
  await ask(client(gateway, undefined, { "x-tessera-key": "tk_00000000_made-up-secret-that-is-wrong" })).catch(
    () => undefined,
  );
  await gateway.close();
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString("latin1"));
  const secret = key.slice("tk_00000000_".length);
  for (let at = 0; at + 8 <= secret.length; at += 1) {
    for (const file of files) expect(file.includes(secret.slice(at, at + 8))).toBe(false);
  }
  for (const file of files) for (const text of ["sk-provider", "made-up"]) expect(file.includes(text)).toBe(false);
});

test("with a key for the cache no answer can be read on the disk, and the next gateway serves it", async () => {
  const config = { cache: { encryptionKeyEnv: "VAULT" } };
  const environment = { VAULT: "5a".repeat(32) };
  const first = await start(config, { environment });
  const key = first.createKey();
  await ask(client(first, key), "Is it so?");
  await first.close();
  for (const name of readdirSync(folder)) {
    expect([name, readFileSync(join(folder, name)).includes("chatcmpl-1")]).toEqual([name, false]);
  }
  const second = await start(config, { environment });
  expect((await ask(client(second, key), "Is it so?")).choices[0]?.message.content).toBe("Yes.");
  expect(asked).toHaveLength(1);
  await second.close();
  await expect(start(config)).rejects.toThrow(/variable VAULT, which cache\.encryptionKeyEnv names, is not set/);
});

test("a gateway whose rows can be written nowhere says so at its end, and ends", async () => {
  const path = join(folder, "tessera.db");
  const gateway = await start();
  running.splice(0);
  const other = new DatabaseSync(path);
  other.exec("DROP TABLE ledger_rows");
  other.close();
  mkdirSync(`${path}-spill.jsonl`);
  const messages = [{ role: "user" as const, content: "Hello?" }];
  await client(gateway, gateway.createKey()).chat.completions.create({ model: "gpt-4o", messages });

  await expect(gateway.close()).rejects.toMatchObject({ code: "ERR_INVALID_STATE" });

  await expect(fetch(`${gateway.url}/healthz`)).rejects.toThrow("fetch failed");
  openStore(path).close();
});
