import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { json, startTestServer, type TestHandler, type TestServer } from "../../testing/index.ts";
import { ChromaDBVectorMemory, HttpChromaDBVectorMemoryConfig } from "./index.ts";

const ID = "8a1c0b1e-5b0c-4b5e-9d55-0123456789ab";
const WITHIN = "/api/v2/tenants/acme/databases/agents/collections";

async function serve(handler: TestHandler): Promise<TestServer> {
  const server = await startTestServer(handler);
  onTestFinished(() => server.close());
  return server;
}

function memoryOf({ port }: TestServer): ChromaDBVectorMemory {
  const memory = new ChromaDBVectorMemory({
    config: HttpChromaDBVectorMemoryConfig({
      host: "127.0.0.1",
      port,
      headers: { "x-chroma-token": "secret" },
      tenant: "acme",
      database: "agents",
      collectionName: "notes",
    }),
    embeddingFunction: (texts) => texts.map(() => [1, 0]),
  });
  onTestFinished(() => memory.close());
  return memory;
}

describe("a Chroma server is told", () => {
  test("everything by version 2 of its API, with the headers of the config", async () => {
    const server = await serve(({ method, path }) => {
      if (method === "GET") return json({ error: "NotFoundError" }, { status: 404 });
      if (path === WITHIN) return json({ id: ID, configuration_json: { hnsw: { space: "cosine" } } });
      if (path.endsWith("/get")) return json({ ids: server.requests.length < 8 ? ["a"] : [] });
      if (!path.endsWith("/query")) return json({}, { status: 201 });
      return json({
        ids: [["a", "b"]],
        documents: [["x", null]],
        metadatas: [[{ mime_type: "MemoryMimeType.MARKDOWN" }, null]],
        distances: [[0.25, 0.75]],
      });
    });
    const memory = memoryOf(server);
    await memory.add({ content: "x", mimeType: "text/plain", metadata: { page: 1, gone: null } });
    const { results } = await memory.query("y", { where: { page: 1 } });
    await memory.clear();
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET ${WITHIN}/notes`,
      `POST ${WITHIN}`,
      `POST ${WITHIN}/${ID}/add`,
      `POST ${WITHIN}/${ID}/query`,
      `POST ${WITHIN}/${ID}/get`,
      `POST ${WITHIN}/${ID}/delete`,
      `POST ${WITHIN}/${ID}/get`,
      `POST ${WITHIN}/${ID}/delete`,
      `POST ${WITHIN}/${ID}/get`,
    ]);
    expect(server.requests.map(({ body }) => body)).toEqual([
      undefined,
      {
        name: "notes",
        get_or_create: true,
        configuration: { hnsw: { space: "cosine" } },
        metadata: { "hnsw:space": "cosine", "tesserae:embedding": "custom" },
      },
      {
        ids: [expect.stringMatching(/^[0-9a-f-]{36}$/)],
        documents: ["x"],
        metadatas: [{ page: 1, mime_type: "text/plain" }],
        embeddings: [[1, 0]],
      },
      {
        query_embeddings: [[1, 0]],
        n_results: 3,
        include: ["documents", "metadatas", "distances"],
        where: { page: 1 },
      },
      { include: [], limit: 300 },
      { ids: ["a"] },
      { include: [], limit: 300 },
      { ids: ["a"] },
      { include: [], limit: 300 },
    ]);
    for (const { headers } of server.requests) expect(headers["x-chroma-token"]).toBe("secret");
    // Python's memory writes the names of kinds so.
    expect(results).toEqual([
      { content: "x", mimeType: "text/markdown", metadata: { mime_type: "text/markdown", score: 0.75, id: "a" } },
      { content: "", mimeType: "text/plain", metadata: { mime_type: "text/plain", score: 0.25, id: "b" } },
    ]);
  });

  test("nothing twice: the collection is opened once, also by calls at once", async () => {
    const server = await serve(({ path }) =>
      path.endsWith("/query") ? json({ ids: [[]] }) : json({ id: ID, metadata: null }),
    );
    const memory = memoryOf(server);
    await Promise.all([memory.query("a"), memory.query("b")]);
    expect(server.requests.filter(({ method }) => method === "GET")).toHaveLength(1);
  });
});

describe("a collection that Python made", () => {
  test("compares by the squared distance, and has Python's scores", async () => {
    const server = await serve(({ path }) =>
      path.endsWith("/query")
        ? json({ ids: [["a"]], documents: [["x"]], metadatas: [[{}]], distances: [[0.5]] })
        : json({ id: ID, configuration_json: { hnsw: { space: "l2" } }, metadata: { distance_metric: "cosine" } }),
    );
    const { results } = await memoryOf(server).query("y");
    expect(results[0]?.metadata?.["score"]).toBe(0.75);
  });
});

describe("what goes wrong", () => {
  test("is told in the server's words", async () => {
    const server = await serve(() => json({ error: "AuthError", message: "Forbidden for you" }, { status: 403 }));
    await expect(memoryOf(server).query("y")).rejects.toMatchObject({
      code: "ERR_MEMORY_STORE",
      message: expect.stringMatching(/Chroma answered GET .*\/notes with 403: Forbidden for you/),
    });
  });

  test("is tried again by the next call", async () => {
    const server = await serve(({ path }) =>
      path.endsWith("/query") ? json({ ids: [[]] }) : json({ id: ID, metadata: null }),
    );
    server.next(json({}, { status: 500 }));
    const memory = memoryOf(server);
    await expect(memory.query("y")).rejects.toThrow("500");
    await expect(memory.query("y")).resolves.toEqual({ results: [] });
  });

  test("a server that is another one, and a tenant that is not there, are told apart from success", async () => {
    const server = await serve(() => json({}, { status: 404 }));
    await expect(memoryOf(server).query("y")).rejects.toThrow(/no tenant acme with a database agents/);
    server.next(json("<html>"));
    await expect(memoryOf(server).query("y")).rejects.toThrow(/is no JSON. Is http/);
  });

  test("a collection that was deleted meanwhile is named as gone", async () => {
    const server = await serve(({ method }) => (method === "GET" ? json({ id: ID }) : json({}, { status: 404 })));
    await expect(memoryOf(server).query("y")).rejects.toThrow(/no longer there/);
  });

  test("an embedding that gives no vector is told", async () => {
    const server = await serve(() => json({ id: ID }));
    const memory = new ChromaDBVectorMemory({
      config: { clientType: "http", host: "127.0.0.1", port: server.port },
      embeddingFunction: () => [],
    });
    await expect(memory.query("y")).rejects.toThrow(/one vector.* for each text/);
    await memory.close();
  });
});

test("an abort closes the connection of the call", async () => {
  const abort = new AbortController();
  const server = await serve(({ path }) => {
    if (!path.endsWith("/query")) return json({ id: ID });
    abort.abort();
    return { type: "stall" };
  });
  await expect(memoryOf(server).query("y", { signal: abort.signal })).rejects.toMatchObject({ name: "AbortError" });
});

test("importing the entry loads neither a database nor a server's client", async () => {
  const { spawnSync } = await import("node:child_process");
  const entry = fileURLToPath(new URL("index.ts", import.meta.url));
  const program = `await import(${JSON.stringify(entry)});
    console.log(process.moduleLoadList.some((name) => /sqlite/i.test(name)));`;
  const { stdout } = spawnSync(process.execPath, ["--conditions=source", "--input-type=module", "-e", program]);
  expect(stdout.toString().trim()).toBe("false");
});
