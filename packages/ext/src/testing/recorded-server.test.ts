import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Recording, readRecording, recordingsFolder, startRecordedServer } from "./recorded-server.ts";

const request = (method: string, url: string): Recording["interactions"][number]["request"] => ({
  method,
  url,
  headers: {},
  body: {},
});

const RECORDING: Recording = {
  recording: "three calls",
  interactions: [
    {
      request: request("POST", "https://api.example.com/v1/chat?beta=true"),
      response: {
        status: 200,
        headers: { "content-type": "application/json", "content-length": "999" },
        body: { n: 1 },
      },
    },
    {
      request: request("post", "https://api.example.com/v1/chat"),
      response: {
        status: 200,
        headers: { "content-type": "text/event-stream" },
        body: 'data: {"ü":1}\n\ndata: [DONE]\n\n',
      },
    },
    {
      request: request("GET", "https://api.example.com/model/a%3Ab/files"),
      response: { status: 429, headers: { "retry-after": "2" }, body: { $base64: "AAEC/w==" } },
    },
  ],
};

/** JSON that was parsed and is written again: -0.0 becomes 0. */
function written(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body));
}

describe("a recorded server", () => {
  test("answers at the recorded paths, in order, with JSON, event text and bytes", async () => {
    const server = await startRecordedServer(RECORDING);
    const bytes = await fetch(`${server.url}/model/a:b/files`);
    expect([bytes.status, bytes.headers.get("retry-after")]).toEqual([429, "2"]);
    expect([...new Uint8Array(await bytes.arrayBuffer())]).toEqual([0, 1, 2, 255]);
    const first = await fetch(`${server.url}/v1/chat`, { method: "POST", body: '{"q":1}' });
    expect(first.headers.get("content-type")).toBe("application/json");
    expect(await first.json()).toEqual({ n: 1 });
    const second = await fetch(`${server.url}/v1/chat?x=y`, { method: "POST", body: "{}" });
    expect(second.headers.get("content-type")).toBe("text/event-stream");
    expect(await second.text()).toBe('data: {"ü":1}\n\ndata: [DONE]\n\n');
    expect(server.remaining).toEqual([]);
    expect(server.unexpected).toEqual([]);
    expect(server.requests[1]?.body).toEqual({ q: 1 });
    await server.close();
  });

  test("may send every body in small pieces", async () => {
    const server = await startRecordedServer(RECORDING, { chunkBytes: 1 });
    expect(await (await fetch(`${server.url}/v1/chat`, { method: "POST" })).json()).toEqual({ n: 1 });
    expect(await (await fetch(`${server.url}/v1/chat`, { method: "POST" })).text()).toContain("ü");
    await server.close();
  });

  test("says what it does not hold", async () => {
    const server = await startRecordedServer(RECORDING);
    const response = await fetch(`${server.url}/v2/other`, { method: "POST" });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain("three calls has no further answer to POST /v2/other. Left: POST /v1/chat");
    expect(server.unexpected.map(({ path }) => path)).toEqual(["/v2/other"]);
    expect(server.remaining).toHaveLength(3);
    await server.close();
  });
});

describe("a file", () => {
  test.each(["", "{}", "[]", '{"recording":"x","interactions":[{"request":{}}]}'])(
    "holding %j is refused by name",
    async (text) => {
      const folder = await mkdtemp(join(tmpdir(), "recording-"));
      const file = join(folder, "bad.json");
      await writeFile(file, text);
      await expect(startRecordedServer(file)).rejects.toMatchObject({
        code: "ERR_INVALID_ARGUMENT",
        message: expect.stringContaining("bad.json"),
      });
      await rm(folder, { recursive: true });
    },
  );

  const folder = recordingsFolder();
  test.skipIf(folder === undefined)(
    "of real traffic is served as it was (TESSERAE_RECORDINGS names the folder)",
    async () => {
      if (folder === undefined) return;
      const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".json"));
      expect(files.length).toBeGreaterThan(100);
      for (const file of files) {
        const server = await startRecordedServer(join(folder, file));
        for (const { request: asked, response: recorded } of (await readRecording(join(folder, file))).interactions) {
          const url = new URL(asked.url);
          const response = await fetch(`${server.url}${url.pathname}${url.search}`, {
            method: asked.method.toUpperCase(),
            ...(asked.method.toUpperCase() === "GET" ? {} : { body: JSON.stringify(asked.body) }),
          });
          expect(response.status).toBe(recorded.status);
          const { body } = recorded;
          const bytes = Buffer.from(await response.arrayBuffer());
          if (typeof body === "string") expect(bytes.toString()).toBe(body);
          else if (typeof body === "object" && body !== null && "$base64" in body)
            expect(bytes.toString("base64")).toBe(body["$base64"]);
          else expect(JSON.parse(bytes.toString())).toEqual(written(body));
        }
        expect(server.remaining).toEqual([]);
        await server.close();
      }
    },
  );
});
