import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { resolveSettings } from "./settings.ts";

const settings = (env: Record<string, string>, options = {}): ReturnType<typeof resolveSettings> =>
  resolveSettings(options, env, undefined);

test("the defaults", () => {
  const { log, ...rest } = resolveSettings({}, {}, join(homedir(), "nowhere-at-all", "my script.js"));
  expect(log).toMatchObject({ logDir: join(homedir(), ".tessen", "logs"), agentName: "my script" });
  expect(rest).toMatchObject({
    enabled: true,
    content: true,
    cast: "raw",
    hosts: [],
    captureAll: false,
    leafFallback: false,
    idleMs: 600_000,
  });
  expect(rest.sessionId).toMatch(/^sess_[0-9a-f]{16}$/);
  expect(rest.vendors).toBeUndefined();
});

test("an option goes before the environment, which goes before the default", () => {
  const env = {
    TESSEN_AGENT_NAME: " env ",
    TESSEN_SESSION_ID: "sess_env",
    TESSEN_HOSTS: "a.example, *.b.example ,",
    TESSEN_CAST: "NEVER",
  };
  expect(settings(env)).toMatchObject({
    agentName: "env",
    sessionId: "sess_env",
    hosts: ["a.example", "*.b.example"],
    cast: "never",
  });
  expect(settings(env, { agentName: "option", cast: "raw", hosts: [] })).toMatchObject({
    agentName: "option",
    cast: "raw",
    hosts: [],
  });
});

describe("the environment", () => {
  test.each(["1", "true", "YES", " on "])("%j is yes", (word) => {
    expect(settings({ TESSEN_DISABLED: word }).enabled).toBe(false);
    expect(settings({ TESSEN_CAPTURE_ALL: word }).captureAll).toBe(true);
    expect(settings({ TESSEN_ATTEMPT_EVENTS: word }).attemptEvents).toBe(true);
    expect(settings({ TESSEN_LEAF_FALLBACK: word }).leafFallback).toBe(true);
    expect(settings({ TESSEN_DISABLE_FSYNC: word }).log.durability).toBe("none");
  });

  test.each(["raw", "sdk", "never"])("casted_response can be %s", (cast) => {
    expect(settings({ TESSEN_CAST: ` ${cast.toUpperCase()} ` }).cast).toBe(cast);
  });

  test.each(["0", "no", "", "   ", "maybe"])("%j is not", (word) => {
    expect(settings({ TESSEN_DISABLED: word }).enabled).toBe(true);
  });

  test.each([
    ["TESSEN_INLINE_MAX_BYTES", "inlineMaxBytes"],
    ["TESSEN_MAX_BODY_BYTES", "maxBodyBytes"],
    ["TESSEN_MAX_EVENT_BYTES", "maxEventBytes"],
    ["TESSEN_MAX_FILE_BYTES", "maxFileBytes"],
    ["TESSEN_RETENTION_DAYS", "retentionDays"],
  ] as const)("%s is a number, and rubbish is as if unset", (name, member) => {
    expect(settings({ [name]: " 7 " }).log[member]).toBe(7);
    for (const rubbish of ["x", "-1", "NaN", "Infinity", "1e20", ""]) {
      expect(settings({ [name]: rubbish }).log[member]).toBeUndefined();
    }
  });

  test("rules of redaction come from a file, and those that are none are passed over", () => {
    const folder = mkdtempSync(join(tmpdir(), "tessen-"));
    const file = join(folder, "rules.json");
    writeFileSync(file, JSON.stringify({ keys: ["pin", 7], patterns: { badge: "B-\\d+", broken: "(", empty: 1 } }));
    const env = { TESSEN_REDACT_PATTERNS: file, TESSEN_REDACT_PII: "yes" };
    expect(settings(env).log.redact).toEqual({ keys: ["pin"], patterns: { badge: "B-\\d+" }, pii: true });
    expect(settings({ TESSEN_REDACT_PATTERNS: "/no/such" }).log.redact).toEqual({ keys: [], patterns: {}, pii: false });
    expect(settings(env, { redact: { pii: false } }).log.redact).toEqual({ pii: false });
    rmSync(folder, { recursive: true });
  });

  test.runIf(process.platform !== "win32")("a device in the place of a file is not read: that may never end", () => {
    const found = settings({ TESSEN_PRICES_FILE: "/dev/zero", TESSEN_REDACT_PATTERNS: "/dev/zero" });
    expect(found.prices.size).toBe(0);
    expect(found.log.redact).toEqual({ keys: [], patterns: {}, pii: false });
  });

  test("a list without items is as if unset", () => {
    expect(settings({ TESSEN_VENDORS: " , ", TESSEN_HOSTS: "," })).toMatchObject({ vendors: undefined, hosts: [] });
  });

  test("words that are none of the choices are as if unset", () => {
    const env = {
      TESSEN_DURABILITY: "always",
      TESSEN_CONTENT: "some",
      TESSEN_CAST: "both",
      TESSEN_PRICES_FILE: "/no/such/file",
    };
    for (const idle of ["-5", "1e10"]) {
      expect(settings({ ...env, TESSEN_STREAM_IDLE_SEC: idle })).toMatchObject({ idleMs: 600_000 });
    }
    const found = settings(env);
    expect(found).toMatchObject({ content: true, cast: "raw", idleMs: 600_000 });
    expect(found.log.durability).toBeUndefined();
    expect(found.prices.size).toBe(0);
  });
});

test("a working folder that is gone does not stop the program", () => {
  const cwd = vi.spyOn(process, "cwd").mockImplementation(() => {
    throw new Error("ENOENT: no such file or directory, uv_cwd");
  });
  try {
    expect(settings({ TESSEN_AGENT_NAME: "a" })).toMatchObject({ agentName: "a", enabled: true });
    expect(resolveSettings({}, {}, "app.js").agentName).toBe("app");
  } finally {
    cwd.mockRestore();
  }
});
