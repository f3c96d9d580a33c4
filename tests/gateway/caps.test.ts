import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { expect, onTestFinished, test } from "vitest";
import { startServer, type TrafficServer } from "@tesserae/tessen/serve";
import { GatewayFolder } from "./tessera-command.ts";

/** 100 tokens in and 100 out of gpt-4o: 100 × 2,500,000 + 100 × 10,000,000 pico-dollars. */
const COST = 1_250_000_000n;
const USAGE = { inputTokens: 100, outputTokens: 100 };
/** In dollars, and in pico-dollars: room for eight calls of that cost. */
const CAP = "0.01";
const LIMIT = 10_000_000_000n;

interface Capped {
  readonly provider: TrafficServer;
  readonly folder: GatewayFolder;
  readonly url: string;
  readonly key: string;
  stop(): Promise<number | null>;
}

interface CappedOptions {
  readonly cap?: string;
  readonly usage?: { readonly inputTokens: number; readonly outputTokens: number };
  readonly caps?: object;
}

/** A gateway as its operator sets it up on the command line, with a cap for the key. */
async function capped({ cap = CAP, usage = USAGE, caps = {} }: CappedOptions = {}): Promise<Capped> {
  const provider = await startServer({ script: { rules: [{ answer: { text: "Yes.", usage } }] } });
  onTestFinished(() => provider.close());
  const folder = new GatewayFolder({
    upstreams: [
      { id: "openai", kind: "openai", baseURL: `${provider.url}/v1`, allowPrivate: true },
      { id: "anthropic", kind: "anthropic", baseURL: provider.url, allowPrivate: true },
    ],
    defaults: { mechanics: { m2: "off", m4: "off" } },
    caps,
  });
  const made: { readonly key: string; readonly id: string } = JSON.parse(
    await folder.output("keys", "create", "--json"),
  );
  await folder.output("caps", "set", "key", made.id, "--window", "month", "--usd", cap);
  const { url, stop } = await folder.serve();
  return { provider, folder, url, key: made.key, stop };
}

function ask(client: OpenAI, stream: boolean): Promise<unknown> {
  const messages = [{ role: "user" as const, content: "Yes?" }];
  const body = { model: "gpt-4o", max_tokens: 100, messages };
  return stream
    ? client.chat.completions.stream({ ...body, stream: true }).finalChatCompletion()
    : client.chat.completions.create(body);
}

test("with 8 parallel callers a cap is never passed, and the refused get the documented error", async () => {
  const { provider, folder, url, key, stop } = await capped();
  const headers = { "x-tessera-api-key": key };
  const callers = Array.from(
    { length: 8 },
    () => new OpenAI({ baseURL: `${url}/v1/openai`, apiKey: "sk-1", defaultHeaders: headers }),
  );
  const refusals: unknown[] = [];
  const call = async (client: OpenAI): Promise<void> => {
    for (let count = 0; count < 25; count += 1)
      await ask(client, count % 2 === 1).catch((error) => refusals.push(error));
  };
  await Promise.all(callers.map(call));
  // What the provider answered is all that it was asked: each refused call was one attempt, which went no further.
  const answered = provider.requests.length;
  expect(refusals).toHaveLength(200 - answered);
  expect(BigInt(answered) * COST).toBeLessThanOrEqual(LIMIT);
  // The last one is refused as long as what it may cost at most does not fit.
  expect(BigInt(answered + 1) * COST).toBeGreaterThan(LIMIT - COST);
  for (const refusal of refusals) {
    if (!(refusal instanceof OpenAI.APIError)) throw refusal;
    expect(refusal).toMatchObject({ status: 402, code: "tessera_spend_cap_exceeded", type: "insufficient_quota" });
    expect(refusal.error).toMatchObject({ scope: "key", window: "month" });
    expect(Object.keys(refusal.error ?? {})).toEqual(expect.arrayContaining(["limit", "spent", "resets_at"]));
    expect(refusal.headers?.get("x-should-retry")).toBe("false");
    expect(refusal.headers?.get("retry-after")).toBeNull();
    expect(Date.parse(refusal.headers?.get("x-tessera-reset-at") ?? "")).toBeGreaterThan(Date.now());
  }

  const claude = new Anthropic({ baseURL: `${url}/v1/anthropic`, apiKey: "sk-ant", defaultHeaders: headers });
  const message = { model: "claude-opus-4-6", max_tokens: 8000, messages: [{ role: "user" as const, content: "?" }] };
  const refused: unknown = await claude.messages.create(message).catch((error: unknown) => error);
  if (!(refused instanceof Anthropic.APIError)) throw refused;
  expect([refused.status, refused.type]).toEqual([402, "billing_error"]);
  expect(provider.requests).toHaveLength(answered);

  expect(await stop()).toBe(0);
  const spent = BigInt(answered) * COST;
  expect(JSON.parse(await folder.output("caps", "list", "--json"))).toMatchObject([
    { scope: "key", window: "month", limit: `${LIMIT}`, spent: `${spent}` },
  ]);
  expect(JSON.parse(await folder.output("ledger", "verify", "--json"))).toMatchObject({ actual: `${spent}` });
});

