import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startMockUpstream, type MockUpstream } from "../../test/gateway/mock-upstream.ts";
import { startTestGateway, type TestGateway } from "../../test/gateway/parts.ts";
import { AUTHORIZED, call } from "../../test/gateway/raw-client.ts";

interface Recorded {
  readonly name: string;
  readonly endpoint: string;
  readonly request: unknown;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  readonly isStream: boolean;
}

interface RecordingFile {
  readonly interactions: readonly {
    readonly request: { readonly url: string; readonly method: string; readonly body: unknown };
    readonly response: {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: unknown;
    };
  }[];
}

const RECORDINGS = process.env["TESSERAE_RECORDINGS"];
const ENDPOINTS = ["/chat/completions", "/responses", "/messages"];
/** What belongs to the recorded connection, not to the answer. */
const HOP_BY_HOP = new Set(["connection", "transfer-encoding", "content-length", "content-encoding", "keep-alive"]);

function recorded(): Recorded[] {
  if (RECORDINGS === undefined) return [];
  const folders = readdirSync(RECORDINGS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name: folder }) =>
    readdirSync(join(RECORDINGS, folder)).flatMap((file) => {
      const { interactions } = JSON.parse(readFileSync(join(RECORDINGS, folder, file), "utf8")) as RecordingFile;
      return interactions.flatMap(({ request, response }, place): Recorded[] => {
        const endpoint = ENDPOINTS.find((end) => new URL(request.url).pathname.endsWith(end));
        if (endpoint === undefined || request.method !== "POST") return [];
        const isStream = typeof response.body === "string" && response.body.includes("data:");
        const text = typeof response.body === "string" ? response.body : JSON.stringify(response.body, null, 1);
        const headers = Object.entries(response.headers).filter(([key]) => !HOP_BY_HOP.has(key.toLowerCase()));
        return [
          {
            name: `${folder}/${file} #${place}`,
            endpoint,
            request: request.body,
            status: response.status,
            headers: Object.fromEntries(headers),
            bytes: Buffer.from(text),
            isStream,
          },
        ];
      });
    }),
  );
}

/** Numbers that look random and are the same each time. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state;
  }
}

describe.skipIf(RECORDINGS === undefined)("recorded traffic (skipped where TESSERAE_RECORDINGS is unset)", () => {
  let upstream: MockUpstream;
  let gateway: TestGateway;
  let current: Recorded;

  beforeAll(async () => {
    upstream = await startMockUpstream((_, response) => {
      response.writeHead(current.status, current.headers);
      const random = numbers(current.bytes.length);
      let at = 0;
      const next = (): void => {
        if (at >= current.bytes.length) return void response.end();
        const size = 1 + (random.next().value % 3000);
        response.write(current.bytes.subarray(at, at + size), () => setImmediate(next));
        at += size;
      };
      next();
    });
    gateway = await startTestGateway(upstream.url, { settings: { fidelity: "strict" } });
  });
  afterAll(async () => {
    await gateway.close();
    await upstream.close();
  });

  test.each(recorded())("$name", async (exchange) => {
    current = exchange;
    const sent = JSON.stringify(exchange.request, null, 2);
    const dialect = exchange.endpoint === "/messages" ? { "anthropic-version": "2023-06-01" } : {};
    // Named, since models such as `openai/gpt-oss-120b` would name an upstream otherwise.
    const place = exchange.endpoint === "/messages" ? "anthropic" : "openai";
    const answer = await call(`${gateway.url}/v1/${place}${exchange.endpoint}`, sent, { ...AUTHORIZED, ...dialect });
    expect(answer.body.equals(exchange.bytes)).toBe(true);
    expect(answer.status).toBe(exchange.status);
    const kept = Object.entries(exchange.headers).map(([key, value]) => [key.toLowerCase(), value]);
    expect(answer.headers).toMatchObject(Object.fromEntries(kept) as Record<string, string>);
    expect(upstream.requests.at(-1)?.body.toString()).toBe(sent);
    const { outcome } = await gateway.row(gateway.rows.length - 1);
    // What is made in the background has no usage yet.
    const usageSource =
      (exchange.request as { background?: unknown }).background === true ? {} : { usageSource: "provider" };
    const row = exchange.status < 400 ? { status: "complete", ...usageSource } : { status: "error", usage: null };
    expect(outcome).toMatchObject(row);
    if (exchange.status < 400) expect(outcome.finish).not.toBeNull();
  });
});
