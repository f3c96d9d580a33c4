import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isObject, type JsonObject } from "@tesserae/core";
import { startServer, type ScriptedAnswer, type TrafficServer } from "@tesserae/tessen/serve";
import { settingsFrom, startGateway, type RunningGateway } from "@tesserae/tessera";
import { ROOT, objectOf } from "./src/golden.ts";
import { HAS_PYTHON, NO_PYTHON } from "./src/python.ts";

let provider: TrafficServer;
let gateway: RunningGateway;
let folder: string;

/** Calls the tool where one is offered and has not run, else answers. */
function answer(body: unknown): ScriptedAnswer {
  const text = JSON.stringify(body);
  const wantsCall = /"tools":\[/.test(text) && !/"role":"tool"|tool_result/.test(text);
  const usage = { inputTokens: 20, outputTokens: 7 };
  return wantsCall
    ? { toolCalls: [{ name: "add", arguments: { a: 2, b: 3 }, id: "call_1" }], usage }
    : { text: "Two and three is five.", usage };
}

beforeAll(async () => {
  provider = await startServer({ script: { answers: [], rules: [{ answer: ({ body }) => answer(body) }] } });
  folder = mkdtempSync(join(tmpdir(), "tesserae-gateway-"));
  const upstream = { baseURL: `${provider.url}/v1`, allowPrivate: true };
  const settings = settingsFrom({
    listen: { data: "127.0.0.1:0" },
    store: { kind: "sqlite", path: join(folder, "tessera.db") },
    upstreams: [
      { id: "openai", kind: "openai", ...upstream },
      { id: "anthropic", kind: "anthropic", ...upstream, baseURL: provider.url },
    ],
    defaults: { mechanics: { m2: "off", m4: "off" } },
  });
  gateway = await startGateway(settings, { environment: {} });
});
afterAll(async () => {
  await gateway.close();
  await provider.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What Python gets at these addresses. The gateway answers in this process, so nothing here may block. */
function python(where: JsonObject): Promise<JsonObject> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      `${ROOT}.venv/bin/python`,
      ["through_gateway.py"],
      {
        cwd: `${ROOT}python`,
        maxBuffer: 16 * 1024 * 1024,
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONWARNINGS: "ignore" },
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(objectOf(JSON.parse(stdout)));
        else reject(new Error(stderr));
      },
    );
    child.stdin?.end(JSON.stringify(where));
  });
}

describe("Python through the gateway, with nothing but base_url and headers set", () => {
  test.skipIf(!HAS_PYTHON)(`AutoGen and both SDKs get what the provider itself gives them (${NO_PYTHON})`, async () => {
    const key = gateway.createKey({ label: "python" });
    const direct = await python({ openai: `${provider.url}/v1`, anthropic: provider.url, headers: {} });
    const through = await python({
      openai: `${gateway.url}/v1/openai`,
      anthropic: `${gateway.url}/v1/anthropic`,
      headers: { "x-tessera-api-key": key, "x-tessera-workload": "python" },
      refused: { "x-tessera-api-key": "tk_wrong" },
    });
    const { refusals, ...same } = through;
    expect(same).toEqual(direct);
    expect(isObject(same["autogen"]) ? same["autogen"]["agent"] : undefined).toHaveLength(4);
    expect(refusals).toEqual({
      openai: ["AuthenticationError", 401, "tessera_key_invalid"],
      anthropic: ["AuthenticationError", 401, "authentication_error"],
    });
  });
});
