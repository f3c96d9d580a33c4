import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { runInProcess } from "../testing/run-in-process.ts";
import { SampleLogs } from "../testing/sample-log.ts";
import { doctorCommand } from "../commands/doctor.ts";
import type { Check } from "./check.ts";
import { pingIngest } from "./ping-ingest.ts";

const KEY = "tk_live_0123456789";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

interface Seen {
  readonly line: string;
  readonly key: string | undefined;
  readonly text: string;
}

async function server(status: (message: IncomingMessage) => number): Promise<{ origin: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const made = createServer((message, reply) => {
    let text = "";
    message.on("data", (chunk: Buffer) => (text += chunk.toString()));
    message.on("end", () => {
      seen.push({ line: `${message.method} ${message.url}`, key: message.headers.authorization, text });
      reply.writeHead(status(message), { location: "/elsewhere" }).end();
    });
  });
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  cleanUps.push(() => new Promise((resolve) => made.close(resolve).closeAllConnections()));
  return { origin: `http://127.0.0.1:${(made.address() as AddressInfo).port}`, seen };
}

const ping = (environment: Record<string, string>): Promise<Check[]> =>
  pingIngest({ environment, signal: new AbortController().signal });

const told = (checks: readonly Check[]): string[] =>
  checks.map(({ state, text }) => `${state} ${text.replace(/\d+ ms$/, "N ms").replace(/port \d+/, "port P")}`);

test("every step is told with its time, and the key is tried with an empty batch", async () => {
  const { origin, seen } = await server(({ url }) => (url === "/healthz" ? 200 : 202));
  const checks = await ping({ TESSEN_INGEST_URL: `${origin}/v1/ingest`, TESSEN_API_KEY: KEY });
  expect(told(checks)).toEqual([
    "good TCP to port P: open, N ms",
    "good GET /healthz: status 200, N ms",
    "good POST /v1/ingest: status 202, N ms",
  ]);
  expect(seen.map(({ line, key }) => [line, key])).toEqual([
    ["GET /healthz", undefined],
    ["POST /v1/ingest", `Bearer ${KEY}`],
  ]);
  expect(JSON.parse(seen[1]?.text ?? "")).toMatchObject({ kind: "events", events: [], dropped: 0 });
  expect(JSON.stringify(checks)).not.toContain(KEY);
});

test("a name is looked up", async () => {
  const { origin } = await server(() => 200);
  const checks = await ping({ TESSEN_INGEST_URL: `${origin.replace("127.0.0.1", "localhost")}/v1/ingest` });
  expect(told(checks)[0]).toMatch(/^good DNS of localhost: (127\.0\.0\.1|::1), N ms$/);
});

test("without a key nothing is sent", async () => {
  const { origin, seen } = await server(() => 200);
  const checks = await ping({ TESSEN_INGEST_URL: `${origin}/v1/ingest` });
  expect(checks.at(-1)).toMatchObject({ state: "warning", text: "POST /v1/ingest: not tried" });
  expect(seen.map(({ line }) => line)).toEqual(["GET /healthz"]);
});

describe("what is wrong ends it", () => {
  test("no address", async () => {
    expect(told(await ping({ TESSEN_INGEST_URL: "ftp://x" }))).toEqual([
      "bad TESSEN_INGEST_URL=ftp://x is no address of a server",
    ]);
  });

  test("nobody listens", async () => {
    const { origin } = await server(() => 200);
    await cleanUps.pop()?.();
    expect(told(await ping({ TESSEN_INGEST_URL: origin }))).toEqual(["bad TCP to port P: ECONNREFUSED"]);
  });

  test("no TLS where it should be", async () => {
    const { origin } = await server(() => 200);
    const checks = await ping({ TESSEN_INGEST_URL: origin.replace("http:", "https:") });
    expect(told(checks)).toHaveLength(2);
    expect(checks[1]).toMatchObject({ state: "bad", text: expect.stringMatching(/^TLS: /) as string });
  });

  test("a server of another kind", async () => {
    const { origin, seen } = await server(() => 404);
    const checks = await ping({ TESSEN_INGEST_URL: origin, TESSEN_API_KEY: KEY });
    expect(checks.at(-1)).toMatchObject({ state: "bad", text: "GET /healthz: status 404" });
    expect(seen.map(({ key }) => key)).toEqual([undefined]);
  });

  test.each([401, 403])("a key that is refused with %d", async (status) => {
    const { origin } = await server(({ method }) => (method === "GET" ? 200 : status));
    expect((await ping({ TESSEN_INGEST_URL: origin, TESSEN_API_KEY: KEY })).at(-1)).toMatchObject({
      state: "bad",
      text: `POST /: status ${status}`,
      remedy: "Is TESSEN_API_KEY the right key?",
    });
  });

  test("a redirection, which would take the key elsewhere", async () => {
    const { origin, seen } = await server(({ method }) => (method === "GET" ? 200 : 307));
    const checks = await ping({ TESSEN_INGEST_URL: origin, TESSEN_API_KEY: KEY });
    expect(checks.at(-1)).toMatchObject({ state: "bad", text: "POST /: status 307" });
    expect(seen).toHaveLength(2);
  });
});

test("doctor --ping adds the section, and its exit code is 1 when a step fails", async () => {
  const logs = new SampleLogs();
  cleanUps.push(() => Promise.resolve(logs.remove()));
  const { origin } = await server(({ method }) => (method === "GET" ? 200 : 401));
  const environment = { TESSEN_INGEST_URL: origin, TESSEN_API_KEY: KEY };
  const without = await runInProcess(doctorCommand, ["--log-dir", logs.path], { environment });
  expect(without).toMatchObject({ code: 0, stdout: expect.not.stringContaining("\ningest\n") as string });
  const { code, stdout } = await runInProcess(doctorCommand, ["--log-dir", logs.path, "--ping"], { environment });
  expect(code).toBe(1);
  expect(stdout).toMatch(/\ningest\n {2}✓ TCP to port \d+: open, \d+ ms\n/);
  expect(stdout).toContain("  ✗ POST /: status 401. Is TESSEN_API_KEY the right key?\n");
  expect(stdout).not.toContain(KEY);
});
