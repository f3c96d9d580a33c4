import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CHAT, json, startMockUpstream, type MockUpstream } from "../../test/gateway/mock-upstream.ts";
import { startTestGateway } from "../../test/gateway/parts.ts";
import { AUTHORIZED, call } from "../../test/gateway/raw-client.ts";

let upstream: MockUpstream;
beforeAll(async () => {
  upstream = await startMockUpstream(() => {});
});
beforeEach(() => {
  upstream.handler = (_, response) => json(response, CHAT);
});
afterAll(() => upstream.close());

const TRACED = { ...AUTHORIZED, "x-tessera-trace": "1" };

describe("x-tessera-trace: 1", () => {
  test("tells how the request was planned, where the key may ask for it; the upstream hears nothing of it", async () => {
    await using gateway = await startTestGateway(upstream.url, { key: { mayTrace: true } });
    const { headers } = await call(`${gateway.url}/v1/openai/chat/completions`, '{"model":"gpt-4o","max_tokens":10}', {
      ...TRACED,
      "x-tessera-workload": "triage",
    });
    expect(headers["x-tessera-plan"]).toBe(
      "upstream=openai; upstream-by=path; model=gpt-4o; workload=triage; workload-by=header; m2=bypass; m4=off; " +
        "worst-tokens=22; worst-usd=0.000052; usage=as-sent; breaker=closed; throttled=no",
    );
    expect(upstream.requests.at(-1)?.headers).not.toHaveProperty("x-tessera-trace");
  });

  test("tells nothing to a key that may not, and nothing unasked", async () => {
    await using strict = await startTestGateway(upstream.url);
    await using free = await startTestGateway(upstream.url, { key: { mayTrace: true } });
    const path = "/v1/chat/completions";
    for (const answer of [
      await call(strict.url + path, '{"model":"m"}', TRACED),
      await call(free.url + path, '{"model":"m"}'),
      await call(free.url + path, '{"model":"m"}', { ...AUTHORIZED, "x-tessera-trace": "0" }),
    ]) {
      expect(answer.status).toBe(200);
      expect(answer.headers).not.toHaveProperty("x-tessera-plan");
    }
  });

  test("says of an upstream that asked for a wait that it is throttled, until the wait is over", async () => {
    let passed = 0;
    await using gateway = await startTestGateway(upstream.url, {
      key: { mayTrace: true },
      now: () => 1_800_000_000_000 + passed,
    });
    const plan = async (model = "gpt-4o"): Promise<unknown> =>
      (await call(`${gateway.url}/v1/chat/completions`, JSON.stringify({ model }), TRACED)).headers["x-tessera-plan"];
    upstream.handler = (_, response) =>
      json(response, { error: { message: "slow down" } }, 429, { "retry-after": "20" });
    expect(await plan()).toMatch(/throttled=no$/);
    upstream.handler = (_, response) => json(response, CHAT);
    expect(await plan("another")).toMatch(/throttled=no$/);
    passed = 19_999;
    expect(await plan()).toMatch(/throttled=yes$/);
    passed = 20_000;
    expect(await plan()).toMatch(/throttled=no$/);
  });

  test("shows names from outside as plain text", async () => {
    await using gateway = await startTestGateway(upstream.url, { key: { mayTrace: true } });
    const model = 'a; m2=hit\n"é😀';
    const { headers } = await call(`${gateway.url}/v1/chat/completions`, JSON.stringify({ model }), TRACED);
    expect(headers["x-tessera-plan"]).toContain('model=a__m2=hit_"___; workload=');
  });
});
