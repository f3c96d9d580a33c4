import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RECORDINGS, SKIPPED } from "../../../../wire/test/recordings.ts";
import { startServer, type TrafficServer } from "../index.ts";

let server: TrafficServer | undefined;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessen-recordings-"));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

interface Interaction {
  readonly request: { readonly method: string; readonly url: string; readonly body: unknown };
  readonly response: { readonly status: number; readonly headers?: Record<string, string>; readonly body: unknown };
}

function record(name: string, ...interactions: readonly Interaction[]): void {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  writeFileSync(join(folder, name), JSON.stringify({ recording: name, interactions }));
}

const question = { model: "gpt-5", messages: [{ role: "user", content: "Hi" }] };
const chat = (body: unknown, status = 200, answer: unknown = { said: body }): Interaction => ({
  request: { method: "POST", url: "https://api.openai.com/v1/chat/completions", body },
  response: { status, headers: { "content-type": "application/json" }, body: answer },
});
const post = (body: unknown, path = "/v1/chat/completions"): Promise<Response> =>
  fetch(`${server?.url}${path}`, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });

function bytesOf(body: unknown): Buffer {
  if (typeof body === "string") return Buffer.from(body);
  const base64: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "$base64") : undefined;
  return Buffer.from(typeof base64 === "string" ? Buffer.from(base64, "base64") : JSON.stringify(body));
}

describe.skipIf(RECORDINGS === undefined)(`recordings of real traffic ${SKIPPED}`, () => {
  test.each([0, 0.001])("every one is answered byte for byte, paced by %d ms", async (paceMs) => {
    server = await startServer({ recordings: RECORDINGS ?? "", paceMs });
    const asked = new Map<string, number>();
    let compared = 0;
    for (const entry of readdirSync(RECORDINGS ?? "", { recursive: true, encoding: "utf8" }).sort()) {
      if (!entry.endsWith(".json")) continue;
      const { interactions } = JSON.parse(readFileSync(join(RECORDINGS ?? "", entry), "utf8")) as {
        interactions: readonly Interaction[];
      };
      for (const { request, response } of interactions) {
        const path = new URL(request.url).pathname;
        // Undici sends what its caller gives; a GET has no body.
        const method = request.method.toUpperCase();
        const body = method === "GET" || request.body === null ? null : bytesOf(request.body);
        const answer = await fetch(`${server.url}${path}`, { method, body });
        const got = Buffer.from(await answer.arrayBuffer());
        expect([entry, answer.status]).toEqual([entry, response.status]);
        expect(got.equals(bytesOf(response.body)), `${entry}: ${got.toString().slice(0, 300)}`).toBe(true);
        const type = response.headers?.["content-type"];
        if (type !== undefined) expect(answer.headers.get("content-type")).toBe(type);
        asked.set(path, (asked.get(path) ?? 0) + 1);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(300);
    expect(asked.get("/v1/messages")).toBeGreaterThan(90);
  });
});

describe("recordings", () => {
  test("are found by equal JSON, whatever the order of members, and at any provider's path of the protocol", async () => {
    record("a.json", chat(question));
    server = await startServer({ recordings: folder });
    const turned = JSON.stringify({ messages: [{ content: "Hi", role: "user" }], model: "gpt-5" }, undefined, 2);
    for (const path of ["/v1/chat/completions", "/openai/v1/chat/completions", "/chat/completions?beta=1"]) {
      const answer = await post(turned, path);
      expect([answer.status, await answer.json()]).toEqual([200, { said: question }]);
    }
  });

  test("of the same request are answered in their order, and by the last one from then on", async () => {
    record("a.json", chat(question, 429, { error: { message: "slow down" } }), chat(question, 200, { n: 1 }));
    record("below/b.json", chat(question, 200, { n: 2 }));
    server = await startServer({ recordings: folder });
    const statuses: unknown[] = [];
    for (let count = 0; count < 4; count += 1) {
      const answer = await post(question);
      statuses.push([answer.status, await answer.json()]);
    }
    expect(statuses).toEqual([
      [429, { error: { message: "slow down" } }],
      [200, { n: 1 }],
      [200, { n: 2 }],
      [200, { n: 2 }],
    ]);
  });

  test("keep their headers, but for those that frame the body", async () => {
    const headers = { "Retry-After": "3", "Content-Encoding": "gzip", "Content-Length": "7", "X-Request-Id": "req_1" };
    record("a.json", { ...chat(question), response: { status: 503, headers, body: "plain" } });
    server = await startServer({ recordings: folder });
    const answer = await post(question);
    expect(Object.fromEntries(answer.headers)).toMatchObject({ "retry-after": "3", "x-request-id": "req_1" });
    expect(await answer.text()).toBe("plain");
  });

  test("that are not there are a 404 that says what was asked and what comes nearest", async () => {
    const other = { ...question, messages: [{ role: "user", content: "Bye" }], temperature: 1 };
    record("far.json", chat({ ...other, model: "gpt-4", n: 2 }));
    record("near.json", chat({ model: "x", messages: [], n: 2 }), chat(other));
    server = await startServer({ recordings: folder });
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "any" });
    const failed = client.chat.completions.create({ model: "gpt-5", messages: [{ role: "user", content: "Hi" }] });
    await expect(failed).rejects.toThrow(OpenAI.NotFoundError);
    await expect(failed).rejects.toThrow(
      'There is no answer to POST /v1/chat/completions, call 1, model "gpt-5", last message "Hi". ' +
        'Nearest is the recording near.json #1, which differs at /messages/0/content (asked "Hi", known "Bye") and 1 more place.',
    );
    expect(server.requests).toHaveLength(1);
  });

  test("with faults: a stream of a recording is cut where it is asked for", async () => {
    const stream = 'data: {"a":1}\r\n\r\ndata: [DONE]\r\n\r\n';
    record("a.json", { ...chat(question), response: { status: 200, body: stream } });
    server = await startServer({ recordings: folder, faults: ["cut:9@2"] });
    const whole = await post(question);
    expect([whole.headers.get("content-type"), await whole.text()]).toEqual(["text/event-stream", stream]);
    await expect(post(question).then((answer) => answer.text())).rejects.toThrow("terminated");
  });

  test("give their models", async () => {
    record("a.json", chat(question), chat({ ...question, model: "gpt-5-mini" }));
    server = await startServer({ recordings: folder });
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "any" });
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(["gpt-5", "gpt-5-mini"]);
  });
});

describe("what is no recording", () => {
  test.each([
    ["not JSON", "{", /a\.json cannot be read: /],
    ["a list", "[]", /a\.json has no list "interactions"\./],
    ["no interactions", '{"recording":"a"}', /has no list "interactions"\./],
    ["half an interaction", '{"interactions":[{"request":{}}]}', /a\.json at \/interactions\/0 must be /],
    ["empty", '{"interactions":[]}', /There are no recordings in /],
  ])("%s", async (_, text, message) => {
    writeFileSync(join(folder, "a.json"), text);
    for (const recordings of [folder, join(folder, "a.json")]) {
      await expect(startServer({ recordings })).rejects.toThrow(message);
    }
  });

  test("a folder that is not there, or has nothing", async () => {
    await expect(startServer({ recordings: folder })).rejects.toThrow(`There are no recordings in ${folder}.`);
    await expect(startServer({ recordings: join(folder, "none") })).rejects.toThrow(/none cannot be read: ENOENT/);
  });
});
