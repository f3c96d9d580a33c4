import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { expect, onTestFinished, test } from "vitest";
import { beginStream, chatEvents, startMockUpstream } from "../test/gateway/mock-upstream.ts";
import { settingsFrom } from "./config/load-settings.ts";
import { startGateway } from "./start-gateway.ts";

/** How a gateway treats a request after one whose caller left in the middle of the answer, under a cap with room for one. */
async function afterOneThatLeft(strict: boolean): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), "tessera-strict-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const upstream = await startMockUpstream((_, response) => {
    beginStream(response);
    response.write(chatEvents(1, false)[1]);
  });
  onTestFinished(() => upstream.close());
  const gateway = await startGateway(
    settingsFrom({
      listen: { data: "127.0.0.1:0" },
      auth: { mode: "open" },
      store: { path: join(folder, "tessera.db") },
      upstreams: [{ id: "openai", kind: "openai", baseURL: `${upstream.url}/v1`, allowPrivate: true }],
      // The longest answer of gpt-4o costs 0.164 dollars.
      caps: { strict, limits: [{ window: "month", usd: 0.2 }] },
    }),
    { environment: {}, warn: () => {} },
  );
  onTestFinished(() => gateway.close());
  const client = new OpenAI({ apiKey: "sk-1", baseURL: `${gateway.url}/v1/openai`, maxRetries: 0 });
  const messages = [{ role: "user" as const, content: "All of it." }];
  const stream = await client.chat.completions.create({ model: "gpt-4o", stream: true, messages });
  for await (const _ of stream) break;
  await upstream.until(() => upstream.connections === 0);
  const next = new AbortController();
  const asked = client.chat.completions.create({ model: "gpt-4o", stream: true, messages }, { signal: next.signal });
  const outcome = await asked.then(
    () => "admitted",
    (error: unknown) => error,
  );
  next.abort();
  return outcome;
}

test("of an answer whose caller has left, which the provider may go on with and bill, all that was set aside counts where caps are strict", async () => {
  expect(await afterOneThatLeft(true)).toMatchObject({ status: 402, code: "tessera_spend_cap_exceeded" });
  expect(await afterOneThatLeft(false)).toBe("admitted");
});
