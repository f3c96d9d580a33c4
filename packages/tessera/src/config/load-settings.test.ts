import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readCacheKey } from "./read-cache-key.ts";
import { loadSettings, settingsFrom, stateFolder } from "./load-settings.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-config-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const load = (environment: Record<string, string> = {}, file?: string): ReturnType<typeof loadSettings> =>
  loadSettings({ folder, environment: { TESSERA_HOME: join(folder, "home"), ...environment }, file });
const price = (more: object = {}): { readonly prices: { readonly overrides: readonly object[] } } => ({
  prices: { overrides: [{ provider: "openai", model: "gpt-4o", input: 1, output: 1, ...more }] },
});
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

describe("settings", () => {
  test("without a file are the defaults, with the database in the state folder", () => {
    const { settings, file } = load();
    expect(file).toBeUndefined();
    expect(settings).toMatchObject({
      listen: { data: { host: "127.0.0.1", port: 8484 } },
      auth: { mode: "required", pepperEnv: "TESSERA_PEPPER" },
      upstreams: [{ id: "openai" }, { id: "anthropic", baseURL: "https://api.anthropic.com" }],
      store: { kind: "sqlite", path: join(folder, "home", "tessera.db") },
      gateway: { injectUsage: true, capStatus: 402, reserveOutput: 8192, serveHitsWhenBlocked: true },
      caps: { unpriced: "block", strict: false, limits: [] },
      prices: { overrides: [] },
      fee: { mode: "none", millionths: 200_000 },
    });
    expect(stateFolder({})).toMatch(/\.tessera$/);
  });

  test("are found in the folder as YAML or JSON; relative paths are from the file's folder", () => {
    write(
      "tessera.config.yaml",
      `listen: { data: "[::1]:9000" }
upstreams:
  - { id: openrouter, kind: openai-compatible, baseURL: https://openrouter.ai/api/v1/, credentialEnv: OPENROUTER_API_KEY }
  - { id: openai, kind: openai, baseURL: "http://127.0.0.1:1/v1", allowPrivate: true }
store: { path: ./data/t.db }
workloads:
  triage: { mechanics: { m2: on, m4: off, m1: off }, cache: { ttlSeconds: 60 }, caps: [{ window: day, usd: 5 }] }
caps: { limits: [{ scope: key, subject: "*", window: month, tokens: 1000, mode: warn }, { window: week, usd: "0.5" }] }
ledger: { anchors: [{ kind: file, path: ./anchors.jsonl }] }
`,
    );
    const { settings, file } = load();
    expect(file).toBe(join(folder, "tessera.config.yaml"));
    expect(settings.listen.data).toEqual({ host: "::1", port: 9000 });
    expect(settings.upstreams.map(({ id, baseURL }) => [id, baseURL])).toEqual([
      ["openai", "http://127.0.0.1:1/v1"],
      ["anthropic", "https://api.anthropic.com"],
      ["openrouter", "https://openrouter.ai/api/v1"],
    ]);
    expect(settings.store.path).toBe(join(folder, "data", "t.db"));
    expect(settings.ledger.anchors).toEqual([{ kind: "file", path: join(folder, "anchors.jsonl") }]);
    expect(settings.workloads["triage"]).toEqual({ mechanics: { m2: true, m4: false }, cache: { ttlSeconds: 60 } });
    expect(settings.caps.limits).toEqual([
      { scope: "key", subject: "*", window: "month", unit: "tokens", limit: 1000n, mode: "warn" },
      { scope: "global", subject: "", window: "week", unit: "usd", limit: 500_000_000_000n, mode: "block" },
      { scope: "workload", subject: "triage", window: "day", unit: "usd", limit: 5_000_000_000_000n, mode: "block" },
    ]);
    write("other.json", JSON.stringify({ auth: { mode: "open" } }));
    expect(load({}, "other.json").settings.auth.mode).toBe("open");
  });

  test("the environment goes before the file, each variable named by its path", () => {
    write(
      "tessera.config.json",
      JSON.stringify({ caps: { reserveOutput: 1, statusCode: 429 }, log: { requests: false } }),
    );
    const { settings } = load({
      TESSERA_CAPS_RESERVE_OUTPUT: "100",
      TESSERA_LISTEN_DATA: "8000",
      TESSERA_AUTH_MODE: "open",
      TESSERA_STORE_PATH: "7.db",
      TESSERA_DEFAULTS_MECHANICS_M2: "off",
      TESSERA_UPSTREAMS: '[{"id":"local","baseURL":"http://localhost:11434/v1","allowPrivate":true}]',
      TESSERA_UPSTREAM: "",
      TESSERA_PEPPER: "x",
    });
    expect(settings.gateway).toMatchObject({ reserveOutput: 100, capStatus: 429 });
    expect(settings.listen.data).toEqual({ host: "127.0.0.1", port: 8000 });
    expect(settings.auth.mode).toBe("open");
    expect(settings.store.path).toBe(join(folder, "7.db"));
    expect(settings.defaults.mechanics).toEqual({ m2: false });
    expect(settings.upstreams.map(({ id }) => id)).toContain("local");
  });

  test("prices of the operator's own are in dollars for a million tokens, exact to the pico-dollar a token", () => {
    write(
      "tessera.config.yaml",
      `upstreams: [{ id: vllm, baseURL: "http://127.0.0.1:8000/v1", allowPrivate: true }]
prices:
  overrides:
    - { provider: openai, model: gpt-4o, input: 2, output: "8.000001", cacheRead: 0.5, webSearch: 0.01, maxOutputTokens: 4096 }
    - { provider: vllm, model: llama, input: 0, output: 0.1, tiers: [{ above: 200000, output: 0.2 }], contextWindow: 32768 }
caps: { strict: on }
`,
    );
    const { settings } = load();
    expect(settings.caps.strict).toBe(true);
    expect(settings.prices.overrides).toEqual([
      {
        provider: "openai",
        model: "gpt-4o",
        price: { input: 2_000_000, output: 8_000_001, cacheRead: 500_000, webSearch: 10_000_000_000 },
        maxOutputTokens: 4096,
      },
      {
        provider: "vllm",
        model: "llama",
        price: { input: 0, output: 100_000, tiers: [{ above: 200_000, output: 200_000 }] },
        contextWindow: 32_768,
      },
    ]);
    const prices = [{ provider: "openai", model: "x", input: 1, output: 1 }];
    const fromEnvironment = { TESSERA_PRICES_OVERRIDES: JSON.stringify(prices), TESSERA_CAPS_STRICT: "false" };
    expect(load(fromEnvironment).settings).toMatchObject({
      caps: { strict: false },
      prices: { overrides: [{ model: "x" }] },
    });
  });

  test("variables that look like settings and are none are an error that names what was meant", () => {
    const misspelt = {
      TESSERA_LISEN_DATA: "127.0.0.1:1",
      TESSERA_CAPS_RESERVE_OUTPT: "1",
      TESSERA_WEATHER_REPORT: "1",
    };
    expect(() => load(misspelt)).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_ARGUMENT",
        message: [
          "the environment cannot be used:",
          "  TESSERA_CAPS_RESERVE_OUTPT is no setting: did you mean TESSERA_CAPS_RESERVE_OUTPUT?",
          "  TESSERA_LISEN_DATA is no setting: did you mean TESSERA_LISTEN_DATA?",
          "  TESSERA_WEATHER_REPORT is no setting",
        ].join("\n"),
      }),
    );
  });

  test("variables of the same beginning that the settings name, or others read, are none of that", () => {
    write(
      "tessera.config.json",
      JSON.stringify({
        auth: { pepperEnv: "TESSERA_SALT" },
        ledger: { signingKeyEnv: "TESSERA_PEN" },
        upstreams: [{ id: "own", baseURL: "https://models.example", credentialEnv: "TESSERA_OWN_KEY" }],
      }),
    );
    const named = { TESSERA_SALT: "s", TESSERA_PEN: "p", TESSERA_OWN_KEY: "k" };
    const others = { TESSERA_BASE_URL: "b", TESSERA_API_KEY: "a", TESSERAE_HOME: "h", TESSERA_EMPTY: "", OTHER: "1" };
    expect(load({ ...named, ...others }).settings.auth.pepperEnv).toBe("TESSERA_SALT");
  });

  test("what Kubernetes and Docker tell of a service called tessera is none of that either", () => {
    const service = {
      TESSERA_SERVICE_HOST: "10.0.0.7",
      TESSERA_SERVICE_PORT: "8484",
      TESSERA_SERVICE_PORT_HTTP: "8484",
      TESSERA_PORT: "tcp://10.0.0.7:8484",
      TESSERA_PORT_8484_TCP: "tcp://10.0.0.7:8484",
      TESSERA_PORT_8484_TCP_ADDR: "10.0.0.7",
      TESSERA_DATA_SERVICE_HOST: "10.0.0.8",
      TESSERA_DATA_PORT: "tcp://10.0.0.8:8484",
    };
    expect(load(service).settings.listen.data).toEqual(load({}).settings.listen.data);
    expect(() => load({ TESSERA_PORT: "8484" })).toThrow("TESSERA_PORT is no setting");
  });
});

