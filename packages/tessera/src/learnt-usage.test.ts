import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { CHAT, json, startMockUpstream } from "../test/gateway/mock-upstream.ts";
import { settingsFrom } from "./config/load-settings.ts";
import { startGateway } from "./start-gateway.ts";

test("callers side by side pass no cap where the provider counts much more than a request shows", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tessera-learnt-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  let billed = 0;
  const upstream = await startMockUpstream((_, response) => {
    billed += 1;
    // Later, so that all callers are under way at once.
    setImmediate(() => json(response, { ...CHAT, usage: { prompt_tokens: 1000, completion_tokens: 100 } }));
  });
  onTestFinished(() => upstream.close());
  const gateway = await startGateway(
    settingsFrom({
      listen: { data: "127.0.0.1:0" },
      auth: { mode: "open" },
      store: { path: join(folder, "tessera.db") },
      upstreams: [{ id: "openai", kind: "openai", baseURL: `${upstream.url}/v1`, allowPrivate: true }],
      // Of gpt-4o, each of which is 0.0035 dollars: twenty, and most of another.
      caps: { limits: [{ window: "month", usd: 0.073 }] },
    }),
    { environment: {}, warn: () => {} },
  );
  onTestFinished(() => gateway.close());
  let number = 0;
  const ask = async (): Promise<number> => {
    const messages = [{ role: "user", content: `Question ${(number += 1)}` }];
    const body = JSON.stringify({ model: "gpt-4o", max_tokens: 60, messages });
    const headers = { "content-type": "application/json", authorization: "Bearer sk-1" };
    const answer = await fetch(`${gateway.url}/v1/openai/chat/completions`, { method: "POST", headers, body });
    await answer.text();
    return answer.status;
  };
  expect(await ask()).toBe(200);
  const caller = async (): Promise<void> => {
    while ((await ask()) === 200);
  };
  await Promise.all(Array.from({ length: 8 }, caller));
  expect(billed).toBe(20);
});
