import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CHAT, json, startMockUpstream, type MockUpstream } from "../../test/gateway/mock-upstream.ts";
import { upstreamsAt } from "../../test/gateway/parts.ts";
import { call } from "../../test/gateway/raw-client.ts";
import { settingsFrom } from "../config/load-settings.ts";
import { startGateway, type RunningGateway } from "../start-gateway.ts";
import { runProgram } from "./program.ts";

let folder = "";
let upstream: MockUpstream;
let gateway: RunningGateway;
let output = "";
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tessera-adjust-cli-"));
  upstream = await startMockUpstream((_, response) => json(response, CHAT));
  const path = join(folder, "tessera.db");
  gateway = await startGateway(
    settingsFrom({
      listen: { data: "127.0.0.1:0" },
      auth: { mode: "open" },
      upstreams: upstreamsAt(upstream.url),
      store: { path },
    }),
    { environment: {}, warn: () => {} },
  );
  vi.stubEnv("TESSERA_STORE_PATH", path);
  output = "";
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((text) => {
      output += String(text);
      return true;
    });
  }
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await gateway.close();
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(...args: readonly string[]): Promise<string> {
  output = "";
  const code = await runProgram(["ledger", ...args], "0");
  return `${code} ${output}`;
}

test("a request is shown and corrected by what its caller called it, beside the gateway and without it", async () => {
  const body = JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "hi" }] });
  const headers = { "content-type": "application/json", authorization: "Bearer sk-x", "x-tessera-request-id": "mine" };
  const answer = await call(`${gateway.url}/v1/chat/completions`, body, headers);
  const id = String(answer.headers["x-tessera-request-id"]);
  await gateway.ledger.flush();
  expect(await run("show", "mine")).toMatch(new RegExp(`^0 Row 1 of .*: request .*request_id +${id}`, "s"));
  const adjusting = run("adjust", "mine", "--usd", "-0.00001");
  await vi.waitFor(() => gateway.reload().then(() => expect(output).not.toBe("")), 50_000);
  expect(await adjusting).toBe(`0 Written: -$0.00001 to what the request ${id} cost.\n`);
  expect(await run("adjust", "nobody", "--usd", "1", "--json").finally(() => gateway.close())).toMatch(
    /^1 .*no request that its caller called nobody/,
  );
  expect(await run("adjust", id, "--usd", "0.25", "--original-usd", "0")).toContain("0 Written: +$0.25");
  expect(await run("adjust", id, "--usd", "much")).toMatch(/^2 .*--usd takes dollars/);
  const [first, second, third] = JSON.parse((await run("show", id, "--json")).slice(2));
  expect([first.kind, second.kind, third.kind]).toEqual(["request", "adjustment", "adjustment"]);
  expect([second.adjusts, second.actual_pusd, third.savings_pusd]).toEqual([first.hash, "-10000000", "-250000000000"]);
  expect(await run("verify")).toMatch(/^0 The ledger is whole: 4 rows/);
});