test("a cap that is set while the gateway runs holds without a new start", async () => {
  const { folder, url, key } = await capped();
  const { key: other, id }: { readonly key: string; readonly id: string } = JSON.parse(
    await folder.output("keys", "create", "--json"),
  );
  expect(other).not.toBe(key);
  const defaultHeaders = { "x-tessera-api-key": other };
  const client = new OpenAI({ baseURL: `${url}/v1/openai`, apiKey: "sk-1", defaultHeaders });
  for (let count = 0; count < 10; count += 1) await ask(client, false);
  await folder.output("caps", "set", "key", id, "--window", "day", "--usd", CAP);
  // What was spent before counts: the first call that the gateway refuses is the first after it knows.
  let refused: unknown;
  while (refused === undefined) {
    refused = await ask(client, false).then(
      () => undefined,
      (error: unknown) => error,
    );
  }
  expect(refused).toMatchObject({ status: 402, code: "tessera_spend_cap_exceeded" });
  expect(refused).toMatchObject({ error: { window: "day" } });
});

/** The longest answer of gpt-4o: 16,384 tokens, and with 100 of input 0.16409 dollars. */
const LONGEST = { inputTokens: 100, outputTokens: 16_384 };
const LONGEST_COST = 164_090_000_000n;

test("where caps are strict no answer, however long, makes 8 parallel callers without a limit pass one", async () => {
  const { provider, folder, url, key, stop } = await capped({ cap: "0.5", usage: LONGEST, caps: { strict: true } });
  const callers = Array.from(
    { length: 8 },
    () => new OpenAI({ baseURL: `${url}/v1/openai`, apiKey: "sk-1", defaultHeaders: { "x-tessera-api-key": key } }),
  );
  const body = { model: "gpt-4o", messages: [{ role: "user" as const, content: "All of it, in full." }] };
  const results = await Promise.allSettled(
    callers.flatMap((caller) => Array.from({ length: 4 }, () => caller.chat.completions.create(body))),
  );
  const refused = results.filter((result) => result.status === "rejected");
  for (const { reason } of refused) {
    expect(reason).toMatchObject({ status: 402, code: "tessera_spend_cap_exceeded" });
  }
  // Three of them are 0.49 dollars; with 8,192 tokens set aside for each there would have been six.
  expect(provider.requests).toHaveLength(3);
  expect(refused).toHaveLength(29);
  expect(await stop()).toBe(0);
  const spent = `${3n * LONGEST_COST}`;
  expect(JSON.parse(await folder.output("caps", "list", "--json"))).toMatchObject([{ spent }]);
  expect(JSON.parse(await folder.output("ledger", "verify", "--json"))).toMatchObject({ exitCode: 0, actual: spent });
});

test("where caps are strict, what has no bound is refused, as tools that the provider runs have none", async () => {
  const { provider, url, key } = await capped({ cap: "100", caps: { strict: true } });
  const defaultHeaders = { "x-tessera-api-key": key };
  const client = new OpenAI({ baseURL: `${url}/v1/openai`, apiKey: "sk-1", defaultHeaders });
  const refused = { status: 402, code: "tessera_spend_cap_exceeded" };
  const tools = [{ type: "web_search" as const }];
  await expect(client.responses.create({ model: "gpt-4o", input: "News?", tools })).rejects.toMatchObject(refused);
  expect(provider.requests).toHaveLength(0);
  const messages = [{ role: "user" as const, content: "Yes?" }];
  await client.chat.completions.create({ model: "gpt-4o", max_tokens: 100, messages });
  expect(provider.requests).toHaveLength(1);
});