describe("the key of the cache", () => {
  test("is 32 bytes in a variable, which may be called anything", () => {
    const { settings } = load({ TESSERA_CACHE_ENCRYPTION_KEY_ENV: "TESSERA_VAULT", TESSERA_VAULT: "00".repeat(32) });
    expect(settings.cache.encryptionKeyEnv).toBe("TESSERA_VAULT");
    const key = Buffer.alloc(32, 7);
    expect(readCacheKey("V", { V: key.toString("hex") })).toEqual(key);
    expect(readCacheKey("V", { V: key.toString("base64") })).toEqual(key);
    expect(readCacheKey(undefined, {})).toBeUndefined();
  });

  test.each(["", "secret", "00".repeat(31), "zz".repeat(32)])("is not %j", (text) => {
    expect(() => readCacheKey("V", { V: text })).toThrow(
      /variable V, which cache\.encryptionKeyEnv names, (is not set|does not)/,
    );
  });
});

describe("what is wrong is named with its pointer", () => {
  test.each<[unknown, string]>([
    [[], "/ must be an object, not a list"],
    [{ lsten: {} }, "/lsten is not known here (known: auth, cache, caps,"],
    [{ listen: { data: "here" } }, '/listen/data must be an address such as 127.0.0.1:8484, not "here"'],
    [{ listen: { data: "127.0.0.1:70000" } }, "/listen/data must be an address"],
    [{ listen: 8484 }, "/listen must be an object, not 8484"],
    [{ listen: { admin: "127.0.0.1:8485" } }, "/listen/admin is not known here (known: data)"],
    [{ auth: { mode: "none" } }, '/auth/mode must be one of required, open, not "none"'],
    [{ auth: { mode: "open" }, listen: { data: "0.0.0.0:1" } }, "/auth/mode can be open on loopback addresses only"],
    [{ auth: { pepperEnv: "" } }, "/auth/pepperEnv must be a text"],
    [{ upstreams: {} }, "/upstreams must be a list, not an object"],
    [{ upstreams: [{}] }, "/upstreams/0/id is missing"],
    [{ upstreams: [{ id: "a", baseURL: "ftp://x" }] }, "/upstreams/0/baseURL must be an http or https address"],
    [{ upstreams: [{ id: "a", baseURL: "http://example.com" }] }, "/upstreams/0/baseURL must be https"],
    [{ upstreams: [{ id: "a", baseURL: "https://u:p@example.com" }] }, "/upstreams/0/baseURL must be an address alone"],
    [{ upstreams: [{ id: "chat", baseURL: "https://x.y" }] }, "/upstreams/0/id cannot be chat"],
    [{ upstreams: [{ id: "A B", baseURL: "https://x.y" }] }, "/upstreams/0/id must be lower-case letters"],
    [{ upstreams: [{ id: "a", baseURL: "https://x.y", apiKey: "sk-1" }] }, "/upstreams/0/apiKey is not known here"],
    [
      { upstreams: [1, 2].map(() => ({ id: "a", baseURL: "https://x.y" })) },
      "/upstreams/1/id is the second upstream named a",
    ],
    [{ store: { kind: "postgres" } }, "/store/kind must be one of sqlite"],
    [{ measure: { injectUsage: "yes" } }, '/measure/injectUsage must be true or false, not "yes"'],
    [{ relay: { timeouts: { connect: 0 } } }, "/relay/timeouts/connect must be a whole number from 1 to"],
    [{ caps: { statusCode: 403 } }, "/caps/statusCode must be one of 402, 429, not 403"],
    [{ caps: { limits: [{ usd: 1 }] } }, "/caps/limits/0/window is missing"],
    [{ caps: { limits: [{ window: "day" }] } }, "/caps/limits/0 needs a limit"],
    [{ caps: { limits: [{ window: "day", usd: 1, tokens: 1 }] } }, "/caps/limits/0 needs a limit"],
    [{ caps: { limits: [{ window: "day", usd: "1e3" }] } }, "/caps/limits/0/usd must be an amount of dollars"],
    [{ caps: { limits: [{ window: "day", usd: -1 }] } }, "/caps/limits/0/usd must be an amount of dollars"],
    [{ caps: { limits: [{ window: "hour", usd: 1 }] } }, "/caps/limits/0/window must be one of day, week, month"],
    [{ caps: { limits: [{ scope: "key", window: "day", usd: 1 }] } }, "/caps/limits/0/subject is missing"],
    [{ caps: { limits: [{ subject: "x", window: "day", usd: 1 }] } }, "/caps/limits/0/subject has no place"],
    [{ caps: { strict: "very" } }, "/caps/strict must be true or false"],
    [price({ model: undefined }), "/prices/overrides/0/model is missing"],
    [price({ input: undefined }), "/prices/overrides/0/input is missing"],
    [price({ output: "cheap" }), "/prices/overrides/0/output must be dollars for a million tokens, such as 2.5"],
    [price({ output: -1 }), "/prices/overrides/0/output must be dollars"],
    [
      price({ input: "0.0000001" }),
      "/prices/overrides/0/input must be dollars for a million tokens, such as 2.5 (at most",
    ],
    [
      price({ provider: "opnai" }),
      "/prices/overrides/0/provider is neither an upstream nor whose prices hold at one (known: openai,",
    ],
    [price({ cached: 1 }), "/prices/overrides/0/cached is not known here"],
    [price({ tiers: [{ input: 1 }] }), "/prices/overrides/0/tiers/0/above is missing"],
    [price({ maxOutputTokens: 0 }), "/prices/overrides/0/maxOutputTokens must be a whole number"],
    [
      { prices: { overrides: [price(), price()].flatMap(({ prices }) => prices.overrides) } },
      "/prices/overrides/1/model is the second price of gpt-4o at openai",
    ],
    [{ defaults: { mechanics: { m1: "on" } } }, "/defaults/mechanics/m1 can only be off: this release has m2 and m4"],
    [{ defaults: { mechanics: { m12: "off" } } }, "/defaults/mechanics/m12 is not known here"],
    [
      { defaults: { cache: { ttlSeconds: 59 } } },
      "/defaults/cache/ttlSeconds must be a whole number from 60 to 7776000",
    ],
    [{ workloads: { a: { complianceTier: "x" } } }, "/workloads/a/complianceTier must be one of standard, regulated"],
    [{ workloads: { "a b": {} } }, "/workloads/a b cannot name a workload"],
    [{ workloads: { "a/b": { cach: {} } } }, "/workloads/a~1b/cach is not known here"],
    [{ workloads: { a: { caps: [{ window: "day" }] } } }, "/workloads/a/caps/0 needs a limit"],
    [{ fee: { mode: "half" } }, '/fee/mode must be one of none, success-fee, flat, not "half"'],
    [{ fee: { rate: 1.1 } }, "/fee/rate must be a share from 0 to 1, such as 0.2"],
    [{ fee: { rate: 0.123_456_7 } }, "/fee/rate must be a share from 0 to 1"],
    [{ ledger: { anchors: [{ kind: "s3" }] } }, "/ledger/anchors/0/kind must be one of file"],
    [{ quality: { floor: 0.95 } }, "/quality is not known here"],
  ])("%j", (config, message) => {
    expect(() => settingsFrom(config)).toThrow(message);
    expect(() => settingsFrom(config)).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
  });

  test("all of it at once; a key in the wrong place is not repeated", () => {
    const config = { auth: { mode: "sk-proj-secret" }, caps: { statusCode: 1 }, x: 1 };
    expect(() => settingsFrom(config)).toThrow(/\/auth\/mode .*\n.*\/caps\/statusCode .*\n.*\/x /);
    expect(() => settingsFrom(config)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("sk-proj") }),
    );
  });

  test("a file that is not there, and one that is no YAML or JSON, are named", () => {
    expect(() => load({}, "missing.yaml")).toThrow(expect.objectContaining({ code: "ERR_NOT_FOUND" }));
    write("tessera.config.yaml", "a: [");
    expect(() => load()).toThrow(/tessera\.config\.yaml is no YAML: .*line/s);
    write("bad.json", "{");
    expect(() => load({}, "bad.json")).toThrow(/bad\.json is no JSON/);
  });

  test("a wrong value of the environment is found as one of the file is", () => {
    expect(() => load({ TESSERA_CAPS_STATUS_CODE: "500" })).toThrow(
      /the environment cannot be used:\n +\/caps\/statusCode/,
    );
  });
});
