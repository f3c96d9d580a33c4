import { afterAll, beforeAll, expect, test } from "vitest";
import { isObject } from "@tesserae/core";
import { json, startTestServer, type TestServer } from "@tesserae/ext/testing";
import { findOllamaModel } from "./find-ollama-model.ts";

let server: TestServer;
let names: readonly string[] = [];
/** No machine is so busy that an answer takes longer. */
const PATIENCE_MS = 50_000;
beforeAll(async () => {
  server = await startTestServer(({ path, body }) => {
    if (path === "/api/tags") return json({ models: names.map((name) => ({ name })) });
    const name = isObject(body) ? body["model"] : undefined;
    return json({ capabilities: name === "qwen3:8b" ? ["completion", "tools"] : ["completion"] });
  });
});
afterAll(() => server.close());

test("the first model that can call tools is taken", async () => {
  names = ["nomic-embed-text", "old-chat", "qwen3:8b"];
  expect(await findOllamaModel(server.url, PATIENCE_MS)).toBe("qwen3:8b");
});

test("an Ollama without such a model, or none at all, is passed over", async () => {
  names = ["old-chat"];
  expect(await findOllamaModel(server.url, PATIENCE_MS)).toBeUndefined();
  expect(await findOllamaModel("http://127.0.0.1:9")).toBeUndefined();
});
